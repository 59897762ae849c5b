// Waits grow twofold with each attempt from what the report asks for, on top of the account's own
// pace: a relay has tried by itself already, so seconds would be of no use.
#include "gateway/core/bounces.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace postern::core {
namespace {

using model::Instant;
using model::MessageState;

/// The wait of the first report grows to at most 64 times as much.
constexpr int doublings_max = 6;
/// Reports tell whole seconds, by a clock that is not ours.
constexpr std::chrono::seconds clock_tolerance{30};

/// Of "msg_<ulid>.<attempt>".
std::optional<std::uint16_t> attempt_in(std::string_view echo) {
    const std::size_t dot = echo.find('.');
    if (dot == echo.npos) return std::nullopt;
    std::uint16_t attempt = 0;
    const char* const end = echo.data() + echo.size();
    const auto read = std::from_chars(echo.data() + dot + 1, end, attempt);
    const bool whole = read.ptr == end || *read.ptr == '.';  // what follows names a part
    if (read.ec != std::errc{} || !whole) return std::nullopt;
    return attempt;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

/// A report that names nobody, or another one whom the mail was passed on to, does not say that the
/// person has it not.
bool names(const adapters::InboundStatus& status, std::string_view address) {
    return std::ranges::equal(status.recipient, address, {}, lower, lower);
}

bool arrived(const model::StateRow& state) {
    return state.state == MessageState::delivered || state.state == MessageState::read;
}

/// The person wrote, or got something of the account.
Instant last_sign_of_life(const OutMessage& message, const model::HotRow* hot,
                          const Writer& writer) {
    Instant last{};
    if (!hot) return last;
    const model::AccountNumber account = message.state.account;
    for (const model::ChannelStanding& standing : hot->standings) {
        if (standing.account == account) last = std::max(last, standing.last_inbound);
    }
    for (const model::PastSend& past : hot->past) {
        if (past.account != account || past.message == message.id()) continue;
        const auto* state = writer.find<model::StateRow>(storage::keys::state(past.message));
        if (state && arrived(*state)) last = std::max(last, state->updated);
    }
    return last;
}

auto day_of(Instant at) {
    return std::chrono::floor<std::chrono::days>(at);
}

/// One a message and a day: a mailbox that is full for an hour says so to each mail.
bool counts(const std::vector<model::SoftBounce>& known, const model::SoftBounce& bounce) {
    return std::ranges::none_of(known, [&](const model::SoftBounce& one) {
        return one.message == bounce.message || day_of(one.at) == day_of(bounce.at);
    });
}

model::AddressNote note_of(const adapters::InboundStatus& status, const OutMessage& message,
                           std::size_t days, Instant now) {
    const std::string_view last =
        status.error ? std::string_view(status.error->title) : std::string_view{};
    model::AddressNote note;
    note.kind = model::AddressNote::Kind::suppressed;
    note.account = message.state.account;
    note.at = now;
    note.source = soft_bounces_source;
    note.reason = fmt::format("mail came back on {} different days{}{}", days,
                              last.empty() ? "" : ", last with ", last);
    return note;
}

}  // namespace

void plan_bounce(const adapters::InboundStatus& status, model::Sequence message,
                 const model::StateRow& state, const model::HotRow& hot, const Rows& rows,
                 Missing& missing) {
    if (!status.retry_at) return;
    const auto* body = rows.find(storage::keys::seq_row(message)).record;
    const auto* row = body ? model::get_if<model::OutboundRow>(body) : nullptr;
    if (!row || state.route >= row->routes.size()) return;
    const model::Route& route = row->routes[state.route];
    const auto* record = rows.find(storage::keys::address_notes(route.scope, route.blind)).record;
    const auto* notes = record ? model::get_if<model::AddressNotesRow>(record) : nullptr;
    if (!notes || notes->bounces.empty()) return;
    for (const model::PastSend& past : hot.past) {
        const storage::RowKey key = storage::keys::state(past.message);
        if (past.account != state.account || past.message == message) continue;
        if (rows.find(key).known == Rows::Known::no) missing.push_back(key);
    }
}

bool names_dead_address(const ReceiveStatus& c) {
    return c.recipient && c.status.watermark && c.status.state == adapters::ReceiptState::failed &&
           c.status.address == adapters::AddressVerdict::dead;
}

bool is_of_earlier(const adapters::InboundStatus& status, const OutMessage& message,
                   const Writer& writer) {
    if (const auto attempt = attempt_in(status.echo)) return *attempt < message.state.attempts;
    // Nothing names the attempt but the time, which a report that is brought twice repeats.
    if (!status.retry_at || message.state.attempts < 2) return false;
    return writer.counted(status.provider_time) + clock_tolerance < message.state.left;
}

void describe_bounce(const adapters::InboundStatus& status, ChangeFacts& facts) {
    facts.error_class = adapters::to_string(adapters::SendResult::transient);
    facts.error_code = "soft_bounce";
    if (!status.error || status.error->title.empty() || status.error->detail.empty()) return;
    facts.error_detail = status.error->title + ": " + status.error->detail;
}

Bounced note_bounce(const adapters::InboundStatus& status, const OutMessage& message,
                    Sending& sending, Writer& writer) {
    if (!status.retry_at) return Bounced::for_good;
    const model::OutboundRow* body = message.row();
    const AccountSettings* settings = sending.settings_of(message.state.account);
    if (!body || !settings) return Bounced::for_good;
    // A report that names nobody says nothing of an address.
    if (status.recipient.empty()) return Bounced::may_pass;
    const policy::SoftBounces& law = settings->policy.soft_bounces;
    const model::Route& route = body->routes[message.state.route];
    const storage::RowKey key = storage::keys::address_notes(route.scope, route.blind);
    model::AddressNotesRow row;
    if (const auto* known = writer.find<model::AddressNotesRow>(key)) row = *known;
    if (!row.bounces.empty()) {
        const Instant since =
            std::max(last_sign_of_life(message, sending.hot_of(message.state.part), writer),
                     writer.now() - law.within);
        std::erase_if(row.bounces, [&](const model::SoftBounce& one) { return one.at <= since; });
    }
    const model::SoftBounce bounce{message.id(), writer.now()};
    if (!counts(row.bounces, bounce)) return Bounced::may_pass;
    row.bounces.push_back(bounce);
    const bool too_often = row.bounces.size() >= law.suppress_after;
    if (too_often) {
        model::AddressNote note = note_of(status, message, row.bounces.size(), writer.now());
        writer.tally().noted(note);
        row.bounces.clear();
        add_note(row, std::move(note));
    }
    writer.keep(key, std::move(row), Seal::workspace);
    if (!too_often) return Bounced::may_pass;
    // The person's own words take it back.
    sending.note_refusal(message.state.part, message.state.account, adapters::AddressVerdict::dead);
    return Bounced::too_often;
}

bool try_again(const ReceiveStatus& c, OutMessage& message, ChangeFacts facts, Sending& sending,
               Writer& writer) {
    model::StateRow& state = message.state;
    // The blind index of the report's own name is as even as chance, and the same in a replay.
    const auto next = sending.next_try(message, c.external.low());
    if (!next) return false;
    const auto asked = std::max<std::chrono::microseconds>(
        writer.counted(*c.status.retry_at) - writer.now(), std::chrono::microseconds{0});
    const int before = std::max<int>(state.attempts, 1) - 1;
    const Instant until = *next + asked * (1 << std::min(before, doublings_max));
    if (until >= sending.gives_up_at(message) || until >= writer.counted(state.expires))
        return false;
    const bool named = attempt_in(c.status.echo).has_value();
    const bool doubtful = !named && (state.unknown_since != Instant{} || state.attempts > 1);
    if (doubtful || !names(c.status, message.row()->routes[state.route].address))
        state.possible_duplicate = true;
    if (named) state.unknown_since = {};
    state.retry = true;
    facts.until = writer.told(until);
    message.change(MessageState::waiting, "bounce", std::move(facts), writer);
    // The person's other messages have gone on since, and do not wait for this one.
    sending.release_person(message);
    sending.queue(message, until);
    return true;
}

}  // namespace postern::core
