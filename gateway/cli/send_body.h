// What `postern send` was asked, as the body of POST /v1/messages. Pure.
#pragma once

#include <string>
#include <vector>

namespace postern::cli {

/// As on the command line; empty is not given. One of text, template_name, json_content, upload.
struct SendAsk {
    std::string account;  // or empty: a rule of the gateway chooses
    std::string to;       // an address, or a contact's id: con_…
    std::string contact;  // the latter, named as such; becomes `to` before the body is made
    std::string channel;  // of an address
    std::string text;
    std::string template_name;
    std::string language;
    std::vector<std::string> variables;  // "name=value"
    std::string json_content;            // {"type":…}
    std::string upload;                  // a file; becomes json_content before the body is made
    std::string caption;                 // of it
    std::string category;
    std::string at;  // RFC 3339: not before; of a check: as if it were then
    std::string reply_to;
    bool check = false;
};

/// False if a variable is no "name=value" or the content is no JSON object; `problem` says which.
[[nodiscard]] bool send_body(const SendAsk& ask, std::string& body, std::string& problem);

}  // namespace postern::cli
