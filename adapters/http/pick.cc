// JSON pointers are simdjson's; only locate() walks by itself, because it needs the bytes too.
#include "adapters/http/pick.h"

#include <charconv>
#include <cmath>

#include "adapters/http/legacy_text.h"
#include "adapters/http/time_pattern.h"
#include "adapters/shared/epoch.h"
#include "adapters/shared/hmac.h"
#include "adapters/shared/json_cursor.h"
#include "adapters/shared/json_write.h"
#include "adapters/shared/rfc3339.h"

namespace postern::adapters::http {
namespace {

/// A provider's clock may be wrong, but nothing arrives before it was written.
constexpr std::chrono::hours ahead_max{24};

std::string unescaped(std::string_view token) {
    std::string out;
    for (std::size_t i = 0; i < token.size(); ++i) {
        if (token[i] == '~' && i + 1 < token.size()) {
            out += token[++i] == '1' ? '/' : '~';
        } else {
            out += token[i];
        }
    }
    return out;
}

/// Moves `at` to the value of that member and takes it.
bool step_into(json::Value& value, json::Cursor& at, const std::string& token) {
    json::Object object;
    if (value.get(object) == simdjson::SUCCESS) {
        at.enter();
        for (const auto [key, member] : object) {
            at.next_member();
            if (key == token) {
                value = member;
                return true;
            }
            static_cast<void>(at.skip());
        }
        return false;
    }
    json::Array array;
    const auto wanted = json::to_integer(token);
    if (!wanted || value.get(array) != simdjson::SUCCESS) return false;
    std::int64_t index = 0;
    at.enter();
    for (const json::Value element : array) {
        at.next_element();
        if (index++ == *wanted) {
            value = element;
            return true;
        }
        static_cast<void>(at.skip());
    }
    return false;
}

/// Whether a moment of RFC 3339 says its zone.
bool tells_zone(std::string_view text) {
    return text.size() > 10 && text.find_first_of("Zz+-", 10) != std::string_view::npos;
}

std::optional<double> to_number(std::string_view text) {
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || !std::isfinite(value)) return std::nullopt;
    return value;
}

}  // namespace

std::string_view take_place(std::string_view& places) {
    const std::size_t end = std::min(places.find(place_parting), places.size());
    const std::string_view place = places.substr(0, end);
    places.remove_prefix(std::min(end + place_parting.size(), places.size()));
    return place;
}

std::string_view query_name(std::string_view place) {
    if (!place.starts_with(query_place)) return {};
    return place.substr(query_place.size(), place.find("}}") - query_place.size());
}

std::optional<Located> locate(json::Value root, std::string_view body, std::string_view pointer) {
    json::Cursor at(body);
    json::Value value = root;
    while (!pointer.empty()) {
        pointer.remove_prefix(1);
        const std::size_t end = std::min(pointer.find('/'), pointer.size());
        if (!step_into(value, at, unescaped(pointer.substr(0, end)))) return std::nullopt;
        pointer.remove_prefix(end);
    }
    return Located{value, at.skip()};
}

std::string scalar_text(json::Value value) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) return std::string(text);
    if (value.is_number() || value.is_bool()) return json::compact(value);
    return {};
}

std::optional<json::Value> Item::value(std::string_view places) const {
    json::Value found;
    while (json_ && !places.empty()) {
        const std::string_view place = take_place(places);
        if (!place.empty() && json_->at_pointer(place).get(found) == simdjson::SUCCESS &&
            !found.is_null()) {
            return found;
        }
    }
    return std::nullopt;
}

std::string Item::text_at(std::string_view place) const {
    if (place.starts_with(query_place)) {
        const auto query = shared::parse_form(query_);
        return query ? legacy_text(query->value(query_name(place))) : std::string{};
    }
    if (form_ != nullptr) return legacy_text(form_->value(place));
    json::Value found;
    const bool there = json_ && json_->at_pointer(place).get(found) == simdjson::SUCCESS;
    return there ? scalar_text(found) : std::string{};
}

std::string Item::text(std::string_view places) const {
    std::string found;
    while (found.empty() && !places.empty()) {
        const std::string_view place = take_place(places);
        if (!place.empty()) found = text_at(place);
    }
    return found;
}

std::optional<double> Item::number(std::string_view place) const {
    return to_number(text(place));
}

Instant Item::time(const TimeRule& rule, Instant now) const {
    const std::string told = text(rule.place);
    if (rule.format == TimeFormat::pattern) {
        const Instant read = read_time(told, rule.pattern, rule.east).value_or(now);
        return read > now + ahead_max ? now : read;
    }
    const bool digits = !told.empty() && told.find_first_not_of("0123456789.") == std::string::npos;
    if (rule.format == TimeFormat::iso8601 || !digits) {
        const auto read = shared::parse_rfc3339(told);
        if (!read) return now;
        return tells_zone(told) ? *read : *read - rule.east;
    }
    auto value = json::to_integer(std::string_view(told).substr(0, told.find('.')));
    if (value && rule.format == TimeFormat::unix_ms) {
        const Instant exact{std::chrono::milliseconds{*value < 64'000'000'000'000 ? *value : 0}};
        return shared::epoch_time(*value / 1000, now) == now ? now : exact;
    }
    return shared::epoch_time(value, now);
}

std::string Item::digest(std::span<const std::string> query_names, std::size_t bytes) const {
    const std::string_view said = said_.empty() ? raw_ : said_;
    const auto query = shared::parse_form(query_names.empty() ? std::string_view{} : query_);
    std::vector<shared::FormField> told;
    for (const std::string& name : query_names) {
        if (query && query->has(name)) told.push_back({name, std::string(query->value(name))});
    }
    if (told.empty()) return shared::fingerprint(said, bytes);
    return shared::fingerprint(std::string(said) + "\n" + shared::encode_form(told), bytes);
}

std::string Item::as_json() const {
    if (json_) return json_->is_object() ? json::compact(*json_) : std::string{};
    std::string out = "{";
    for (const shared::FormField& field : form_->fields()) {
        if (out.size() > 1) out += ',';
        json::append_quoted(out, field.name);
        out += ':';
        json::append_quoted(out, field.value);
    }
    return out + "}";
}

}  // namespace postern::adapters::http
