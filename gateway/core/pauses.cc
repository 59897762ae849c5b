#include "gateway/core/pauses.h"

#include <algorithm>

#include <fmt/format.h>

#include "gateway/core/sending.h"
#include "gateway/model/json.h"

namespace postern::core {
namespace {

bool fits(const model::SendingPause& pause, const model::OutboundRow& row,
          model::AccountNumber account) {
    return (pause.account == 0 || pause.account == account) &&
           (!pause.category || *pause.category == row.category) &&
           (!pause.priority || *pause.priority == row.priority) &&
           (pause.caller == 0 || pause.caller == row.caller);
}

/// For the event: what it was about, without the operator's words.
std::string notice_of(const model::SendingPause& pause, std::string_view account,
                      std::string_view key_name) {
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().member_or_null("account", account);
    json.member_or_null("category", pause.category ? to_string(*pause.category) : "");
    json.member_or_null("priority", pause.priority ? to_string(*pause.priority) : "");
    json.member_or_null("key_name", key_name).end_object();
    return out;
}

}  // namespace

bool names_nothing(const model::SendingPause& pause) {
    return pause.account == 0 && holds_accounts(pause);
}

bool holds_accounts(const model::SendingPause& pause) {
    return !pause.category && !pause.priority && pause.caller == 0;
}

bool same_messages(const model::SendingPause& a, const model::SendingPause& b) {
    return a.account == b.account && a.category == b.category && a.priority == b.priority &&
           a.caller == b.caller;
}

const model::SendingPause* pause_of(const model::WorkspaceRow& workspace,
                                    const model::OutboundRow& row, model::AccountNumber account) {
    const model::SendingPause* found = nullptr;
    for (const model::SendingPause& pause : workspace.pauses) {
        if (!fits(pause, row, account)) continue;
        if (holds_accounts(pause)) return &pause;
        if (found == nullptr) found = &pause;
    }
    return found;
}

std::string words_of(const model::SendingPause& pause, std::string_view key_name) {
    std::string out = pause.category ? fmt::format("{} messages", to_string(*pause.category))
                                     : std::string("messages");
    if (pause.priority) out += fmt::format(" of {} priority", to_string(*pause.priority));
    if (pause.caller != 0 && key_name.empty()) out += " from one key";
    if (pause.caller != 0 && !key_name.empty()) out += fmt::format(" from the key {}", key_name);
    if (pause.account != 0) out += " on this account";
    if (!pause.reason.empty()) out += ": " + pause.reason;
    return out;
}

std::string facts_of(const model::SendingPause& pause, std::string_view key_name) {
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().member("since", pause.since);
    if (pause.category) json.member("category", to_string(*pause.category));
    if (pause.priority) json.member("priority", to_string(*pause.priority));
    json.member_if("key_name", key_name);
    json.end_object();
    return out;
}

void Core::apply_payload(const PauseSending& c, Writer& writer) {
    const bool known_account = c.what.account == 0 || accounts_.contains(c.what.account);
    const auto key = api_keys_.find(c.what.caller);
    if (!known_account || (c.what.caller != 0 && key == api_keys_.end()))
        return writer.reply(ReplyCode::not_found);
    bool ends_restore = false;
    auto& pauses = workspace_.pauses;
    const auto known = std::ranges::find_if(
        pauses, [&](const model::SendingPause& other) { return same_messages(other, c.what); });
    if (c.paused) {
        if (known != pauses.end()) {
            known->reason = c.what.reason;
        } else {
            if (pauses.size() >= pauses_max) return writer.reply(ReplyCode::conflict);
            pauses.push_back(c.what);
            pauses.back().since = writer.now();
        }
    } else {
        ends_restore = sending_paused_ && names_nothing(c.what);
        if (known == pauses.end() && !ends_restore) return writer.reply(ReplyCode::not_found);
        if (known != pauses.end()) pauses.erase(known);
        if (ends_restore) {
            sending_paused_ = false;
            writer.effects().resumes_after_restore = true;
        }
        outbox_->unpark_all();
    }
    const auto account = accounts_.find(c.what.account);
    const std::string_view account_name =
        account == accounts_.end() ? std::string_view{} : account->second.name;
    const std::string event = c.paused ? "sending.paused" : "sending.resumed";
    std::string notice =
        notice_of(c.what, account_name, key == api_keys_.end() ? "" : key->second.name);
    writer.write(storage::keys::meta("workspace"), workspace_, Seal::workspace);
    writer.announce(c.what.account, event, notice);
    writer.audit(ends_restore ? "sending.resumed_after_restore" : event,
                 account_name.empty() ? "sending" : std::string(account_name),
                 c.paused ? std::string{} : notice, c.paused ? notice : std::string{});
    writer.reply(ReplyCode::done, {}, writer.publish(workspace_));
}

}  // namespace postern::core
