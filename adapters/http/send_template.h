// A text with {{placeholders}}, taken apart once when the account is made and filled in a message.
// What is filled in is escaped for the place where it stands. A plain value; thread: any (const).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/sending_adapter.h"

namespace postern::adapters::http {

/// Where a filled-in value stands, hence how it is escaped.
enum class SlotPlace : unsigned char {
    plain,        // as it is
    url,          // percent escapes, for a path or a query
    header,       // no line ends, no control characters
    form,         // application/x-www-form-urlencoded
    xml,          // the five entities
    json_string,  // between quotes that stand in the template
    json_value,   // a whole JSON value: quoted unless it is a number or an object
};

/// What can be filled in; README.md is the reference of their names.
enum class Slot : unsigned char {
    literal,
    to,
    to_digits,
    text,
    echo,
    account,
    type,
    kind,
    url,
    mime,
    filename,
    name,
    language,
    latitude,
    longitude,
    address,
    message,
    emoji,
    reply_to,
    status_url,
    time,
    secret,
    content,
    text_and_url,  // both, as far as they are there, on lines of their own
    text_hex,      // the text in UTF-16BE, in hexadecimal
    time_ms,
    basic,     // basic.USER: the base64 of `USER:secret`
    variable,  // variables.NAME of a template
    alphabet,  // alphabet.A.B: A where an SMS of the text is GSM-7, B where it is not
};

struct SlotPiece {
    Slot slot = Slot::literal;
    SlotPlace place = SlotPlace::plain;
    std::string text;  // literal: itself; basic: the base64; variable: its name; alphabet: "A.B"
};

using Template = std::vector<SlotPiece>;

/// What stands in for the account in every message.
struct Sender {
    std::string account;
    std::string secret;
};

/// Appends the pieces of `text` to `out`. False, with `advice`: what to write instead.
[[nodiscard]] bool compile(std::string_view text, SlotPlace place, const Sender& sender,
                           Template& out, std::string& advice);
/// As above for JSON text: inside quotes a string, outside a value. `typed`: a string that is one
/// placeholder and nothing else keeps the type of what is filled in, as tables want it.
[[nodiscard]] bool compile_json(std::string_view text, bool typed, const Sender& sender,
                                Template& out, std::string& advice);

[[nodiscard]] bool uses(const Template& pieces, Slot slot);

void fill(const Template& pieces, const SendRequest& request, const Sender& sender,
          std::string& out);

// content_json.cc
/// The contract's `content` object of that message.
[[nodiscard]] std::string content_json(const OutboundContent& content);

}  // namespace postern::adapters::http
