// Viber's statuses as data (Viber, "Common Errors" and REST Bot API, "Error Codes", 2026). They
// come with HTTP 200.
#include <array>

#include "adapters/viber/send.h"

namespace postern::adapters::viber {
namespace {

using shared::CodeRule;
using enum SendResult;
using enum LimitScope;
using enum AddressVerdict;

// first, last (0: one), result, our word, documented wait, whom a limit is about, the person
constexpr std::array rules = {
    CodeRule{1, 0, credential, "webhook_invalid"},
    CodeRule{2, 0, credential, "token_refused"},
    CodeRule{3, 4, permanent, "invalid_content"},
    CodeRule{5, 0, permanent, "invalid_recipient", {}, account, dead},
    // Left, or never came: whoever subscribes or writes can be written to again.
    CodeRule{6, 0, permanent, "not_subscribed", {}, account, blocked},
    CodeRule{7, 0, credential, "account_blocked"},
    CodeRule{8, 0, credential, "account_unknown"},
    CodeRule{9, 0, credential, "account_suspended"},
    CodeRule{10, 0, credential, "webhook_missing"},
    CodeRule{11, 0, permanent, "device_unsupported"},
    CodeRule{12, 0, rate_limited, "account_rate_limited"},
    CodeRule{13, 0, permanent, "client_too_old"},
    CodeRule{14, 0, permanent, "invalid_content"},
    CodeRule{15, 0, credential, "permission_missing"},
    CodeRule{16, 20, permanent, "rejected"},  // inline and broadcast messages: we send none
    CodeRule{21, 0, permanent, "country_restricted"},
    CodeRule{22, 0, permanent, "rejected"},  // payments
    // Until the month ends, but whoever wrote within a day is answered still: no account's pause.
    CodeRule{23, 0, permanent, "monthly_limit"},
    CodeRule{24, 0, credential, "billing_problem"},
};
static_assert(shared::is_sorted(rules));

}  // namespace

std::span<const CodeRule> code_rules() {
    return rules;
}

}  // namespace postern::adapters::viber
