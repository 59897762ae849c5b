// multipart/form-data (RFC 7578) with one file in it, the message's upload: the frame alone, since
// an adapter never sees the file's bytes. They are put in where ProviderCall::file_at says. Lives
// while a call is built. Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/sending_adapter.h"

namespace postern::adapters::shared {

class FileForm final {
  public:
    explicit FileForm(const SendFile& file) : file_(file) {}

    /// Before the file, as providers ask that read a form from its begin.
    FileForm& field(std::string_view name, std::string_view value);
    /// Ends the form with the file under `name`, and writes body, file_at and Content-Type. The
    /// boundary is made of the file's hash, which no file holds itself, and grows until no field
    /// holds it: whoever has the file can compute the hash and write it into a caption.
    void finish(std::string_view name, ProviderCall& call);

  private:
    struct Field {
        std::string name;
        std::string value;
    };
    [[nodiscard]] std::string boundary() const;

    const SendFile& file_;
    std::vector<Field> fields_;
};

}  // namespace postern::adapters::shared
