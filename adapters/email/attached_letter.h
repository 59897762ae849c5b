// A letter with a file in it that is never in memory as a whole: the file's bytes pass through here
// piece by piece, once for the signature, which stands before them, and once on their way out. One
// file, the last part of its mail, as base64 lines. Thread: any, one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/email/compose.h"
#include "adapters/email/dkim.h"
#include "adapters/email/smtp_client.h"
#include "adapters/errc.h"
#include "adapters/sending_adapter.h"

namespace postern::adapters::email {

/// How many bytes a file of that size becomes: lines of 76 characters with CRLF between them.
[[nodiscard]] std::uint64_t base64_lines_bytes(std::uint64_t file_bytes);
/// The largest file that becomes at most that.
[[nodiscard]] std::uint64_t base64_lines_fit(std::uint64_t encoded_bytes);

/// Bytes into lines; no CRLF behind the last one.
class Base64Lines final {
  public:
    /// The lines that are whole by now.
    [[nodiscard]] std::string add(std::string_view bytes);
    /// The rest.
    [[nodiscard]] std::string end();

  private:
    void append_line(std::string& out, std::string_view bytes);

    std::string held_;  // less than a line
    bool first_ = true;
};

class AttachedLetter final {
  public:
    /// `letter` has all but the content. `file_bytes`: exactly so many come.
    AttachedLetter(SmtpLetter letter, MailAround around, std::vector<DkimSigner> signers,
                   std::int64_t unix_time, std::uint64_t file_bytes);

    /// The file is to be read once, through hash(), before letter().
    [[nodiscard]] bool is_signed() const { return !signers_.empty(); }
    /// In order, all of them.
    void hash(std::string_view bytes);
    /// Once: its content up to the file; the client asks for the rest. Error: unsendable (it cannot
    /// be signed).
    [[nodiscard]] Result<SmtpLetter> letter();

    /// In order, all of them: what the client is to be given of it. With the last byte the end of
    /// the mail comes, too.
    [[nodiscard]] std::string encoded(std::string_view bytes);
    /// Bytes of the file that are to come; nothing is read of one that has none.
    [[nodiscard]] std::uint64_t left() const { return left_; }

  private:
    SmtpLetter letter_;
    MailAround around_;
    const std::vector<DkimSigner> signers_;
    const std::int64_t unix_time_;
    DkimBodyHash hash_;
    Base64Lines hashed_;
    Base64Lines sent_;
    std::uint64_t left_;  // of the file, not encoded yet
};

}  // namespace postern::adapters::email
