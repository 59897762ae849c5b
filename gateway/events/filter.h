// Which events a reader wants: by type and by account, decided before an event is written out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/model/records.h"

namespace postern::events {

struct EventFilter {
    std::vector<std::string> types;    // exact, or a family: "message.*"; empty: all
    model::AccountNumber account = 0;  // 0: all
    bool no_account = false;           // an account was named that does not exist: nothing fits

    [[nodiscard]] bool wants_account(model::AccountNumber number) const {
        return !no_account && (account == 0 || account == number);
    }
    [[nodiscard]] bool wants_type(std::string_view type) const;
};

/// "message.received,contact.*" -> the list; empty parts are skipped.
[[nodiscard]] std::vector<std::string> split_types(std::string_view list);

}  // namespace postern::events
