// What gateway/couriers.cc lists for e-mail. Main thread.
#pragma once

#include <memory>
#include <string>

#include "gateway/lines/line.h"

namespace postern::smtp {

/// lines::MakeCourier. Null without a problem: the account only receives.
[[nodiscard]] std::shared_ptr<egress::Courier> make_smtp_courier(const lines::Ground& ground,
                                                                 const lines::Settings& settings,
                                                                 std::string& problem);

}  // namespace postern::smtp
