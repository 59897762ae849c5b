// A line of the audit: who changed what in how this gateway runs, and what it was before. Written
// by the core with the change itself, read by the API, gone by age. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/model/ids.h"
#include "gateway/model/time.h"

namespace postern::model {

using AuditId = Id<'a', 'u', 'd'>;

enum class ActorKind : std::uint8_t {
    postern,  // the daemon itself: what nobody ordered
    key,      // whoever holds an API key
    config,   // the configuration file, at a start or a reload
    cli,      // somebody at the machine: an option of the daemon's start
};
[[nodiscard]] std::string_view to_string(ActorKind kind);

/// Who orders a change, as it comes with the command.
struct Author {
    ActorKind kind = ActorKind::postern;
    Sequence key = 0;  // of ActorKind::key
    bool operator==(const Author&) const = default;
};

/// No secret, no content, no address but a masked one: an audit is not erased with a person.
struct AuditRow {
    Instant created{};
    std::uint32_t epoch = 0;
    ActorKind actor = ActorKind::postern;
    std::string actor_id;     // "key_…" of ActorKind::key
    std::string actor_name;   // what the key was called then
    std::string action;       // "key.created", …
    std::string object;       // what it was done to: an id, a name of an account, a hash
    std::string before_json;  // one JSON object, or nothing
    std::string after_json;   // the same
    bool operator==(const AuditRow&) const = default;
};

}  // namespace postern::model
