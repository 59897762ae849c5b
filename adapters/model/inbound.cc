// The wire spellings of receipt states and signal kinds.
#include "adapters/model/inbound.h"

#include <array>

namespace postern::adapters {

std::string_view to_string(ReceiptState state) {
    static constexpr std::array<std::string_view, 5> names = {"accepted", "sent", "delivered",
                                                              "read", "failed"};
    return names[static_cast<std::size_t>(state)];
}

std::string_view to_string(SignalKind kind) {
    static constexpr std::array<std::string_view, 11> names = {
        "message.edited",   "message.deleted", "message.echoed",    "contact.opted_out",
        "contact.opted_in", "contact.blocked", "contact.unblocked", "contact.identity_changed",
        "account.health",   "template.status", "provider.notice"};
    return names[static_cast<std::size_t>(kind)];
}

}  // namespace postern::adapters
