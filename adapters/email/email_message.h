// A mail as every decoder here sees it, whoever delivered it: headers, text, files. Made by mime.h
// from a whole message, or by a provider's decoder from its fields. Values only. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/model/time.h"

namespace postern::adapters::email {

struct Mailbox {
    std::string name;     // UTF-8
    std::string address;  // lower case
    bool operator==(const Mailbox&) const = default;
};

struct MailHeader {
    std::string name;   // as written
    std::string value;  // unfolded, otherwise as written: encoded words are still encoded
};

struct MailFile {
    std::string name;  // UTF-8, may be empty
    std::string mime;  // lower case, without parameters
    std::string content_id;
    bool shown = false;    // within the text, not beside it
    std::string bytes;     // decoded
    std::string url = {};  // where the provider keeps them, if they did not come along
};

struct Mail {
    std::vector<MailHeader> headers;
    std::string text;  // UTF-8; of HTML where there was no plain text
    /// What the person wrote, where the provider has told it apart from what they answer to.
    std::string reply;
    std::vector<MailFile> files;
    std::optional<std::string> envelope_from;  // empty: a bounce's null sender; unset: not told
    std::vector<std::string> envelope_to;
    bool damaged = false;  // it ended early or its structure was guessed

    /// The first of that name, unfolded and trimmed, as written; empty if absent.
    [[nodiscard]] std::string_view header(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const;
    /// The same with its encoded words read.
    [[nodiscard]] std::string words(std::string_view name) const;
    [[nodiscard]] std::size_t count(std::string_view name) const;
    [[nodiscard]] const MailFile* file(std::string_view mime) const;
};

}  // namespace postern::adapters::email
