// What a person wished («stop», a consent) stands with the address that they said it from. Where
// their provider names them anew (a changed number, an id beside a number) it holds under every
// name: an opt-out follows the person. What is only true of one address (it is dead, it bounced)
// stays there. Free functions over rows; the core's thread.
#pragma once

#include "gateway/core/person.h"
#include "gateway/core/plan.h"
#include "gateway/core/writer.h"

namespace postern::core {

/// Notes of all names of the sender.
void plan_notes(const Inbound& inbound, const Rows& rows, Missing& missing);

/// Whether carry_notes() may have anything to do: one of several names is new.
[[nodiscard]] bool has_new_name(const Inbound& inbound, const Person& person);

/// After person.begin(). Needs the notes only if has_new_name().
void carry_notes(const Inbound& inbound, const Person& person, Writer& writer);

}  // namespace postern::core
