// The wire spellings.
#include "gateway/model/suggestion.h"

namespace postern::model {
namespace {

constexpr std::array<std::string_view, 3> states = {"open", "dismissed", "merged"};

}  // namespace

std::string_view to_string(SuggestionState state) {
    return states[static_cast<std::size_t>(state)];
}

bool parse_suggestion_state(std::string_view word, SuggestionState& out) {
    for (std::size_t i = 0; i < states.size(); ++i) {
        if (states[i] != word) continue;
        out = static_cast<SuggestionState>(i);
        return true;
    }
    return false;
}

}  // namespace postern::model
