// The headers are the providers' own; a list, since an adapter never sees what it does not read.
#include "gateway/egress/provider_request.h"

#include <array>
#include <string_view>

namespace postern::egress {
namespace {

constexpr std::size_t bytes_max = 128;

/// In this order: what is a provider's own before what anybody between may have set.
constexpr std::array<std::string_view, 7> names{
    "x-fb-trace-id",      // Meta
    "twilio-request-id",  // Twilio
    "x-line-request-id",  // LINE
    "x-fb-request-id",    // Meta, older
    "x-amzn-requestid",   // gateways at AWS (Twilio's media among them)
    "x-request-id",       // everybody else
    "x-correlation-id",
};

}  // namespace

std::string provider_request_id(const net::ClientResponse& response) {
    for (const std::string_view name : names) {
        const std::string_view value = response.header(name);
        if (value.empty()) continue;
        std::string id;
        for (const char c : value.substr(0, bytes_max)) {
            if (c > 0x20 && c < 0x7F) id.push_back(c);
        }
        return id;
    }
    return {};
}

}  // namespace postern::egress
