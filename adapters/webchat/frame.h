// What a browser may say over the WebSocket: one JSON object a frame, `t` its type. Everything is
// bounded and copied; nothing of it is believed. Pure, fuzzed. Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::adapters::webchat {

inline constexpr std::size_t text_characters_max = 4000;
inline constexpr std::size_t acknowledged_max = 200;  // messages in one frame

struct ClientFrame {
    enum class Type : unsigned char {
        bad,      // not a frame of ours; `problem` says why
        hello,    // resume, after, locale, page
        prechat,  // c, fields_json
        msg,      // c, text and/or file
        button,   // c, id, title, in
        recv,     // ids
        read,     // ids
        typing,   // on
        ping,
        end,
    };
    Type type = Type::bad;
    std::string problem;  // bad: a code, "bad_frame", "too_long"
    std::string c;        // the browser's own name of what it says; a repeat has the same one
    std::string text;
    std::string file;  // a file token
    std::string id;    // of the button or row that was tapped
    std::string title;
    std::string in;                // id of the message that had it
    std::vector<std::string> ids;  // of messages
    std::string resume;            // visitor token
    std::string after;             // id of the last message that is known
    std::string locale;            // BCP 47
    std::string page_url;
    std::string page_referrer;
    std::string fields_json;  // one object
    bool on = false;
};

/// `text`: 64 readable bytes follow it.
[[nodiscard]] ClientFrame read_frame(std::string_view text);

}  // namespace postern::adapters::webchat
