// The envelope: one <xml>, encrypted as a whole or not at all. In «compatible» mode both stand side
// by side, and only the encrypted one is signed, so that is the one which counts.
#include "adapters/wechat/decode.h"

#include "adapters/errc.h"
#include "adapters/shared/epoch.h"
#include "adapters/wechat/crypt.h"

namespace postern::adapters::wechat {
namespace {

void read_message(const Push& push, InboundBatch& batch) {
    InboundMessage out;
    out.external_id = word_of(push.root, "MsgId");
    // Messages have ids; what has none is told apart as WeChat tells events apart.
    if (out.external_id.empty()) out.external_id = push.made_id;
    out.sender = sender_of(push);
    Said said = read_content(push);
    out.content = std::move(said.content);
    out.attachments = std::move(said.attachments);
    out.provider_time = push.time;
    add(batch, push, std::move(out));
}

std::optional<std::string> open(std::string_view encrypted, const Keys& keys) {
    for (const Secret& key : keys.keys) {
        if (auto xml = decrypt(key, encrypted, keys.app_id)) return xml;
    }
    return std::nullopt;
}

void read_push(pugi::xml_node root, std::string_view raw, Instant now, InboundBatch& batch) {
    Push push;
    push.root = root;
    push.raw = raw;
    push.type = lower(word_of(root, "MsgType"));
    push.person = word_of(root, "FromUserName");
    const auto time = integer_of(root, "CreateTime");
    push.time = shared::epoch_time(time, now);
    if (push.type.empty()) return add_undecoded(batch, push, "MsgType: expected a word");
    const bool event = push.type == "event" || push.type == "device_event";
    if (push.person.empty() && !event) {
        return add_undecoded(batch, push, "FromUserName: expected an OpenID");
    }
    push.made_id = push.person + ":" + (time ? std::to_string(*time) : std::string("0"));
    if (event) return read_event(push, batch);
    read_message(push, batch);
}

}  // namespace

Sender sender_of(const Push& push) {
    Sender sender;
    sender.aliases.push_back({push.person, IdentityScope::account});
    return sender;
}

void add(InboundBatch& batch, const Push& push, InboundMessage message) {
    batch.items.push_back({std::move(message), {}, push.raw});
}

void add(InboundBatch& batch, const Push& push, InboundStatus status) {
    batch.items.push_back({std::move(status), {}, push.raw});
}

void add(InboundBatch& batch, const Push& push, InboundSignal signal) {
    batch.items.push_back({std::move(signal), {}, push.raw});
}

void add_undecoded(InboundBatch& batch, const Push& push, std::string reason) {
    batch.undecoded.push_back({push.raw, std::move(reason), {}});
}

Result<InboundBatch> decode(std::string_view body, const Keys& keys, Instant now) {
    pugi::xml_document outer;
    const pugi::xml_node root = parse_push(outer, body);
    if (!root) return make_error_code(Errc::wrong_shape);
    InboundBatch batch;
    const std::string encrypted = word_of(root, "Encrypt");
    const bool clear = root.child("MsgType");
    if (encrypted.empty() || (clear && keys.keys.empty())) {
        read_push(root, body, now, batch);
        return batch;
    }
    const auto opened = open(encrypted, keys);
    pugi::xml_document inner;
    const pugi::xml_node message = opened ? parse_push(inner, *opened) : pugi::xml_node{};
    if (!message) {
        batch.undecoded.push_back({body,
                                   opened ? "Encrypt: expected XML or JSON inside"
                                          : "Encrypt: no encoding_aes_key opens it for this app_id",
                                   {}});
        return batch;
    }
    read_push(message, body, now, batch);
    return batch;
}

}  // namespace postern::adapters::wechat
