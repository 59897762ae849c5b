// A mail of ours as bytes (RFC 5322, MIME by GMime): text, the same in HTML, files. The same draft
// gives the same bytes. Thread: any.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "adapters/email/smtp_address.h"
#include "adapters/model/time.h"

namespace postern::adapters::email {

struct MailPart {
    std::string filename;
    std::string mime;  // "image/png"; what is no media type becomes application/octet-stream
    std::string bytes;
};

struct MailDraft {
    NamedAddress from;
    MailAddress to;
    std::string reply_to;    // an address, or empty
    std::string message_id;  // without its brackets
    std::string answers;     // the Message-ID that this replies to, without brackets; or empty
    std::string thread;      // those before it, the oldest first, a space between them; or empty
    std::string subject;
    std::string text;  // UTF-8; line ends of any kind
    std::string html;  // or empty
    std::vector<MailPart> files;
    std::vector<std::pair<std::string, std::string>> fields;  // further ones, ASCII
    Instant date{};
    /// The server takes 8-bit text as it is. False: quoted-printable or base64, which no relay on
    /// the way has to change (a signature survives only that).
    bool eight_bit = false;
};

/// Headers, an empty line, the body; CRLF lines of at most 998 bytes.
[[nodiscard]] std::string compose(const MailDraft& draft);

/// The bytes of a mail before and behind those of its last file, which come from elsewhere: there
/// they stand as base64 lines (attached_letter.h). `file.bytes` is passed over.
struct MailAround {
    std::string before;  // ends in CRLF
    std::string behind;  // begins with CRLF
};
[[nodiscard]] MailAround compose_around(MailDraft draft, MailPart file);

/// `id` as a Message-ID in its brackets: nothing but printable ASCII without brackets within; empty
/// if that is not so.
[[nodiscard]] std::string bracketed(std::string_view id);

}  // namespace postern::adapters::email
