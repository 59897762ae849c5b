#include "adapters/webhook_reply.h"

#include "adapters/telegram/callback.h"

namespace postern::adapters {

std::string webhook_reply(std::string_view channel, std::string_view body) {
    if (channel != "telegram") return {};
    const std::string tap = telegram::callback_id(body);
    return tap.empty() ? tap : telegram::inline_answer(tap);
}

}  // namespace postern::adapters
