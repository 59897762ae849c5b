// The pieces that decoding a Telegram update falls into, one .cc each. Internal to the folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/adapter.h"
#include "adapters/shared/json.h"

namespace postern::adapters::telegram {

/// One update: what its payload needs from around it.
struct Update {
    std::string dedupe_id;  // "u" and update_id
    std::string_view kind;  // the payload's member name
    json::Object payload;
    std::string_view raw;  // the body: Telegram sends one update a request
    Instant now;
};

// decode.cc
[[nodiscard]] Result<InboundBatch> decode(std::string_view body, Instant now);
/// A signal of this update with what every signal has.
[[nodiscard]] InboundSignal signal_of(const Update& update, SignalKind kind);
void add(InboundBatch& batch, const Update& update, InboundMessage message);
void add(InboundBatch& batch, const Update& update, InboundSignal signal);
void add_undecoded(InboundBatch& batch, const Update& update, std::string reason);

// sender.cc
struct Chat {
    std::string id;         // empty: not understood
    bool is_group = false;  // group, supergroup or channel: the conversation is the chat's
    std::string title;
    std::string username;
};
[[nodiscard]] Chat read_chat(json::Object holder, std::string_view member = "chat");
[[nodiscard]] std::optional<Sender> read_user(json::Object holder, std::string_view member);
/// The chat itself as the one who speaks: channels, anonymous administrators.
[[nodiscard]] std::optional<Sender> read_chat_sender(json::Object holder, std::string_view member);
/// Who sent this message: `sender_chat` where one speaks for a chat, else `from`, else a chat that
/// can only be its author: a channel, or a person's own.
[[nodiscard]] std::optional<Sender> read_sender(json::Object message);
/// "chat:message", within a business connection "connection:chat:message" because ids there count
/// apart; empty if either is absent. A message of a group that one person alone sees has the
/// number 0 and is "chat:e" with its other number.
[[nodiscard]] std::string message_id(json::Object message);
inline constexpr char ephemeral_mark = 'e';

// content.cc: what a message says
struct Said {
    Content content;
    std::vector<Attachment> attachments;
    bool service = false;   // a notice of the chat, not a person's words
    std::string own_phone;  // E.164, of a card that the sender shared of themselves
};
/// Never fails: what is not understood is `unsupported` under Telegram's own word.
[[nodiscard]] Said read_content(json::Object message);

// rich.cc
/// The words of a rich message, a block a line; empty if it has none.
[[nodiscard]] std::string rich_text(json::Object rich_message);

// members.cc: members of a message by their names
[[nodiscard]] bool surrounds(std::string_view member);  // says nothing of the content
[[nodiscard]] bool is_notice(std::string_view member);  // somebody did something in the chat

// message.cc: messages, edits, and the taps of buttons
void read_message(const Update& update, InboundBatch& batch);
void read_edit(const Update& update, InboundBatch& batch);
void read_callback(const Update& update, InboundBatch& batch);

// notices.cc: reactions, blocking, deletions, all else
void read_reaction(const Update& update, InboundBatch& batch);
void read_membership(const Update& update, InboundBatch& batch);
void read_deletions(const Update& update, InboundBatch& batch);
void read_other(const Update& update, InboundBatch& batch);

}  // namespace postern::adapters::telegram
