#include "gateway/sim/form_file.h"

#include <array>
#include <cstddef>
#include <utility>

namespace postern::sim {
namespace {

constexpr std::string_view line_end = "\r\n";

std::string_view boundary_of(std::string_view content_type) {
    constexpr std::string_view kind = "multipart/form-data";
    constexpr std::string_view mark = "boundary=";
    const std::size_t at = content_type.find(mark);
    if (!content_type.starts_with(kind) || at == std::string_view::npos) return {};
    std::string_view boundary = content_type.substr(at + mark.size());
    boundary = boundary.substr(0, boundary.find(';'));
    if (boundary.size() >= 2 && boundary.front() == '"' && boundary.back() == '"')
        boundary = boundary.substr(1, boundary.size() - 2);
    return boundary.size() <= 70 ? boundary : std::string_view{};
}

/// `name="value"` of a disposition; false if it is not there.
bool parameter(std::string_view head, std::string_view name, std::string& value) {
    const std::string mark = std::string("; ").append(name).append("=\"");
    const std::size_t at = head.find(mark);
    if (at == std::string_view::npos) return false;
    const std::size_t end = head.find('"', at + mark.size());
    if (end == std::string_view::npos) return false;
    value = head.substr(at + mark.size(), end - at - mark.size());
    return true;
}

std::string_view header_of(std::string_view head, std::string_view name) {
    const std::size_t at = head.find(name);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = head.substr(at + name.size());
    return rest.substr(0, rest.find(line_end));
}

bool read_part(std::string_view part, FormFile& out) {
    const std::size_t end = part.find("\r\n\r\n");
    if (end == std::string_view::npos) return false;
    const std::string_view head = part.substr(0, end);
    const std::string_view body = part.substr(end + 4);
    std::string name;
    std::string filename;
    const std::string_view disposition = header_of(head, "Content-Disposition: form-data");
    if (disposition.empty() || !parameter(disposition, "name", name)) return false;
    if (!parameter(disposition, "filename", filename))
        return out.fields.emplace(std::move(name), body).second;
    if (!out.name.empty()) return false;
    out.name = std::move(name);
    out.filename = std::move(filename);
    out.type = header_of(head, "Content-Type: ");
    out.bytes = body;
    return true;
}

}  // namespace

bool read_form_file(const net::Request& request, FormFile& out) {
    const std::string_view boundary = boundary_of(request.header("content-type"));
    if (boundary.empty()) return false;
    const std::string delimiter = std::string("--").append(boundary);
    const std::string between = std::string(line_end).append(delimiter);
    std::string_view rest = request.body;
    if (!rest.starts_with(delimiter)) return false;
    rest.remove_prefix(delimiter.size());
    while (rest.starts_with(line_end)) {
        rest.remove_prefix(line_end.size());
        const std::size_t end = rest.find(between);
        if (end == std::string_view::npos || !read_part(rest.substr(0, end), out)) return false;
        rest.remove_prefix(end + between.size());
    }
    return (rest == "--" || rest == "--\r\n") && !out.name.empty();
}

std::string_view kind_of_bytes(std::string_view bytes) {
    using std::literals::operator""sv;
    constexpr auto kinds = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"\xff\xd8\xff"sv, "image/jpeg"},
        {"\x89PNG\r\n\x1a\n"sv, "image/png"},
        {"GIF8"sv, "image/gif"},
        {"BM"sv, "image/bmp"},
        {"#!AMR"sv, "audio/amr"},
        {"ID3"sv, "audio/mpeg"},
        {"\xff\xfb"sv, "audio/mpeg"},
    });
    for (const auto& [first, kind] : kinds) {
        if (bytes.starts_with(first)) return kind;
    }
    return bytes.substr(0, 12).find("ftyp") == 4 ? "video/mp4" : std::string_view{};
}

}  // namespace postern::sim
