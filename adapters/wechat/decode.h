// The pieces that decoding a WeChat push falls into, one .cc each. Internal to the folder.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/adapter.h"
#include "adapters/wechat/xml.h"

namespace postern::adapters::wechat {

/// One push: WeChat sends one message or event a request.
struct Push {
    pugi::xml_node root;
    std::string type;      // MsgType
    std::string person;    // FromUserName: an OpenID, of one person and one account
    std::string made_id;   // what a repeat has in common: person and time, of an event its name too
    std::string_view raw;  // the body, encrypted or not
    Instant time;
};

/// What opens an account's encrypted messages.
struct Keys {
    std::vector<Secret> keys;
    std::string app_id;
};

// decode.cc
[[nodiscard]] Result<InboundBatch> decode(std::string_view body, const Keys& keys, Instant now);
[[nodiscard]] Sender sender_of(const Push& push);
void add(InboundBatch& batch, const Push& push, InboundMessage message);
void add(InboundBatch& batch, const Push& push, InboundStatus status);
void add(InboundBatch& batch, const Push& push, InboundSignal signal);
void add_undecoded(InboundBatch& batch, const Push& push, std::string reason);

// content.cc: what a message says
struct Said {
    Content content;
    std::vector<Attachment> attachments;
};
/// Never fails: what is not understood is `unsupported` under WeChat's own word.
[[nodiscard]] Said read_content(const Push& push);

// event.cc: MsgType `event`
void read_event(const Push& push, InboundBatch& batch);

}  // namespace postern::adapters::wechat
