// multipart/form-data with one file in it, read as strictly as providers do (RFC 7578): whole
// boundaries, CRLF everywhere, nothing behind the end. Pure. Views live as long as the request.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "gateway/net/http.h"

namespace postern::sim {

struct FormFile {
    std::map<std::string, std::string, std::less<>> fields;
    std::string name;  // of the part that has the file
    std::string filename;
    std::string type;  // its Content-Type
    std::string_view bytes;
};

/// False: not such a form, broken, or without exactly one file.
[[nodiscard]] bool read_form_file(const net::Request& request, FormFile& out);

/// "image/jpeg" and its like by the first bytes; empty: none that is known.
[[nodiscard]] std::string_view kind_of_bytes(std::string_view bytes);

}  // namespace postern::sim
