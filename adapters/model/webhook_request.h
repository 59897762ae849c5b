// A provider's HTTP request as an adapter sees it: raw bytes and views, nothing parsed beyond HTTP.
#pragma once

#include <span>
#include <string_view>

namespace postern::adapters {

struct HeaderView {
    std::string_view name;  // as received; compare without case
    std::string_view value;
};

/// The first header of that name, ASCII case folded; empty if absent.
[[nodiscard]] std::string_view header_value(std::span<const HeaderView> headers,
                                            std::string_view name);

/// All views belong to the caller and outlive the call, not more. `body` is followed by at least
/// 64 readable bytes (simdjson's padding).
struct WebhookRequest {
    std::string_view method;
    std::string_view target;  // path and query exactly as received, percent escapes untouched
    std::string_view path;    // undecoded
    std::string_view query;   // undecoded, without '?'
    std::span<const HeaderView> headers;
    std::string_view body;

    /// The first header of that name, ASCII case folded; empty if absent.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

}  // namespace postern::adapters
