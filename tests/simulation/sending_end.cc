// The store's rows are read afresh: what was watched while running must be what is there.
#include "tests/simulation/sending_end.h"

#include <set>

#include <fmt/format.h>

#include "gateway/audit/audit.h"
#include "gateway/core/lane_name.h"

namespace postern::simulation {
namespace {

using model::MessageState;

bool has_ended(const model::StateRow& state) {
    if (state.due) return false;
    return state.state != MessageState::queued && state.state != MessageState::waiting &&
           state.state != MessageState::sending;
}

storage::RowKey due_key(model::Sequence id, const model::StateRow& s, std::uint64_t lane,
                        model::Instant at) {
    return storage::keys::due(s.account, lane,
                              static_cast<std::uint64_t>(at.time_since_epoch().count()), id);
}

void check_rows(runtime::StoreReader& reader, const SendingWatch& watch,
                const AcceptedMessages& accepted, std::vector<std::string>& failures) {
    std::map<std::string, model::Sequence> stored;
    std::size_t bodies = 0, states = 0;
    (void)reader.scan(storage::keys::seq_row(0), storage::keys::seq_row(~model::Sequence{0}),
                      [&](std::string_view key, const model::RecordPtr& r) {
                          const auto* row =
                              r ? model::get_if<model::OutboundRow>(r.get()) : nullptr;
                          if (!row) return true;
                          ++bodies;
                          const model::Sequence id = storage::keys::trailing_u64(key);
                          // What Postern says by itself has no caller, and one text for all.
                          if (row->caller != 0 && !stored.emplace(row->content_json, id).second)
                              failures.push_back("stored twice: " + row->content_json);
                          return true;
                      });
    for (const auto& [text, id] : accepted.all()) {
        const auto it = stored.find(text);
        if (it == stored.end() || it->second != id)
            failures.push_back(fmt::format("accepted and lost: message {}", id));
    }
    (void)reader.scan(
        storage::KeyWriter(storage::Family::hot, 'o'),
        storage::KeyWriter(storage::Family::hot, 'p'),
        [&](std::string_view key, const model::RecordPtr& r) {
            ++states;
            const auto it = watch.states().find(storage::keys::trailing_u64(key));
            if (it == watch.states().end() || it->second != model::get<model::StateRow>(*r))
                failures.push_back("a state differs from what became durable");
            return true;
        });
    if (bodies != states)
        failures.push_back(fmt::format("{} messages have {} states", bodies, states));
}

void check_due(runtime::StoreReader& reader, const SendingWatch& watch,
               std::vector<std::string>& failures) {
    std::set<storage::RowKey> rows;
    (void)reader.scan(storage::KeyWriter(storage::Family::due, 'q'),
                      storage::KeyWriter(storage::Family::due, 'r'),
                      [&](std::string_view key, const model::RecordPtr&) {
                          storage::KeyWriter name(storage::Family::due, 'q');
                          name.text(key.substr(1));
                          rows.insert(name);
                          return true;
                      });
    for (const auto& [id, state] : watch.states()) {
        rows.erase(due_key(id, state, core::expiry_lane, state.expires));
        if (!has_ended(state)) {
            failures.push_back(fmt::format("message {} of account {} has no end: {}, due {}", id,
                                           state.account, to_string(state.state), state.due));
        }
        if (state.due && rows.erase(due_key(id, state, state.lane, state.not_before)) == 0)
            failures.push_back(fmt::format("message {} is due and has no row", id));
    }
    if (!rows.empty()) failures.push_back(fmt::format("{} due rows are nobody's", rows.size()));
}

void check_ledger(const SendingWatch& watch, const SendingProvider& provider,
                  std::vector<std::string>& failures) {
    for (const auto& [id, taken] : provider.ledger()) {
        const std::size_t allowed = 1 + watch.flagged(id) + taken.failed;
        if (taken.accepted > allowed)
            failures.push_back(
                fmt::format("message {} of account {} was taken {} times, {} allowed", id,
                            watch.states().at(id).account, taken.accepted, allowed));
        if (!watch.states().contains(id))
            failures.push_back(fmt::format("the provider has message {}, the store not", id));
    }
}

/// Nothing is said to be delivered that the provider never took; and of what left up to a moment
/// that the provider told, nothing stayed behind, as far as the person's last sends go.
void check_marks(runtime::StoreReader& reader, const SendingWatch& watch,
                 const SendingProvider& provider, std::vector<std::string>& failures) {
    std::set<model::Sequence> last_sends;
    (void)reader.scan(storage::KeyWriter(storage::Family::hot, 'h'),
                      storage::KeyWriter(storage::Family::hot, 'i'),
                      [&](std::string_view, const model::RecordPtr& r) {
                          const auto* hot = r ? model::get_if<model::HotRow>(r.get()) : nullptr;
                          if (!hot) return true;
                          for (const model::PastSend& sent : hot->past)
                              last_sends.insert(sent.message);
                          return true;
                      });
    for (const auto& [id, state] : watch.states()) {
        const bool arrived =
            state.state == MessageState::delivered || state.state == MessageState::read;
        if (arrived && !provider.ledger().contains(id))
            failures.push_back(fmt::format("message {} arrived and was never taken", id));
        const model::OutboundRow* row = watch.message(id);
        if (!row || !last_sends.contains(id)) continue;
        const auto mark = provider.mark_of(row->routes[state.route]);
        const bool delivered = state.state == MessageState::delivered;
        const bool behind =
            (state.state == MessageState::sent && state.left <= mark.delivered) ||
            ((state.state == MessageState::sent || delivered) && state.left <= mark.read);
        if (behind)
            failures.push_back(
                fmt::format("message {} is {}, and its mark was told", id, to_string(state.state)));
    }
}

}  // namespace

void AcceptedMessages::add(const std::string& text, model::Sequence id,
                           std::vector<std::string>& failures) {
    const auto [it, news] = by_text_.emplace(text, id);
    if (!news && it->second != id)
        failures.push_back(fmt::format("one key, two messages: {} and {}", it->second, id));
}

void check_end(runtime::StoreReader& reader, const SendingWatch& watch,
               const SendingProvider& provider, const AcceptedMessages& accepted,
               std::vector<std::string>& failures) {
    check_rows(reader, watch, accepted, failures);
    check_due(reader, watch, failures);
    check_ledger(watch, provider, failures);
    check_marks(reader, watch, provider, failures);
    const auto audited = audit::audit(reader, {});
    if (!audited) return failures.push_back("the audit cannot read the store");
    for (const std::string& what : audited->told) failures.push_back(what);
}

}  // namespace postern::simulation
