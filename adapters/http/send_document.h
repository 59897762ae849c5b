// The declarative `send` document, parsed and checked once when the account is made. README.md is
// its reference. A plain value; thread: any (const).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/http/send_template.h"

namespace postern::adapters::http {

/// A condition on an answer: its status, what stands at a place of its JSON, what stands anywhere.
struct Condition {
    std::vector<int> statuses;           // empty: any
    std::string pointer;                 // RFC 6901; empty: no place matters
    std::vector<std::string> words;      // as text; empty: anything stands there
    std::vector<std::string> not_words;  // nor any of these
    std::vector<std::string> contains;   // one of them in the body, be it JSON or not; empty: any
};

/// Where a value stands in an answer: a JSON pointer, a header, or between words of a body that is
/// no JSON.
struct AnswerPlace {
    std::string pointer;
    std::string header;
    std::string after;  // «<id>»; empty: from the body's beginning
    std::string until;  // «</id>»; empty: up to the end of the line
    bool between = false;
};

/// What a condition that holds means.
struct Meaning {
    Condition when;
    SendResult result = SendResult::permanent;
    std::string_view code;
    AddressVerdict address = AddressVerdict::none;
};

struct SendDocument {
    std::string method = "POST";
    Template url;
    std::vector<std::pair<std::string, Template>> headers;
    Template body;
    Condition ok;
    std::vector<Meaning> meanings;  // in the order in which they are tried
    AnswerPlace id{"/id", {}, {}, {}, false};
    AnswerPlace detail;  // the provider's words
    bool idempotent = false;

    [[nodiscard]] bool uses(Slot slot) const;
};

/// The setting's JSON text. `base` is where a url that begins with '/' belongs. The first mistake
/// goes to `problem`.
[[nodiscard]] SendDocument parse_send(std::string_view text, std::string_view base,
                                      const Sender& sender, std::string& problem);

// send_answer.cc
[[nodiscard]] SendOutcome classify(const SendDocument& document, const SendRequest& request,
                                   const ProviderAnswer& answer,
                                   std::span<const Secret> credentials);

}  // namespace postern::adapters::http
