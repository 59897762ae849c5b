// The pieces that decoding a Viber callback falls into, one .cc each. Internal to the folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/adapter.h"
#include "adapters/shared/json.h"

namespace postern::adapters::viber {

/// One callback: Viber sends one event a request.
struct Event {
    std::string_view name;
    json::Object object;
    std::string_view raw;  // the body
    std::string token;     // message_token: up to 2^64, so never through a double; may be empty
    Instant time;
};

// decode.cc
[[nodiscard]] Result<InboundBatch> decode(std::string_view body, Instant now);
void add(InboundBatch& batch, const Event& event, InboundMessage message);
void add(InboundBatch& batch, const Event& event, InboundStatus status);
void add(InboundBatch& batch, const Event& event, InboundSignal signal);
void add_undecoded(InboundBatch& batch, const Event& event, std::string reason);

// sender.cc
/// The person that `member` (`sender`, `user`) describes.
[[nodiscard]] std::optional<Sender> read_person(json::Object event, std::string_view member);
/// The person of any event: described by `sender` or `user`, or named by `user_id`.
[[nodiscard]] std::optional<Sender> find_person(json::Object event);

// content.cc: what a message says
struct Said {
    Content content;
    std::vector<Attachment> attachments;
};
/// Never fails: what is not understood is `unsupported` under Viber's own word.
[[nodiscard]] Said read_content(json::Object message);

// message.cc
void read_message(const Event& event, InboundBatch& batch);

// notices.cc: receipts, subscriptions, and all the rest
void read_delivered(const Event& event, InboundBatch& batch);
void read_seen(const Event& event, InboundBatch& batch);
void read_failed(const Event& event, InboundBatch& batch);
void read_subscribed(const Event& event, InboundBatch& batch);
void read_unsubscribed(const Event& event, InboundBatch& batch);
void read_other(const Event& event, InboundBatch& batch);
/// The check of the URL while set_webhook runs.
void read_webhook(const Event& event, InboundBatch& batch);

}  // namespace postern::adapters::viber
