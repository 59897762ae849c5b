// RFC 7578, without its files: a part begins behind a line of the boundary and ends before one.
#include "adapters/http/multipart_fields.h"

#include <algorithm>
#include <string>
#include <vector>

namespace postern::adapters::http {
namespace {

constexpr std::size_t boundary_max = 70;
/// No honest part comes near either; a hostile one must cost no more than an honest one.
constexpr std::size_t head_bytes_max = 8 * 1024;
constexpr std::size_t parameters_max = 32;

char low(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

/// Whether `text` begins with `word`, which is in small letters.
bool begins_with(std::string_view text, std::string_view word) {
    return text.size() >= word.size() &&
           std::equal(word.begin(), word.end(), text.begin(),
                      [](char ours, char theirs) { return ours == low(theirs); });
}

/// `name="value"` or `name=value` behind a semicolon; nothing if it is not there.
std::optional<std::string> parameter(std::string_view line, std::string_view name) {
    std::size_t at = line.find(';');
    for (std::size_t n = 0; n < parameters_max && at != line.npos; ++n, at = line.find(';', at)) {
        ++at;
        std::string_view rest = line.substr(at);
        rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
        if (!begins_with(rest, name) || rest.size() <= name.size() || rest[name.size()] != '=')
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
        if (begins_with(line, "content-disposition:")) return line;
        head.remove_prefix(std::min(end + 1, head.size()));
    }
    return {};
}

void add_part(std::string_view part, Multipart& all) {
    const std::string_view beginning = part.substr(0, head_bytes_max);
    const std::size_t wide = beginning.find("\r\n\r\n");
    const std::size_t narrow = beginning.find("\n\n");
    const std::size_t gap = std::min(wide, narrow);
    if (gap == part.npos) return;
    const std::string_view line = disposition_of(part.substr(0, gap));
    auto name = parameter(line, "name");
    if (!name || name->empty()) return;
    if (parameter(line, "filename")) {
        all.files.append(std::to_string(part.size())).append(":").append(part);
        return;
    }
    const std::string_view value = part.substr(gap + (gap == wide ? 4 : 2));
    all.fields.push_back({std::move(*name), std::string(value)});
}

}  // namespace

bool is_multipart(std::string_view content_type) {
    return begins_with(content_type, "multipart/form-data");
}

std::optional<Multipart> multipart_fields(std::string_view content_type, std::string_view body) {
    const auto boundary = parameter(content_type, "boundary");
    if (!boundary || boundary->empty() || boundary->size() > boundary_max) return std::nullopt;
    const std::string mark = "--" + *boundary;
    Multipart all;
    std::size_t begin = body.find(mark);
    if (begin == body.npos) return std::nullopt;
    for (std::size_t parts = 0; parts < shared::form_fields_max; ++parts) {
        begin += mark.size();
        if (body.substr(begin).starts_with("--")) break;
        const std::size_t next = body.find("\n" + mark, begin);
        if (next == body.npos) break;
        std::string_view part = body.substr(begin, next - begin);
        if (part.ends_with('\r')) part.remove_suffix(1);
        part.remove_prefix(std::min(part.find('\n') + 1, part.size()));
        add_part(part, all);
        begin = next + 1;
    }
    return all;
}

}  // namespace postern::adapters::http
