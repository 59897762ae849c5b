// MsgType `event`: who follows and who leaves, taps of the menu, receipts of templates, and all the
// rest. WeChat writes some names in capitals, and not everywhere the same ones.
#include <array>

#include "adapters/shared/hmac.h"
#include "adapters/wechat/decode.h"
#include "adapters/wechat/send.h"

namespace postern::adapters::wechat {
namespace {

/// Two events of one second differ in name or key (WeChat: repeats have person and time in common).
std::string dedupe_id_of(const Push& push) {
    std::string id = push.made_id;
    id.append(":").append(word_of(push.root, "Event"));
    const std::string key = word_of(push.root, "EventKey");
    if (!key.empty()) id.append(":").append(key);
    return id;
}

InboundSignal signal_of(const Push& push, SignalKind kind) {
    InboundSignal signal;
    signal.kind = kind;
    signal.dedupe_id = dedupe_id_of(push);
    signal.provider_type = word_of(push.root, "Event");
    signal.details_json = facts_json(push.root);
    signal.provider_time = push.time;
    return signal;
}

void add_signal(const Push& push, SignalKind kind, InboundBatch& batch) {
    InboundSignal signal = signal_of(push, kind);
    signal.sender = sender_of(push);
    add(batch, push, std::move(signal));
}

void read_subscribe(const Push& push, InboundBatch& batch) {
    add_signal(push, SignalKind::unblocked, batch);
}

/// Nothing reaches a person who no longer follows (43004).
void read_unsubscribe(const Push& push, InboundBatch& batch) {
    add_signal(push, SignalKind::blocked, batch);
}

/// The menu below the chat: its key is what the account put there, and all that WeChat tells of it.
void read_click(const Push& push, InboundBatch& batch) {
    InboundMessage out;
    out.external_id = dedupe_id_of(push);
    out.sender = sender_of(push);
    out.content.type = ContentType::choice;
    out.content.choice = ChoiceKind::postback;
    out.content.choice_id = word_of(push.root, "EventKey");
    out.content.text = out.content.choice_id;
    out.provider_time = push.time;
    add(batch, push, std::move(out));
}

/// Of templates the words alone tell why.
ProviderError error_of(std::string code, std::string words) {
    ProviderError error{std::move(code), std::move(words), {}};
    shared::judge(error, code_rules());
    const auto says = [&](std::string_view what) {
        return error.title.find(what) != std::string::npos;
    };
    if (says("user block")) {
        error.word = "blocked";
    } else if (says("system failed")) {
        error.result = SendResult::transient;
        error.word = "provider_error";
    } else if (says("freq limit")) {
        error.result = SendResult::rate_limited;
        error.word = "recipient_rate_limited";
    }
    return error;
}

void add_receipt(const Push& push, std::string id, bool arrived, std::string code,
                 std::string words, InboundBatch& batch) {
    InboundStatus status;
    status.external_id = std::move(id);
    status.state = arrived ? ReceiptState::delivered : ReceiptState::failed;
    status.recipient = push.person;
    if (!arrived) status.error = error_of(std::move(code), std::move(words));
    status.provider_time = push.time;
    add(batch, push, std::move(status));
}

/// `success`, or `failed:user block`, `failed: system failed`, `failed:freq limit`. The first of
/// the failures is about the person: nothing reaches them until they let it.
void read_template_finish(const Push& push, InboundBatch& batch) {
    std::string id = word_of(push.root, "MsgID");
    const std::string status = word_of(push.root, "Status");
    if (id.empty() || status.empty()) {
        return add_undecoded(batch, push, "MsgID and Status: expected an id and a word");
    }
    add_receipt(push, std::move(id), status == "success", "failed", status, batch);
    if (status.find("user block") != std::string::npos) {
        add_signal(push, SignalKind::blocked, batch);
    }
}

/// A mass message has ended, an article is out: a helper of WeChat's says so, who is no person.
void read_job_finish(const Push& push, InboundBatch& batch) {
    add(batch, push, signal_of(push, SignalKind::other));
}

/// What becomes of the account's verification; the system's own OpenID says so.
void read_verification(const Push& push, InboundBatch& batch) {
    add(batch, push, signal_of(push, SignalKind::account_health));
}

/// Subscription notices: several in one event, each with its id.
void read_notice_sent(const Push& push, InboundBatch& batch) {
    bool found = false;
    const pugi::xml_node outer = push.root.child("SubscribeMsgSentEvent");
    // JSON has the list at the top.
    for (const pugi::xml_node item : (outer ? outer : push.root).children("List")) {
        std::string id = word_of(item, "MsgID");
        if (id.empty()) continue;
        found = true;
        const std::string code = word_of(item, "ErrorCode");
        add_receipt(push, std::move(id), code == "0", code, text_of(item, "ErrorStatus"), batch);
    }
    if (!found) add_signal(push, SignalKind::other, batch);
}

/// Names nobody: `kf_msg_or_event` says that messages wait at customer service, to be fetched.
void read_unaddressed(const Push& push, InboundBatch& batch) {
    InboundSignal signal = signal_of(push, SignalKind::other);
    signal.dedupe_id.append(":").append(shared::fingerprint(signal.details_json));
    add(batch, push, std::move(signal));
}

struct Event {
    std::string_view name;  // lower case
    void (*read)(const Push&, InboundBatch&);
};

/// Sorted by name. All others are `other` with their facts: SCAN, LOCATION, VIEW, scancode_*,
/// pic_*, location_select, kf_*, user_authorization_*, and what is yet to come.
constexpr std::array events = {
    Event{"annual_renew", &read_verification},
    Event{"click", &read_click},
    Event{"masssendjobfinish", &read_job_finish},
    Event{"naming_verify_fail", &read_verification},
    Event{"naming_verify_success", &read_verification},
    Event{"publishjobfinish", &read_job_finish},
    Event{"qualification_verify_fail", &read_verification},
    Event{"qualification_verify_success", &read_verification},
    Event{"subscribe", &read_subscribe},
    Event{"subscribe_msg_sent_event", &read_notice_sent},
    Event{"templatesendjobfinish", &read_template_finish},
    Event{"unsubscribe", &read_unsubscribe},
    Event{"verify_expired", &read_verification},
};

}  // namespace

void read_event(const Push& push, InboundBatch& batch) {
    const std::string name = lower(word_of(push.root, "Event"));
    if (name.empty()) return add_undecoded(batch, push, "Event: expected a word");
    if (push.person.empty()) return read_unaddressed(push, batch);
    for (const Event& known : events) {
        if (known.name == name) return known.read(push, batch);
    }
    add_signal(push, SignalKind::other, batch);
}

}  // namespace postern::adapters::wechat
