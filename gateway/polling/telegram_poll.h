// Telegram's updates by long polling, for gateways that nobody can call from outside: one poll at a
// time, and an update is confirmed only once it is durable here. No place is kept for where it was:
// Telegram brings again what was not confirmed, and what had come before is dropped.
#pragma once

#include <memory>
#include <string>

#include "gateway/lines/line.h"

namespace postern::polling {

/// lines::MakeReceiver. Null without a problem: the account's updates come by webhook.
[[nodiscard]] std::shared_ptr<lines::Receiver> make_telegram_poll(const lines::Ground& ground,
                                                                  const lines::Settings& settings,
                                                                  std::string& problem);

}  // namespace postern::polling
