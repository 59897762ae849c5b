// What gateway/couriers.cc lists for e-mail that is fetched. Main thread.
#pragma once

#include <memory>
#include <string>

#include "gateway/lines/line.h"

namespace postern::imap {

/// lines::MakeReceiver. Null without a problem: the account's mail does not come by IMAP.
[[nodiscard]] std::shared_ptr<lines::Receiver> make_imap_receiver(const lines::Ground& ground,
                                                                  const lines::Settings& settings,
                                                                  std::string& problem);

}  // namespace postern::imap
