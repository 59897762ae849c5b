// The pieces that decoding a LINE webhook falls into, one .cc each. Internal to the folder.
// Everything here reads views into the request's body and the thread's parsed value.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/adapter.h"
#include "adapters/shared/json.h"

namespace postern::adapters::line {

/// Where an event comes from. Both empty: from the account itself.
struct Source {
    std::string user;   // absent from groups whose member has not agreed to be named
    std::string group;  // of a group or a room; empty in a one-to-one chat
};

/// One element of `events`: what its reader needs from around it.
struct Event {
    std::string_view type;
    json::Object object;
    std::string_view raw;
    Source source;
    std::string dedupe_id;  // webhookEventId, or one of our making; never empty
    Instant time;
};

// decode.cc
[[nodiscard]] Result<InboundBatch> decode(std::string_view body, Instant now);
/// A signal of this event with what every signal has.
[[nodiscard]] InboundSignal signal_of(const Event& event, SignalKind kind);
void add(InboundBatch& batch, const Event& event, InboundMessage message);
void add(InboundBatch& batch, const Event& event, InboundStatus status);
void add(InboundBatch& batch, const Event& event, InboundSignal signal);
void add_undecoded(InboundBatch& batch, const Event& event, std::string reason);

// sender.cc
[[nodiscard]] Source read_source(json::Object event);
/// The person; else the group, which then speaks for a member that LINE does not name.
[[nodiscard]] std::optional<Sender> sender_of(const Source& source);

// content.cc: what a message says
struct Said {
    Content content;
    std::vector<Attachment> attachments;
};
/// Never fails: what is not understood is `unsupported` under LINE's own word.
[[nodiscard]] Said read_content(json::Object message);

// message.cc: messages, and the taps of buttons
void read_message(const Event& event, InboundBatch& batch);
void read_edited(const Event& event, InboundBatch& batch);
void read_postback(const Event& event, InboundBatch& batch);

// notices.cc: everything that nobody wrote
void read_follow(const Event& event, InboundBatch& batch);
void read_unfollow(const Event& event, InboundBatch& batch);
void read_unsend(const Event& event, InboundBatch& batch);
void read_delivery(const Event& event, InboundBatch& batch);
void read_health(const Event& event, InboundBatch& batch);
void read_other(const Event& event, InboundBatch& batch);

}  // namespace postern::adapters::line
