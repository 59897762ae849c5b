// The wire spellings of record enums.
#include "gateway/model/records.h"

namespace postern::model {

std::string_view to_string(ContactState state) {
    static constexpr std::array<std::string_view, 4> names = {"active", "archived", "trash",
                                                              "erased"};
    return names[static_cast<std::size_t>(state)];
}

std::string_view to_string(SubscriptionState state) {
    static constexpr std::array<std::string_view, 3> names = {"active", "disabled", "deleted"};
    return names[static_cast<std::size_t>(state)];
}

namespace {

constexpr std::array<std::string_view, 4> actors = {"postern", "key", "config", "cli"};

}  // namespace

std::string_view to_string(ActorKind kind) {
    return actors[static_cast<std::size_t>(kind)];
}

}  // namespace postern::model
