// Rounds over all the commands, each asking for what the round before has found: the commands, the
// rows that they name, the rows of the person behind those, and what these point to.
#include "gateway/core/warm.h"

#include <algorithm>
#include <array>

#include <boost/container/static_vector.hpp>

namespace postern::core {
namespace {

constexpr std::size_t line_bytes = 64;

void ask_for(const void* at, std::size_t bytes) {
    const char* const begin = static_cast<const char*>(at);
    for (std::size_t i = 0; i < bytes; i += line_bytes) __builtin_prefetch(begin + i);
}

constexpr std::size_t named_max = 3;  // rows that one command names

/// The way to a row.
struct Trip {
    storage::RowKey key;
    std::size_t command = 0;  // whose
    std::uint64_t hash = 0;
};
using Trips = boost::container::static_vector<Trip, warmed_together * named_max>;
using Records = boost::container::static_vector<const model::Record*, warmed_together * named_max>;

class Way final {
  public:
    explicit Way(const Rows& rows) : rows_(rows) {}

    void add(const storage::RowKey& key, std::size_t command) {
        trips_.push_back({key, command, rows_.ask_for_slot(key)});
    }
    /// Calls `found` with the command and the record, whose memory is on its way.
    template <class Found>
    void travel(const Found& found) {
        for (const Trip& trip : trips_) rows_.ask_for_entry(trip.key, trip.hash);
        for (const Trip& trip : trips_) {
            const model::Record* const record = rows_.peek(trip.key, trip.hash);
            if (record == nullptr) continue;
            ask_for(record, sizeof *record);
            found(trip.command, record);
        }
    }

  private:
    const Rows& rows_;
    Trips trips_;
};

void name_message(Way& way, std::size_t i, model::Sequence message) {
    way.add(storage::keys::state(message), i);
    way.add(storage::keys::seq_row(message), i);
}

/// What a command names by itself; answers the person, where it names that too.
model::Part name_rows(Way& way, std::size_t i, const Payload& payload) {
    if (const auto* message = std::get_if<ReceiveMessage>(&payload)) {
        if (message->inbound.identities.empty()) return 0;
        const IdentityKey& first = message->inbound.identities.front();
        way.add(storage::keys::identity(first.scope, first.blind), i);
    } else if (const auto* submit = std::get_if<SubmitMessage>(&payload)) {
        if (submit->row.routes.empty()) return 0;
        const model::Route& first = submit->row.routes.front();
        way.add(storage::keys::identity(first.scope, first.blind), i);
        way.add(storage::keys::address_notes(first.scope, first.blind), i);
        return submit->contact;
    } else if (const auto* answer = std::get_if<AnswerAttempt>(&payload)) {
        name_message(way, i, answer->message);
        return answer->part;
    } else if (const auto* attempt = std::get_if<AttemptMessage>(&payload)) {
        name_message(way, i, attempt->message);
        return attempt->part;
    } else if (const auto* status = std::get_if<ReceiveStatus>(&payload)) {
        way.add(storage::keys::external_id(status->account, status->external), i);
    }
    return 0;
}

/// Records are small: their rows lie outside of them (model/any_row.h).
void ask_for_rows(const Records& records) {
    for (const model::Record* record : records)
        model::visit([](const auto& row) { ask_for(&row, sizeof row); }, *record);
}

void ask_for_inside(const Records& records) {
    for (const model::Record* record : records) {
        if (const auto* hot = model::get_if<model::HotRow>(record)) {
            if (!hot->standings.empty())
                ask_for(hot->standings.data(), sizeof(model::ChannelStanding));
        } else if (const auto* contact = model::get_if<model::ContactRow>(record)) {
            if (!contact->identities.empty())
                ask_for(contact->identities.data(), sizeof(model::ContactIdentity));
        }
    }
}

}  // namespace

void warm(std::span<Command* const> commands, const Rows& rows) {
    if (commands.size() < 2) return;  // nothing to overlap
    commands = commands.first(std::min(commands.size(), warmed_together));
    // The kind of command stands at the end of it.
    for (const Command* command : commands) {
        ask_for(command, 5 * line_bytes);
        ask_for(reinterpret_cast<const char*>(command + 1) - line_bytes, line_bytes);
    }
    std::array<model::Part, warmed_together> persons{};
    std::array<const model::Record*, warmed_together> firsts{};
    Records records;
    Way named(rows);
    for (std::size_t i = 0; i < commands.size(); ++i)
        persons[i] = name_rows(named, i, commands[i]->payload);
    named.travel([&](std::size_t i, const model::Record* record) {
        if (firsts[i] == nullptr) firsts[i] = record;
        records.push_back(record);
    });
    Way behind(rows);
    for (std::size_t i = 0; i < commands.size(); ++i) {
        const auto* identity = model::get_if<model::IdentityRow>(firsts[i]);
        if (persons[i] == 0 && identity != nullptr) persons[i] = identity->part;
        if (persons[i] == 0) continue;
        behind.add(storage::keys::hot(persons[i]), i);
        behind.add(storage::keys::contact(persons[i]), i);
    }
    ask_for_rows(records);
    records.clear();
    behind.travel([&](std::size_t, const model::Record* record) { records.push_back(record); });
    ask_for_rows(records);
    ask_for_inside(records);
}

}  // namespace postern::core
