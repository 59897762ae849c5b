// Header look-up without case.
#include "adapters/model/webhook_request.h"

#include <algorithm>

namespace postern::adapters {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool same_name(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::string_view header_value(std::span<const HeaderView> headers, std::string_view name) {
    for (const HeaderView& h : headers) {
        if (same_name(h.name, name)) return h.value;
    }
    return {};
}

std::string_view WebhookRequest::header(std::string_view name) const {
    return header_value(headers, name);
}

}  // namespace postern::adapters
