// Whether somebody else has a number or a mail address of the sender's: two contacts are then
// suggested to a person as one, with the very message that revealed it. Nobody is merged here. Free
// functions over rows; the core's thread.
//
// It costs nothing for who is known and tells nothing new. A sender who is new, or writes for the
// first time, is looked for in the other scopes of the same key (contacts/shared_keys.h): point
// reads that mostly miss. A row of its own has only a key that was told beside an address.
#pragma once

#include <boost/container/small_vector.hpp>

#include "gateway/contacts/shared_keys.h"
#include "gateway/core/person.h"
#include "gateway/core/plan.h"
#include "gateway/core/writer.h"

namespace postern::core {

/// Contacts that one item may be matched with: each is four rows (rows_per_apply_max).
inline constexpr std::size_t matches_max = 4;

/// Who the sender is, as far as rows tell.
struct KnownSender {
    model::Part part = 0;                        // 0: nobody yet
    const model::ContactRow* contact = nullptr;  // of the part
    bool writes_first = false;  // a message to the account itself, of one who never wrote before
};

/// Another contact with keys of the sender's. The values point into the item.
struct Match {
    model::Part part = 0;
    boost::container::small_vector<contacts::PersonKeyAt, 2> keys;
};
using Matches = boost::container::small_vector<Match, 1>;

/// True for a part that nobody of has written to us.
[[nodiscard]] bool never_wrote(const model::HotRow& hot);

void plan_matches(const Inbound& inbound, const adapters::Sender& sender, const KnownSender& known,
                  const contacts::SharedScopes& shared, const Rows& rows, Missing& missing);

/// Before the sender's own rows are written.
[[nodiscard]] Matches find_matches(const Inbound& inbound, const adapters::Sender& sender,
                                   const KnownSender& known, const contacts::SharedScopes& shared,
                                   const Writer& writer);

/// Writes the suggestions and their events, and where keys that `sender` told are found from now
/// on. After person.begin(), before its save().
void keep_matches(const Matches& matches, const Inbound& inbound, const adapters::Sender& sender,
                  Person& person, Writer& writer);

/// Stores it under each of its two contacts, sealed by the key of each.
void keep_suggestion(const model::SuggestionRow& row, model::Part one,
                     const model::PartKey& one_key, model::Part other,
                     const model::PartKey& other_key, Writer& writer);

}  // namespace postern::core
