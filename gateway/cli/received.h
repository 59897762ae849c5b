// Reads the whole event stream through the API, page by page: the demo's view of what arrived.
#pragma once

#include <map>
#include <string>

#include "gateway/cli/api.h"

namespace postern::cli {

struct Received {
    int times = 0;  // how many events carried this external id
    std::string account;
    std::string contact;
    std::string text;
    std::string from;
};

/// All `message.received` events by external id. On an error `problem` says which; what was read
/// until then is answered.
[[nodiscard]] std::map<std::string, Received> read_received(Api& api, std::string& problem);

}  // namespace postern::cli
