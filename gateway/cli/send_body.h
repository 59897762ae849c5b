// What `postern send` was asked, as the body of POST /v1/messages. Pure.
#pragma once

#include <string>
#include <vector>

namespace postern::cli {

/// As on the command line; empty is not given. One content: text, template_name, json_content,
/// upload, media_url or location.
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
    std::string caption;                 // of it, or of media_url
    std::string category;
    std::string at;  // RFC 3339: not before; of a check: as if it were then
    std::string reply_to;
    bool check = false;
    std::string timezone;               // of the person: America/Bogota
    std::vector<std::string> fallback;  // accounts, best first
    bool no_fallback = false;           // not even those that a rule would add
    std::string priority;
    std::string send_at;  // RFC 3339: not before
    std::string expires_at;
    std::vector<std::string> metadata;  // "name=value"
    bool test = false;
    bool human_agent = false;
    std::string subject;               // of a mail: with text or media
    std::vector<std::string> buttons;  // "id=title", with text
    bool preview_url = false;          // with text
    std::string media_url;
    std::string media_kind;  // of media_url; of a file it is found
    std::string filename;    // as the person sees it
    std::string location;    // "latitude,longitude"
    std::string place;       // what is there
};

/// False if a variable, a button or metadata is no "name=value", the location no pair of numbers or
/// the content no JSON object; `problem` says which.
[[nodiscard]] bool send_body(const SendAsk& ask, std::string& body, std::string& problem);

}  // namespace postern::cli
