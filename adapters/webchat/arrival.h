// What a visitor said, once it was checked, as one JSON document: the gateway's own «webhook» of
// this channel. It is what quarantine keeps and a replay reads again, so writing and reading stand
// side by side. Pure. Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/adapter.h"

namespace postern::adapters::webchat {

struct Arrived {
    enum class Kind : unsigned char { message, form, choice, receipt, typing, ended };
    struct File {
        std::string upload;  // id of an upload
        std::string mime;
        std::string filename;
    };
    Kind kind = Kind::message;
    std::string visitor;
    std::string c;     // the browser's name of it, unique for the visitor
    std::string text;  // form: in words
    File file;
    std::string choice;  // id of what was tapped
    std::string in;      // id of the message that it stood in
    std::string name;    // of the visitor, where the form says
    std::string locale;
    std::string page_url;
    std::string page_referrer;
    std::vector<std::pair<std::string, std::string>> values;    // form
    std::vector<std::pair<std::string, std::string>> keys;      // form: "phone" or "email", value
    std::vector<std::pair<std::string, std::string>> consents;  // form: field, wording agreed to
    std::string peer;                                           // consents: who agreed from where
    std::string agent;
    std::vector<std::string> ids;  // receipt
    bool read = false;             // receipt
};

[[nodiscard]] std::string write_arrival(const Arrived& arrived);
/// Points into `body`, which 64 readable bytes follow.
[[nodiscard]] Result<InboundBatch> read_arrival(std::string_view body, Instant now);

/// The id of a visitor's message in the account: "visitor.c".
[[nodiscard]] std::string external_id(std::string_view visitor, std::string_view c);
/// The browser's name of it, or nothing if it is none.
[[nodiscard]] std::string_view client_name(std::string_view external_id);

}  // namespace postern::adapters::webchat
