// A message as a caller asks for it, checked field by field: shapes, words, times, and what its
// channel can carry. Whom it reaches is the next step's (addressing.h). Any thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "adapters/model/outbound.h"
#include "gateway/api/problem.h"
#include "gateway/api/send_desk.h"
#include "gateway/model/outbound.h"
#include "gateway/templates/template_table.h"

namespace postern::api {

/// Where the caller names no end.
inline constexpr std::chrono::hours expires_default{24};
/// After the time at which it may go.
inline constexpr std::chrono::hours expires_max{30 * 24};
inline constexpr std::chrono::hours send_at_max{365 * 24};
inline constexpr std::size_t metadata_bytes_max = 4096;
inline constexpr std::size_t fallback_max = 4;

struct MessageAsk {
    model::ContactId contact;  // empty: `channel` and `address`
    std::string channel;       // or empty: the account's
    std::string address;
    std::string timezone;  // of the person, as the caller knows it; empty: found from the number
    std::vector<std::shared_ptr<const SendAccount>> accounts;  // asked for first, then fallbacks
    /// No account is named: `accounts` are the caller's own fallback until routing.h has put the
    /// candidates before them.
    bool by_rule = false;
    bool own_fallback = false;  // it may be empty: none is wanted
    std::size_t candidates = 0;
    adapters::OutboundContent content;
    std::string reply_to;            // an id of ours or an external one
    model::Instant at{};             // check: judge as if it were then
    std::vector<std::string> words;  // of a template, by account: what goes there instead, or empty
    /// Everything that needs no look-up: category, times, metadata.
    model::OutboundRow row;
};

enum class AskFor : std::uint8_t { send, check };

/// Whether the account's addresses are those of the channel that was named.
[[nodiscard]] bool same_channel(std::string_view wanted, const SendAccount& account);

/// False: `errors` says why, every field at once.
[[nodiscard]] bool read_ask(simdjson::dom::element json, AskFor what, const SendDesk& desk,
                            const templates::TemplateTable& templates, model::Instant now,
                            MessageAsk& out, std::vector<FieldError>& errors);

}  // namespace postern::api
