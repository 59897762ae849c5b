#include "adapters/shared/file_form.h"

#include <algorithm>
#include <cstdint>

namespace postern::adapters::shared {
namespace {

/// As browsers write names of parts (WHATWG): what would end the quotation or the line.
std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') {
            out += "%22";
        } else if (c == '\r') {
            out += "%0D";
        } else if (c == '\n') {
            out += "%0A";
        } else {
            out += c;
        }
    }
    return out += '"';
}

/// A type has no blanks and no line ends; what has is not one.
std::string_view type_of(std::string_view mime) {
    const bool plain = !mime.empty() && mime.find_first_of("\r\n") == std::string_view::npos;
    return plain ? mime : "application/octet-stream";
}

}  // namespace

FileForm& FileForm::field(std::string_view name, std::string_view value) {
    fields_.push_back({std::string(name), std::string(value)});
    return *this;
}

/// Ends: each round asks for another text, and the fields hold finitely many.
std::string FileForm::boundary() const {
    const std::string stem = std::string("postern-").append(file_.sha256.substr(0, 48));
    std::string out = stem;
    const auto holds = [&](const Field& field) {
        return field.value.find(out) != std::string::npos;
    };
    for (std::uint32_t round = 0; std::ranges::any_of(fields_, holds); ++round)
        out = stem + "-" + std::to_string(round);
    return out;
}

void FileForm::finish(std::string_view name, ProviderCall& call) {
    const std::string mark = boundary();
    std::string body;
    for (const Field& field : fields_) {
        body.append("--").append(mark);
        body.append("\r\nContent-Disposition: form-data; name=").append(in_quotes(field.name));
        body.append("\r\n\r\n").append(field.value).append("\r\n");
    }
    body.append("--").append(mark);
    body.append("\r\nContent-Disposition: form-data; name=").append(in_quotes(name));
    body.append("; filename=").append(in_quotes(file_.filename));
    body.append("\r\nContent-Type: ").append(type_of(file_.mime)).append("\r\n\r\n");
    call.file_at = body.size();
    body.append("\r\n--").append(mark).append("--\r\n");
    call.body = std::move(body);
    call.headers.emplace_back("Content-Type", "multipart/form-data; boundary=" + mark);
}

}  // namespace postern::adapters::shared
