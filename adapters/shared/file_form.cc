#include "adapters/shared/file_form.h"

namespace postern::adapters::shared {
namespace {

/// As browsers write names of parts (WHATWG): what would end the quotation or the line.
std::string quoted(std::string_view text) {
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

FileForm::FileForm(const SendFile& file)
    : file_(file), boundary_(std::string("postern-").append(file.sha256.substr(0, 48))) {}

FileForm& FileForm::field(std::string_view name, std::string_view value) {
    body_.append("--").append(boundary_);
    body_.append("\r\nContent-Disposition: form-data; name=").append(quoted(name));
    body_.append("\r\n\r\n").append(value).append("\r\n");
    return *this;
}

void FileForm::finish(std::string_view name, ProviderCall& call) {
    body_.append("--").append(boundary_);
    body_.append("\r\nContent-Disposition: form-data; name=").append(quoted(name));
    body_.append("; filename=").append(quoted(file_.filename));
    body_.append("\r\nContent-Type: ").append(type_of(file_.mime)).append("\r\n\r\n");
    call.file_at = body_.size();
    body_.append("\r\n--").append(boundary_).append("--\r\n");
    call.body = std::move(body_);
    call.headers.emplace_back("Content-Type", "multipart/form-data; boundary=" + boundary_);
}

}  // namespace postern::adapters::shared
