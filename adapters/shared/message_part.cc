#include "adapters/shared/message_part.h"

#include "adapters/shared/json.h"
#include "adapters/shared/json_write.h"

namespace postern::adapters::shared {
namespace {

constexpr std::string_view mark = "\"part\":{";
constexpr std::size_t padding_bytes = 64;
constexpr std::int64_t parts_max = 255;

/// Behind the bracket that closes the object which begins at `at`; texts in it may have brackets.
std::size_t end_of_object(std::string_view json, std::size_t at) {
    bool quoted = false;
    for (std::size_t i = at; i < json.size(); ++i) {
        if (quoted && json[i] == '\\') {
            ++i;
        } else if (json[i] == '"') {
            quoted = !quoted;
        } else if (!quoted && json[i] == '}') {
            return i + 1;
        }
    }
    return json.size();
}

}  // namespace

std::optional<MessagePart> message_part(std::string_view details_json) {
    // Nearly every message is whole: what is not parsed costs nothing.
    if (details_json.find(mark) == std::string_view::npos) return std::nullopt;
    std::string padded;
    padded.reserve(details_json.size() + padding_bytes);
    padded.append(details_json).append(padding_bytes, '\0');
    const auto parsed = json::parse(std::string_view(padded).substr(0, details_json.size()));
    const auto details = parsed ? json::as_object(*parsed) : std::nullopt;
    const auto part = details ? json::object(*details, "part") : std::nullopt;
    if (!part) return std::nullopt;
    const auto number = json::integer(*part, "number");
    const auto total = json::integer(*part, "total");
    MessagePart out;
    out.reference = json::text(*part, "reference");
    const bool sensible = !out.reference.empty() && number && total && *total >= 2 &&
                          *total <= parts_max && *number >= 1 && *number <= *total;
    if (!sensible) return std::nullopt;
    out.number = static_cast<unsigned>(*number);
    out.total = static_cast<unsigned>(*total);
    return out;
}

std::string details_of_whole(std::string_view details_json, const MessagePart& part,
                             std::span<const std::string> ids) {
    std::string out;
    const std::size_t at = details_json.find(mark);
    if (at == std::string_view::npos) return std::string(details_json);
    out.append(details_json.substr(0, at)).append(R"("parts":{"reference":)");
    json::append_quoted(out, part.reference);
    out.append(R"(,"total":)").append(std::to_string(part.total)).append(R"(,"ids":[)");
    for (const std::string& id : ids) {
        if (&id != ids.data()) out += ',';
        json::append_quoted(out, id);
    }
    out.append("]}");
    return out.append(details_json.substr(end_of_object(details_json, at + mark.size())));
}

}  // namespace postern::adapters::shared
