// multipart/form-data (RFC 7578) with one file in it, the message's upload: the frame alone, since
// an adapter never sees the file's bytes. They are put in where ProviderCall::file_at says. Lives
// while a call is built. Thread: any.
#pragma once

#include <string>
#include <string_view>

#include "adapters/sending_adapter.h"

namespace postern::adapters::shared {

class FileForm final {
  public:
    /// The boundary is made of the file's hash: no file holds its own.
    explicit FileForm(const SendFile& file);

    /// Before the file, as providers ask that read a form from its begin.
    FileForm& field(std::string_view name, std::string_view value);
    /// Ends the form with the file under `name`, and writes body, file_at and Content-Type.
    void finish(std::string_view name, ProviderCall& call);

  private:
    const SendFile& file_;
    std::string boundary_;
    std::string body_;
};

}  // namespace postern::adapters::shared
