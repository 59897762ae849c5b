// One response of an IMAP server (RFC 9051, RFC 3501): what a client that fetches mail needs of it,
// and nothing else. What it does not know it skips, well-formed or not at all. Pure. Thread: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::adapters::email {

/// A string that came behind its length. Its place in the line still says "{length}".
struct ImapLiteral {
    std::string bytes;
    bool cut = false;  // the reader's bound: the rest was read and dropped
    bool operator==(const ImapLiteral&) const = default;
};

enum class ImapKind : unsigned char {
    ok,
    no,
    bad,
    bye,
    preauth,
    more,  // "+": the server waits for the rest of a command
    capability,
    exists,
    search,
    fetch,
    other,
};

/// What a FETCH told of one mail.
struct ImapFetched {
    std::uint32_t uid = 0;              // 0: not told
    std::optional<std::uint64_t> size;  // RFC822.SIZE
    std::optional<std::string> body;    // BODY[…], whichever section was asked for
    bool cut = false;                   // `body` lacks its end
    bool nil = false;                   // it was told that there is no body
    bool operator==(const ImapFetched&) const = default;
};

struct ImapReply {
    ImapKind kind = ImapKind::other;
    std::string tag;                     // empty: untagged
    std::string code;                    // of a status, upper case: "UIDVALIDITY", "READ-ONLY"
    std::string code_value;              // behind it: "17", "(\Seen \*)"
    std::string text;                    // of a status and of "+", bytes as they came
    std::vector<std::string> words;      // of CAPABILITY, also as a code; upper case; at most 200
    std::vector<std::uint32_t> numbers;  // EXISTS: one; SEARCH: all
    ImapFetched fetched;
    bool operator==(const ImapReply&) const = default;
};

/// `line`: without its end, the literals' bytes not in it but in `literals`, in order; those that
/// are used are moved from. Nullopt: it is no response.
[[nodiscard]] std::optional<ImapReply> imap_reply(std::string_view line,
                                                  std::vector<ImapLiteral>& literals);

/// Whether a "{n}" at the end of this beginning of a line announces a literal: the text of a status
/// and of "+" may end so and mean nothing by it.
[[nodiscard]] bool imap_has_literals(std::string_view line);

}  // namespace postern::adapters::email
