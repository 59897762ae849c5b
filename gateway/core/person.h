// The person behind an inbound item: found or made, taught, and written back. Lives for one
// apply().
#pragma once

#include <boost/container/small_vector.hpp>

#include "gateway/contacts/identity.h"
#include "gateway/core/writer.h"

namespace postern::core {

class Person final {
  public:
    /// Looks the sender up; makes the contact if nobody has these identities. `known`: who it is
    /// said to be, unless that contact is gone; 0: whoever has the first identity that is known.
    Person(const Inbound& inbound, const adapters::Sender& sender, std::string_view channel,
           const Writer& writer, model::Part known = 0);
    Person(const Person&) = delete;  // sender_ may point into it
    Person& operator=(const Person&) = delete;

    /// Whose each of the item's names was when the item came.
    enum class Name : std::uint8_t { fresh, own, others };
    [[nodiscard]] Name name(std::size_t identity) const { return names_[identity]; }
    /// True unless each of them was this person's own.
    [[nodiscard]] bool told_names() const;
    /// Whether Sender::told[i] is news of this person.
    [[nodiscard]] bool told_news(std::size_t i) const { return told_news_[i]; }
    /// As rows had it when the item came; null for who is new.
    [[nodiscard]] const model::ContactRow* known_contact(const Writer& writer) const;

    /// Seen before, in the ring or as a dedupe row. Nothing may be written then.
    [[nodiscard]] bool duplicate(model::Instant provider_time, const Writer& writer) const;

    /// Gives the item its place, writes what is new about the person, and remembers the id. Call
    /// once, after `duplicate` said no; then change `hot`, then save().
    model::Sequence begin(model::Instant provider_time, Writer& writer);
    void save(Writer& writer);

    model::HotRow hot;
    model::Part part = 0;
    model::PartKey key{};
    model::Sequence previous = 0;
    bool created = false;
    bool updated = false;

  private:
    /// Whose each identity is; 0: nobody's yet.
    using OwnerOf = boost::container::small_vector<model::Part, 16>;
    void sort_names(const OwnerOf& owners);
    [[nodiscard]] contacts::Seen seen(const Writer& writer) const;

    const Inbound& inbound_;
    const adapters::Sender* sender_;  // without names that are another person's
    adapters::Sender own_names_;      // what that is, if there are such
    std::string_view channel_;
    model::ContactRow contact_;  // if it is to be written
    boost::container::small_vector<Name, 16> names_;
    boost::container::small_vector<bool, 4> told_news_;
};

}  // namespace postern::core
