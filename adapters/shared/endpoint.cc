// Small on purpose: what a URL means stays with each channel.
#include "adapters/shared/endpoint.h"

#include <arpa/inet.h>

#include <algorithm>

#include "adapters/shared/form.h"

namespace postern::adapters::shared {

std::string base_url(const AdapterConfig& config, std::string_view usual) {
    const std::string_view own = config.setting("base_url");
    std::string url(own.empty() ? usual : own);
    while (url.ends_with('/')) url.pop_back();
    return url;
}

std::string with_parameter(std::string_view url, std::string_view name, std::string_view value) {
    const std::size_t fragment = std::min(url.find('#'), url.size());
    const std::string_view before = url.substr(0, fragment);
    const FormField field{std::string(name), std::string(value)};
    std::string out(before);
    out += before.find('?') == std::string_view::npos ? '?' : '&';
    out.append(encode_form({&field, 1})).append(url.substr(fragment));
    return out;
}

Secret newest(const AdapterConfig& config, std::string_view credential) {
    const std::vector<Secret>& all = config.credential(credential);
    return all.empty() ? Secret{} : all.front();
}

bool is_loopback(std::string_view host) {
    in_addr v4{};
    if (inet_pton(AF_INET, std::string(host).c_str(), &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    return host == "localhost" || host == "::1";
}

bool is_printable_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace postern::adapters::shared
