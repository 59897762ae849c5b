// An opt-out follows the person to every name that their provider gives them.
#include <gtest/gtest.h>

#include "tests/core/bench.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;
using Kind = model::AddressNote::Kind;
namespace keys = storage::keys;

constexpr std::string_view old_number = "+573001234567";
constexpr std::string_view new_number = "+573007654321";
constexpr std::string_view user_id = "CO.1001";

class PersonNotes : public ::testing::Test {
  protected:
    ReceiveMessage from(std::vector<std::string_view> names) {
        ReceiveMessage c = text_from(names.front(), "m" + std::to_string(++items_), at(1s));
        name(c.inbound, c.message.sender, names);
        return c;
    }
    static void name(Inbound& inbound, adapters::Sender& sender,
                     const std::vector<std::string_view>& names) {
        inbound.identities.clear();
        sender.aliases.clear();
        for (const std::string_view address : names) {
            inbound.identities.push_back(channel_identity(address));
            sender.aliases.push_back({std::string(address), adapters::IdentityScope::channel});
        }
    }
    /// The provider says that who had the first of these names goes on under the others.
    ReceiveSignal renamed(std::vector<std::string_view> names) {
        ReceiveSignal c;
        c.inbound = from({names.front()}).inbound;
        c.signal.kind = adapters::SignalKind::identity_changed;
        c.signal.sender.emplace();
        c.signal.dedupe_id = "renamed" + std::to_string(items_);
        c.signal.provider_time = at(1s);
        name(c.inbound, *c.signal.sender, names);
        return c;
    }
    void stop(std::string_view address) {
        ReceiveMessage c = from({address});
        c.wish.wish = policy::Wish::stop;
        run(c);
    }
    void note(std::string_view address, model::AddressNote note) {
        NoteAddress c;
        c.scope = channel_scope;
        c.blind = blind_of(address);
        c.note = std::move(note);
        run(c);
    }
    void run(Payload payload) {
        bench_.forget();
        bench_.run(std::move(payload), at(std::chrono::seconds{10 + ++items_}));
    }
    std::size_t count(std::string_view address, Kind kind) {
        const auto* row = bench_.stored<model::AddressNotesRow>(
            keys::address_notes(channel_scope, blind_of(address)));
        std::size_t n = 0;
        if (row) {
            for (const model::AddressNote& note : row->notes) n += note.kind == kind ? 1 : 0;
        }
        return n;
    }

    Bench bench_;
    int items_ = 0;
};

TEST_F(PersonNotes, AStopHoldsUnderTheNewNumberInTheSameCommit) {
    stop(old_number);
    run(renamed({old_number, new_number}));
    EXPECT_EQ(bench_.count_written<model::AddressNotesRow>(), 1u);
    EXPECT_EQ(bench_.count_written<model::IdentityRow>(), 1u);
    EXPECT_EQ(count(new_number, Kind::opted_out), 1u);
    EXPECT_EQ(count(old_number, Kind::opted_out), 1u);
}

TEST_F(PersonNotes, AStopHoldsForTheIdThatComesBesideTheNumberAndBack) {
    stop(old_number);
    run(from({user_id, old_number}));
    EXPECT_EQ(count(user_id, Kind::opted_out), 1u);
    run(renamed({user_id, new_number}));
    EXPECT_EQ(count(new_number, Kind::opted_out), 1u);
}

TEST_F(PersonNotes, WhatAListSaysOfANumberHoldsForTheUnknownSenderWhoComesWithIt) {
    note(old_number, {Kind::opted_out, model::all_categories, 0, at(1s), "import", {}});
    run(from({user_id, old_number}));
    EXPECT_EQ(count(user_id, Kind::opted_out), 1u);
    // And for who was known by the id alone.
    note(new_number, {Kind::opted_out, model::all_categories, 0, at(1s), "import", {}});
    run(from({"CO.2002"}));
    run(from({"CO.2002", new_number}));
    EXPECT_EQ(count("CO.2002", Kind::opted_out), 1u);
}

TEST_F(PersonNotes, WhatIsTrueOfTheAddressAloneStaysThere) {
    run(from({old_number}));
    note(old_number, {Kind::suppressed, model::all_categories, 1, at(1s), "dead_address", "x"});
    note(old_number, {Kind::suppressed, model::all_categories, 2, at(1s), "soft_bounces", "x"});
    run(renamed({old_number, new_number}));
    EXPECT_EQ(count(new_number, Kind::suppressed), 0u);
    EXPECT_EQ(bench_.count_written<model::AddressNotesRow>(), 0u);
}

TEST_F(PersonNotes, TheLaterWordCounts) {
    note(old_number, {Kind::opted_out, model::all_categories, 0, at(5s), "import", {}});
    note(new_number, {Kind::opted_out, model::all_categories, 0, at(2s), "api", "earlier"});
    run(from({old_number}));
    run(renamed({old_number, new_number}));
    const auto* row = bench_.stored<model::AddressNotesRow>(
        keys::address_notes(channel_scope, blind_of(new_number)));
    ASSERT_NE(row, nullptr);
    ASSERT_EQ(row->notes.size(), 1u);
    EXPECT_EQ(row->notes[0].source, "import");
}

TEST_F(PersonNotes, AStrangersStopIsNotTaken) {
    stop(new_number);  // whoever has that number is a contact of their own
    run(from({old_number}));
    run(renamed({old_number, new_number}));
    EXPECT_EQ(count(old_number, Kind::opted_out), 0u);
}

TEST_F(PersonNotes, AWordForSendingComesOnlyFromANameThatIsTheirs) {
    stop(old_number);
    note(new_number, {Kind::opted_in, model::all_categories, 0, at(90s), "import", {}});
    run(renamed({old_number, new_number}));
    EXPECT_EQ(count(old_number, Kind::opted_in), 0u) << "the number's holder before said it";
    EXPECT_EQ(count(new_number, Kind::opted_out), 1u);
    run(from({user_id, "+573005550000"}));
    note("+573005550000", {Kind::consent, model::all_categories, 0, at(90s), "api", {}});
    run(renamed({user_id, "+573005550001"}));
    EXPECT_EQ(count("+573005550001", Kind::consent), 0u) << "none of the item's names said it";
    run(renamed({"+573005550000", "+573005550002"}));
    EXPECT_EQ(count("+573005550002", Kind::consent), 1u);
}

TEST_F(PersonNotes, NobodyWithoutANewNameIsLookedUp) {
    run(from({user_id, old_number}));
    run(from({user_id, old_number}));
    for (const auto& round : bench_.asked()) {
        for (const storage::RowKey& key : round) EXPECT_NE(key.prefix(), 's');
    }
    run(from({new_number}));
    for (const auto& round : bench_.asked()) {
        for (const storage::RowKey& key : round) EXPECT_NE(key.prefix(), 's');
    }
}

}  // namespace
}  // namespace postern::core
