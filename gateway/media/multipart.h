// One file out of a multipart/form-data body that comes piece by piece (RFC 7578). Sans-I/O: bytes
// in, the file's bytes out; never more than a delimiter's length is held back.
#pragma once

#include <string>
#include <string_view>

namespace postern::media {

class MultipartFile final {
  public:
    enum class State : unsigned char { more, done, malformed };

    /// The boundary of this Content-Type; empty: it is no multipart/form-data, or has none.
    [[nodiscard]] static std::string boundary_of(std::string_view content_type);

    explicit MultipartFile(const std::string& boundary) : delimiter_("\r\n--" + boundary) {}

    /// Appends to `file` what of `bytes` is the part named "file". `done` after the last delimiter:
    /// what follows is dropped. A second part of that name, or none at the end, is malformed.
    [[nodiscard]] State feed(std::string_view bytes, std::string& file);

    [[nodiscard]] bool found() const { return found_; }
    // Of the part, once its head was read.
    [[nodiscard]] const std::string& content_type() const { return content_type_; }
    [[nodiscard]] const std::string& filename() const { return filename_; }

  private:
    enum class At : unsigned char { content, after_delimiter, head, end, broken };

    [[nodiscard]] bool step(std::string& file);
    [[nodiscard]] bool read_head(std::string_view head);

    std::string delimiter_;
    std::string held_ = "\r\n";  // so that the first delimiter needs no line before it
    At at_ = At::content;
    bool inside_ = false;  // what is read is the file
    bool found_ = false;
    std::string content_type_;
    std::string filename_;
};

/// A parameter of a header's value, unquoted: `name` of `form-data; name="file"`; empty if absent.
[[nodiscard]] std::string header_parameter(std::string_view value, std::string_view name);

}  // namespace postern::media
