// Sorted by name, "&name=value" each, with '&' and '=' of values replaced.
#include "gateway/sim/vonage_signature.h"

#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace postern::sim {

std::string vonage_date(std::int64_t time_s) {
    return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(static_cast<std::time_t>(time_s)));
}

std::string vonage_signature(Form form, std::string_view secret) {
    std::sort(form.begin(), form.end());
    std::string text;
    for (auto& [name, value] : form) {
        if (name == "sig") continue;
        std::replace(value.begin(), value.end(), '&', '_');
        std::replace(value.begin(), value.end(), '=', '_');
        text.append("&").append(name).append("=").append(value);
    }
    return hmac_sha256_hex(secret, text);
}

}  // namespace postern::sim
