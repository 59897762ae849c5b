#include "adapters/webchat/origins.h"

#include <algorithm>

#include "adapters/shared/json.h"

namespace postern::adapters::webchat {
namespace {

bool is_host_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

/// Scheme and host, perhaps a port; nothing behind it, no capitals, since browsers send none.
bool is_origin(std::string_view text) {
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (!text.starts_with(scheme)) continue;
        const std::string_view rest = text.substr(scheme.size());
        if (rest.starts_with('[')) return rest.find(']') != std::string_view::npos;
        const auto colon = rest.find(':');
        const std::string_view host = rest.substr(0, colon);
        const std::string_view port =
            colon == std::string_view::npos ? std::string_view("0") : rest.substr(colon + 1);
        return !host.empty() && std::ranges::all_of(host, is_host_character) && !port.empty() &&
               std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
    }
    return false;
}

}  // namespace

Origins Origins::parse(std::string_view list_json, std::string& problem) {
    Origins origins;
    // The parser reads beyond the end.
    std::string padded(list_json);
    padded.append(64, ' ');
    const auto parsed = json::parse(std::string_view(padded).substr(0, list_json.size()));
    json::Array list;
    if (list_json.empty() || !parsed || parsed->get(list) != simdjson::SUCCESS ||
        list.size() == 0) {
        problem = R"(origins: name the sites that may open a chat: ["https://www.example.com"])";
        return origins;
    }
    for (const json::Value value : list) {
        std::string_view text;
        if (value.get(text) != simdjson::SUCCESS) text = {};
        const auto star = text.find("://*.");
        Pattern pattern{std::string(text), {}};
        std::string plain(text);
        if (star != std::string_view::npos) {
            pattern = {std::string(text.substr(0, star + 3)), std::string(text.substr(star + 4))};
            plain = pattern.before + pattern.after.substr(1);
        }
        if (!is_origin(plain)) {
            problem = "origins: \"" + std::string(text) +
                      R"(" is none: write "https://www.example.com" or "https://*.example.com")";
            return origins;
        }
        origins.patterns_.push_back(std::move(pattern));
    }
    return origins;
}

bool Origins::allow(std::string_view origin) const {
    if (!is_origin(origin)) return false;
    return std::ranges::any_of(patterns_, [origin](const Pattern& pattern) {
        if (pattern.after.empty()) return origin == pattern.before;
        if (!origin.starts_with(pattern.before) || !origin.ends_with(pattern.after)) return false;
        return origin.size() > pattern.before.size() + pattern.after.size();
    });
}

}  // namespace postern::adapters::webchat
