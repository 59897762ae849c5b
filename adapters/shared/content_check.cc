// Words are made only when a limit is broken: a content that is fine costs comparisons.
#include "adapters/shared/content_check.h"

#include <cmath>

namespace postern::adapters::shared {

std::size_t characters(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
    return count;
}

std::string element(std::string_view list, std::size_t index, std::string_view member) {
    std::string out(list);
    out.append("[").append(std::to_string(index)).append("]");
    if (!member.empty()) out.append(".").append(member);
    return out;
}

void ContentCheck::wrong(std::string_view field, std::string_view code, std::string detail) {
    if (problem_) return;
    problem_ = FieldProblem{std::string(field), std::string(code), std::move(detail)};
}

std::string ContentCheck::limit(std::size_t most, std::string_view what) const {
    return std::string(channel_) + " takes at most " + std::to_string(most) + " " +
           std::string(what);
}

void ContentCheck::required(std::string_view field, std::string_view value) {
    if (value.empty()) wrong(field, "required", std::string(channel_) + " cannot do without it");
}

void ContentCheck::length(std::string_view field, std::string_view value,
                          std::size_t characters_max) {
    // No text has more characters than bytes.
    if (value.size() <= characters_max || characters(value) <= characters_max) return;
    wrong(field, "too_long", limit(characters_max, "characters here"));
}

void ContentCheck::bytes(std::string_view field, std::string_view value, std::size_t bytes_max) {
    if (value.size() > bytes_max) wrong(field, "too_long", limit(bytes_max, "bytes here"));
}

void ContentCheck::text(std::string_view field, std::string_view value,
                        std::size_t characters_max) {
    required(field, value);
    length(field, value, characters_max);
}

void ContentCheck::count(std::string_view field, std::size_t count, std::size_t count_max,
                         std::string_view what) {
    if (count == 0) required(field, {});
    if (count > count_max) wrong(field, "too_many", limit(count_max, what));
}

void ContentCheck::url(std::string_view field, std::string_view value, std::size_t characters_max) {
    text(field, value, characters_max);
    const bool web = value.starts_with("https://") || value.starts_with("http://");
    if (!web) wrong(field, "invalid", std::string(channel_) + " takes http and https addresses");
}

void ContentCheck::absent(std::string_view field, std::string_view value, std::string_view what) {
    if (!value.empty()) not_supported(field, what);
}

void ContentCheck::coordinates(const std::optional<GeoPoint>& point) {
    if (!point) return required("latitude", {});
    if (!(std::abs(point->latitude) <= 90)) {
        wrong("latitude", "invalid", "a latitude lies between -90 and 90 degrees");
    }
    if (!(std::abs(point->longitude) <= 180)) {
        wrong("longitude", "invalid", "a longitude lies between -180 and 180 degrees");
    }
}

void ContentCheck::not_supported(std::string_view field, std::string_view what) {
    wrong(field, "not_supported", std::string(channel_) + " has no " + std::string(what));
}

void ContentCheck::no_messages(ContentType type) {
    not_supported("type", std::string(to_string(type)) + " messages to send");
}

}  // namespace postern::adapters::shared
