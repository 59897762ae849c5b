// A cursor is a letter and 16 hexadecimal digits.
#include "gateway/api/paging.h"

#include <charconv>

#include <fmt/format.h>

namespace postern::api {

std::string format_list_cursor(char list, std::uint64_t place) {
    return fmt::format("{}{:016x}", list, place);
}

bool parse_list_cursor(char list, std::string_view text, std::uint64_t& place) {
    if (text.size() != 17 || text[0] != list) return false;
    const auto [end, error] = std::from_chars(text.data() + 1, text.data() + 17, place, 16);
    return error == std::errc{} && end == text.data() + 17 && place != 0;
}

std::optional<Problem> read_page_query(const net::Request& request, char list, PageQuery& out) {
    bool found = false;
    const std::string limit = request.query_value("limit", &found);
    if (found) {
        const auto [end, error] =
            std::from_chars(limit.data(), limit.data() + limit.size(), out.limit);
        const bool valid = error == std::errc{} && end == limit.data() + limit.size();
        if (!valid || out.limit == 0 || out.limit > page_limit_max) {
            return invalid_parameter(
                "limit", fmt::format("limit must be a number from 1 to {}.", page_limit_max));
        }
    }
    const std::string cursor = request.query_value("cursor");
    if (!cursor.empty() && !parse_list_cursor(list, cursor, out.after)) {
        Problem problem =
            invalid_parameter("cursor", "cursor must be the next_cursor of this list.");
        problem.code = "invalid_cursor";
        return problem;
    }
    return std::nullopt;
}

std::string ListWriter::finish(std::uint64_t next_place) {
    json_.end_array().key("next_cursor");
    if (next_place == 0)
        json_.null();
    else
        json_.value(format_list_cursor(list_, next_place));
    json_.end_object();
    return std::move(body_);
}

}  // namespace postern::api
