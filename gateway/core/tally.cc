#include "gateway/core/tally.h"

namespace postern::core {

void Tally::judged(const policy::Verdict& verdict, ratelimit::Scope scope) {
    const bool sends = verdict.decision == policy::Decision::send;
    const std::size_t rule =
        sends ? policy::rule_count : static_cast<std::size_t>(verdict.decisive());
    ++verdicts[rule][static_cast<std::size_t>(verdict.decision)];
    if (!sends && verdict.decisive() == policy::Rule::rate)
        ++limiter_waits[static_cast<std::size_t>(scope)];
}

void Tally::noted(const model::AddressNote& note) {
    using Kind = model::AddressNote::Kind;
    if (note.kind == Kind::suppressed || note.kind == Kind::opted_out) ++suppressions_added;
}

}  // namespace postern::core
