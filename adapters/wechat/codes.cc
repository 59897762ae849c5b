// WeChat's return codes as data ("Global return codes", "Send customer service messages", 2026).
// They come with HTTP 200.
#include <array>

#include "adapters/wechat/send.h"

namespace postern::adapters::wechat {
namespace {

using shared::CodeRule;
using std::chrono::minutes;
using enum SendResult;
using enum LimitScope;
using enum AddressVerdict;

// first, last (0: one), result, our word, documented wait, whom a limit is about, the person
constexpr std::array rules = {
    CodeRule{-1000, 0, transient, "provider_unavailable"},
    CodeRule{-1, 0, transient, "provider_unavailable"},  // "system busy"; 0 is success
    CodeRule{40001, 0, credential, "token_refused"},
    CodeRule{40002, 0, credential, "token_refused"},
    CodeRule{40003, 0, permanent, "invalid_recipient", {}, account, dead},
    CodeRule{40004, 40012, permanent, "media_unreachable"},
    CodeRule{40013, 0, credential, "account_unknown"},
    CodeRule{40014, 0, credential, "token_refused"},
    CodeRule{40031, 0, permanent, "invalid_recipient", {}, account, dead},
    CodeRule{40033, 40035, permanent, "invalid_content"},
    CodeRule{40036, 40037, permanent, "template_not_found"},
    CodeRule{40118, 0, permanent, "media_unreachable"},
    CodeRule{40121, 0, permanent, "media_unreachable"},
    CodeRule{40125, 0, credential, "token_refused"},
    CodeRule{40164, 0, credential, "address_not_allowed"},  // our own IP address is not listed
    CodeRule{40243, 0, credential, "account_restricted"},   // the AppSecret is frozen
    CodeRule{41001, 41002, credential, "token_refused"},
    CodeRule{41004, 0, credential, "token_refused"},
    CodeRule{41006, 0, permanent, "media_unreachable"},
    CodeRule{42001, 0, credential, "token_refused"},
    CodeRule{42007, 0, credential, "token_refused"},
    CodeRule{43001, 43003, permanent, "rejected"},
    CodeRule{43004, 0, permanent, "not_subscribed", {}, account, blocked},
    CodeRule{43019, 0, permanent, "blacklisted", {}, account, blocked},
    CodeRule{43101, 0, permanent, "template_refused"},  // by this person, this template alone
    CodeRule{43108, 0, rate_limited, "recipient_rate_limited", std::chrono::seconds(5), recipient},
    CodeRule{43117, 0, rate_limited, "recipient_rate_limited", minutes(10), recipient},
    CodeRule{44001, 0, permanent, "media_unreachable"},
    CodeRule{44002, 44004, permanent, "invalid_content"},
    CodeRule{45001, 0, permanent, "media_unreachable"},
    CodeRule{45002, 45008, permanent, "invalid_content"},
    CodeRule{45009, 0, rate_limited, "daily_limit"},  // until midnight in China
    CodeRule{45011, 0, rate_limited, "account_rate_limited", minutes(1)},
    CodeRule{45015, 0, permanent, "window_closed"},
    CodeRule{45035, 0, credential, "address_not_allowed"},
    CodeRule{45047, 0, permanent, "window_used_up"},  // until the person acts again
    CodeRule{45065, 45067, permanent, "rejected"},    // of mass messages: we send none
    CodeRule{45166, 0, permanent, "content_refused"},
    CodeRule{46001, 0, permanent, "media_unreachable"},
    CodeRule{46004, 0, permanent, "invalid_recipient", {}, account, dead},
    CodeRule{47001, 0, permanent, "invalid_content"},
    CodeRule{47003, 0, permanent, "template_parameters"},
    CodeRule{48001, 0, credential, "permission_missing"},
    CodeRule{48002, 0, permanent, "blocked", {}, account, blocked},
    CodeRule{48003, 48004, credential, "account_restricted"},
    CodeRule{48008, 0, credential, "permission_missing"},
    CodeRule{50001, 50002, credential, "permission_missing"},
    CodeRule{50005, 0, permanent, "not_subscribed", {}, account, blocked},
    CodeRule{50007, 0, credential, "account_restricted"},
    CodeRule{61003, 0, credential, "permission_missing"},
    CodeRule{61004, 0, credential, "address_not_allowed"},
    CodeRule{61007, 0, credential, "permission_missing"},
    CodeRule{61016, 0, credential, "permission_missing"},
    CodeRule{61023, 0, credential, "permission_missing"},
    CodeRule{61450, 0, transient, "provider_unavailable"},  // "system error"
    CodeRule{61451, 61456, permanent, "rejected"},          // customer service accounts
    CodeRule{87014, 0, permanent, "content_refused"},
    // An administrator has to allow our IP address, or has refused it for an hour or a day.
    CodeRule{89501, 0, credential, "address_not_allowed"},
    CodeRule{89503, 0, credential, "address_not_allowed"},
    CodeRule{89506, 89507, credential, "address_not_allowed"},
};
static_assert(shared::is_sorted(rules));

}  // namespace

std::span<const CodeRule> code_rules() {
    return rules;
}

}  // namespace postern::adapters::wechat
