// RFC 7578, without its files: a part begins behind a line of the boundary and ends before one.
#include "adapters/http/multipart_fields.h"

#include <algorithm>
#include <string>
#include <vector>

namespace postern::adapters::http {
namespace {

constexpr std::size_t boundary_max = 70;

char low(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::size_t find_word(std::string_view text, std::string_view word) {
    const auto at = std::search(text.begin(), text.end(), word.begin(), word.end(),
                                [](char a, char b) { return low(a) == b; });
    return at == text.end() ? std::string_view::npos : static_cast<std::size_t>(at - text.begin());
}

/// `name="value"` or `name=value` behind a semicolon; nothing if it is not there.
std::optional<std::string> parameter(std::string_view line, std::string_view name) {
    for (std::size_t at = line.find(';'); at != line.npos; at = line.find(';', at)) {
        ++at;
        std::string_view rest = line.substr(at);
        rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
        if (find_word(rest, name) != 0 || rest.size() <= name.size() || rest[name.size()] != '=')
            continue;
        rest.remove_prefix(name.size() + 1);
        if (!rest.starts_with('"')) return std::string(rest.substr(0, rest.find_first_of("; \t")));
        return std::string(rest.substr(1, rest.find('"', 1) - 1));
    }
    return std::nullopt;
}

/// The part's own disposition line; empty if it has none.
std::string_view disposition_of(std::string_view head) {
    while (!head.empty()) {
        const std::size_t end = std::min(head.find('\n'), head.size());
        std::string_view line = head.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (find_word(line, "content-disposition:") == 0) return line;
        head.remove_prefix(std::min(end + 1, head.size()));
    }
    return {};
}

void add_part(std::string_view part, std::vector<shared::FormField>& fields) {
    const std::size_t wide = part.find("\r\n\r\n");
    const std::size_t narrow = part.find("\n\n");
    const std::size_t gap = std::min(wide, narrow);
    if (gap == part.npos) return;
    const std::string_view line = disposition_of(part.substr(0, gap));
    auto name = parameter(line, "name");
    if (!name || name->empty() || parameter(line, "filename")) return;
    const std::string_view value = part.substr(gap + (gap == wide ? 4 : 2));
    fields.push_back({std::move(*name), std::string(value)});
}

}  // namespace

bool is_multipart(std::string_view content_type) {
    return find_word(content_type, "multipart/form-data") == 0;
}

std::optional<shared::Form> multipart_fields(std::string_view content_type, std::string_view body) {
    const auto boundary = parameter(content_type, "boundary");
    if (!boundary || boundary->empty() || boundary->size() > boundary_max) return std::nullopt;
    const std::string mark = "--" + *boundary;
    std::vector<shared::FormField> fields;
    std::size_t begin = body.find(mark);
    if (begin == body.npos) return std::nullopt;
    while (fields.size() < shared::form_fields_max) {
        begin += mark.size();
        if (body.substr(begin).starts_with("--")) break;
        const std::size_t next = body.find("\n" + mark, begin);
        if (next == body.npos) break;
        std::string_view part = body.substr(begin, next - begin);
        if (part.ends_with('\r')) part.remove_suffix(1);
        part.remove_prefix(std::min(part.find('\n') + 1, part.size()));
        add_part(part, fields);
        begin = next + 1;
    }
    return shared::Form(std::move(fields));
}

}  // namespace postern::adapters::http
