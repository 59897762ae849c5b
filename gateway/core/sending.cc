// Ways of a message: due, dispatched, ended, or over to its next route.
#include "gateway/core/sending.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "gateway/conversations/standing.h"
#include "gateway/core/turns.h"
#include "gateway/core/wishes.h"

namespace postern::core {

using model::Instant;
using model::MessageState;

namespace {

/// What is noted of a verdict; nothing of one that says nothing.
std::optional<model::AddressNote> note_of(adapters::AddressVerdict verdict, std::string_view code,
                                          model::AccountNumber account, Instant at) {
    using Kind = model::AddressNote::Kind;
    model::AddressNote note{Kind::suppressed, model::all_categories, account, at,
                            "provider",       std::string(code)};
    switch (verdict) {
        case adapters::AddressVerdict::none:
            return std::nullopt;
        case adapters::AddressVerdict::opted_out:
            note.kind = Kind::opted_out;
            break;
        case adapters::AddressVerdict::dead:
            note.source = "dead_address";
            break;
        case adapters::AddressVerdict::blocked:
            break;
    }
    return note;
}

/// Of a stop: the same, said no earlier. Of anything else the time says nothing.
bool is_known(const model::AddressNotesRow& row, const model::AddressNote& note) {
    return std::any_of(row.notes.begin(), row.notes.end(), [&](const model::AddressNote& n) {
        const bool alike =
            n.kind == note.kind && n.account == note.account && n.categories == note.categories;
        if (note.kind == model::AddressNote::Kind::opted_out) return alike && n.at >= note.at;
        return alike && n.source == note.source && n.reason == note.reason;
    });
}

}  // namespace

void add_note(model::AddressNotesRow& row, model::AddressNote note) {
    std::erase_if(row.notes, [&](const model::AddressNote& old) {
        return old.kind == note.kind && old.account == note.account &&
               old.categories == note.categories;
    });
    if (row.notes.size() >= model::address_notes_max) row.notes.erase(row.notes.begin());
    row.notes.push_back(std::move(note));
}

Outbox& Sending::outbox() const {
    return *core_.outbox_;
}

const AccountSettings* Sending::settings_of(model::AccountNumber account) const {
    if (!core_.settings_) return nullptr;
    const auto it = core_.settings_->accounts.find(account);
    return it == core_.settings_->accounts.end() ? nullptr : &it->second;
}

const model::HotRow* Sending::hot_of(model::Part part) const {
    return writer_.find<model::HotRow>(storage::keys::hot(part));
}

void Sending::save_hot(const OutMessage& message, model::HotRow hot) {
    const model::Part part = message.state.part;
    writer_.keep(storage::keys::hot(part), std::move(hot), Seal::part, part, message.key());
}

/// Whoever has the same hours under every rule: the same zones, and the same region, as states have
/// rules of their own.
std::uint16_t Sending::zone_group(const model::Recipient& recipient) {
    std::string name;
    for (const std::string& zone : recipient.zones) name += (name.empty() ? "" : "&") + zone;
    if (!recipient.region.empty()) name += "@" + recipient.country + "-" + recipient.region;
    auto& groups = core_.zone_groups_.groups;
    const auto it = std::find(groups.begin(), groups.end(), name);
    if (it != groups.end()) return static_cast<std::uint16_t>(it - groups.begin());
    if (groups.size() >= mixed_zones) return mixed_zones;
    groups.push_back(std::move(name));
    writer_.write(storage::keys::meta("zone_groups"), core_.zone_groups_, Seal::workspace);
    return static_cast<std::uint16_t>(groups.size() - 1);
}

std::uint64_t Sending::lane_of(const model::OutboundRow& row, std::size_t route) {
    LaneName name;
    name.rank = static_cast<std::uint8_t>(static_cast<unsigned>(row.priority) * 2 +
                                          (leaves_first(row.category) ? 0 : 1));
    name.category = row.category;
    name.zones = zone_group(row.routes[route].recipient);
    name.caller = static_cast<std::uint32_t>(row.caller);
    return name.number();
}

void Sending::queue(OutMessage& message, Instant at) {
    unqueue(message);
    model::StateRow& state = message.state;
    state.lane = lane_of(*message.row(), state.route);
    state.not_before = std::min(at, writer_.counted(state.expires));
    state.due = true;
    const auto key = [&](std::uint64_t lane, Instant when) {
        return storage::keys::due(state.account, lane,
                                  static_cast<std::uint64_t>(when.time_since_epoch().count()),
                                  message.id());
    };
    const model::HotRow* known = hot_of(state.part);
    if (known && !in_line(*known, message.id(), state)) {
        model::HotRow hot = *known;
        state.lane = line_up(hot, message.id(), state, writer_);
        // In the crowd nothing changes if it was there before its last one.
        if (hot != *known) save_hot(message, std::move(hot));
    } else if (known) {
        state.lane = lane_in_line(*known, message.id(), state.account, state.lane);
    }
    writer_.write(key(state.lane, state.not_before), model::DueRow{state.part}, Seal::plain);
    outbox().add(state.account, state.lane, {state.not_before, message.id()}, state.part);
    if (state.expiry_due) return;
    state.expiry_due = true;
    writer_.write(key(expiry_lane, state.expires), model::DueRow{state.part}, Seal::plain);
    outbox().add(state.account, expiry_lane, {state.expires, message.id()}, state.part);
}

void Sending::unqueue(OutMessage& message) {
    model::StateRow& state = message.state;
    if (!state.due) return;
    state.due = false;
    const auto at = static_cast<std::uint64_t>(state.not_before.time_since_epoch().count());
    writer_.drop(storage::keys::due(state.account, state.lane, at, message.id()));
    outbox().remove(state.account, state.lane, {state.not_before, message.id()});
}

void Sending::dispatch(OutMessage& message, const ratelimit::Grant& grant) {
    unqueue(message);
    keep_grant(message, grant);
    model::StateRow& state = message.state;
    if (state.retry) {
        outbox().forget_retry(message.id());
    } else {
        outbox().sent(state.account);
    }
    state.retry = false;
    ++state.attempts;
    state.state = MessageState::sending;
    state.updated = state.left = writer_.now();
    const std::uint32_t slot = outbox().begin(state.account, state.part, message.id());
    writer_.write(storage::keys::slot(slot), model::SlotRow{message.id(), state.attempts},
                  Seal::plain);
    Dispatch out;
    out.message = message.id();
    out.attempt = state.attempts;
    out.slot = slot;
    out.account = state.account;
    out.part = state.part;
    out.route = state.route;
    out.possible_duplicate = state.possible_duplicate;
    out.row = message.shared_row();
    writer_.effects().dispatches.push_back(std::move(out));
}

void Sending::end(OutMessage& message, MessageState state, std::string_view cause,
                  ChangeFacts facts) {
    unqueue(message);
    forget_template(message);
    message.change(state, cause, std::move(facts), writer_);
    release_person(message);
}

bool Sending::fall_back(OutMessage& message, std::string_view cause, ChangeFacts facts) {
    const model::OutboundRow* row = message.row();
    if (!row) return false;
    // An attempt whose end nobody knows may have reached the person, as other parts of one of which
    // a part failed; and what makes a repetition harmless on one account means nothing on another.
    const bool doubtful = message.state.unknown_since != Instant{} || message.state.in_parts;
    const AccountSettings* own = settings_of(message.state.account);
    const auto category = static_cast<std::size_t>(row->category);
    if (doubtful && (!own || own->policy.on_unknown[category] != policy::OnUnknown::resend))
        return false;
    for (std::size_t route = message.state.route + 1u; route < row->routes.size(); ++route) {
        if (!settings_of(row->routes[route].account)) continue;
        const Judged next =
            judge(*row, route, hot_of(message.state.part), message.id(), writer_.wall());
        if (next.verdict.decision == policy::Decision::refuse) continue;
        unqueue(message);
        forget_template(message);
        facts.verdict = next.verdict;
        message.change(MessageState::queued, cause, std::move(facts), writer_);
        release_person(message);
        message.state.route = static_cast<std::uint8_t>(route);
        message.state.account = row->routes[route].account;
        message.state.possible_duplicate |= doubtful;
        message.state.in_parts = false;
        message.state.expiry_due = false;  // the other account's expiry lane knows it not
        message.state.retry = false;
        queue(message, now_.wall);
        return true;
    }
    return false;
}

void Sending::hold_person(const OutMessage& message, Instant back_off) {
    const model::HotRow* known = hot_of(message.state.part);
    if (!known) return;
    model::HotRow hot = *known;
    model::ChannelStanding& standing = conversations::standing_on(hot, message.state.account);
    if (standing.holding == message.id() && standing.back_off_until >= back_off) return;
    standing.holding = message.id();
    standing.back_off_until = std::max(standing.back_off_until, back_off);
    // It is queued next: one write of the row for both.
    model::StateRow waiting = message.state;
    waiting.lane = lane_of(*message.row(), waiting.route);
    (void)line_up(hot, message.id(), waiting, writer_);
    save_hot(message, std::move(hot));
}

bool Sending::release_person(const OutMessage& message) {
    const model::HotRow* known = hot_of(message.state.part);
    if (!known) return false;
    bool held = false;
    for (const model::ChannelStanding& standing : known->standings) {
        if (standing.account != message.state.account || standing.holding != message.id()) continue;
        model::HotRow hot = *known;
        conversations::standing_on(hot, message.state.account).holding = 0;
        save_hot(message, std::move(hot));
        held = true;
        break;
    }
    outbox().release(message.state.account, message.state.part);
    return held;
}

void Sending::forget_send(const OutMessage& message) {
    const model::HotRow* known = hot_of(message.state.part);
    if (!known) return;
    const auto of_message = [&](const model::PastSend& p) { return p.message == message.id(); };
    if (std::none_of(known->past.begin(), known->past.end(), of_message)) return;
    model::HotRow hot = *known;
    std::erase_if(hot.past, of_message);
    save_hot(message, std::move(hot));
}

void Sending::note_address(const model::Route& route, model::AddressNote note) {
    const storage::RowKey key = storage::keys::address_notes(route.scope, route.blind);
    model::AddressNotesRow row;
    if (const auto* known = writer_.find<model::AddressNotesRow>(key)) row = *known;
    writer_.tally().noted(note);
    add_note(row, std::move(note));
    writer_.keep(key, std::move(row), Seal::workspace);
}

void Sending::note_verdict(const model::Route& route, model::AccountNumber account,
                           adapters::AddressVerdict verdict, std::string_view code) {
    auto note = note_of(verdict, code, account, writer_.now());
    if (!note) return;
    const auto* known = writer_.find<model::AddressNotesRow>(
        storage::keys::address_notes(route.scope, route.blind));
    if (!known || !is_known(*known, *note)) note_address(route, std::move(*note));
}

void Sending::take_verdict(const OutMessage& message, const Told& told) {
    const model::Route& route = message.row()->routes[message.state.route];
    auto stop = note_of(told.verdict, told.code, route.account, told.at);
    if (stop && stop->kind == model::AddressNote::Kind::opted_out) {
        // Who wants no advertising still wants the order's news (WhatsApp 131050).
        if (told.word == "marketing_opted_out") stop->categories = only(model::Category::marketing);
        const auto* row = writer_.find<model::AddressNotesRow>(
            storage::keys::address_notes(route.scope, route.blind));
        const model::AddressNotesRow known = row ? *row : model::AddressNotesRow{};
        const model::HotRow* person = hot_of(message.state.part);
        if (person && is_news(known, *stop, route.account)) {
            model::HotRow hot = *person;
            write_told({adapters::SignalKind::opted_out, stop->categories, stop->at,
                        told.provider_code, told.external_id},
                       message, route, hot, writer_);
            save_hot(message, std::move(hot));
        }
        if (!is_known(known, *stop)) note_address(route, *stop);
        return;
    }
    note_verdict(route, route.account, told.verdict, told.code);
    const bool news = note_refusal(message.state.part, route.account, told.verdict);
    if (!news || told.verdict != adapters::AddressVerdict::blocked) return;
    model::HotRow hot = *hot_of(message.state.part);
    // The provider signalled it before.
    if (conversations::standing_on(hot, route.account).blocked) return;
    write_told({adapters::SignalKind::blocked, model::all_categories, told.at, told.provider_code,
                told.external_id},
               message, route, hot, writer_);
    save_hot(message, std::move(hot));
}

bool Sending::note_refusal(model::Part part, model::AccountNumber account,
                           adapters::AddressVerdict verdict) {
    const bool refused =
        verdict == adapters::AddressVerdict::dead || verdict == adapters::AddressVerdict::blocked;
    const model::HotRow* known = hot_of(part);
    const auto* contact = writer_.find<model::ContactRow>(storage::keys::contact(part));
    if (!refused || !known || !contact) return false;
    model::HotRow hot = *known;
    if (std::exchange(conversations::standing_on(hot, account).refused, true)) return false;
    writer_.keep(storage::keys::hot(part), std::move(hot), Seal::part, part, contact->key);
    return true;
}

}  // namespace postern::core
