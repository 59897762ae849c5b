// Standings are few (one an account that the person writes to), so a linear search is the fastest.
#include "gateway/conversations/standing.h"

namespace postern::conversations {

model::ChannelStanding& standing_on(model::HotRow& hot, model::AccountNumber account) {
    for (model::ChannelStanding& s : hot.standings) {
        if (s.account == account) return s;
    }
    hot.standings.push_back({.account = account});
    return hot.standings.back();
}

bool open(model::ChannelStanding& standing, model::Sequence sequence, model::Instant at,
          std::uint32_t epoch) {
    if (standing.conversation != 0) return false;
    standing.conversation = sequence;
    standing.conversation_created = at;
    standing.conversation_epoch = epoch;
    return true;
}

}  // namespace postern::conversations
