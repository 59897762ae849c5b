// Reads the whole event stream through the API, page by page: the demo's view of what arrived.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "gateway/cli/api.h"

namespace postern::cli {

struct Received {
    int times = 0;  // how many events carried this external id
    std::string account;
    std::string contact;
    std::string text;
    std::string from;
};

using ReceivedById = std::map<std::string, Received>;

/// All `message.received` events by external id. On an error `problem` says which; what was read
/// until then is answered.
[[nodiscard]] ReceivedById read_received(Api& api, std::string& problem);

/// Reads again until all of `ids` are there or the time is over: an event may be read a moment
/// after its webhook was acknowledged, when it has been applied to the view.
[[nodiscard]] ReceivedById read_received(Api& api, const std::vector<std::string>& ids,
                                         std::chrono::milliseconds timeout, std::string& problem);

}  // namespace postern::cli
