// Twilio's error codes as data (https://www.twilio.com/docs/api/errors, read 2026): what an answer
// says at once, and what a status callback says later.
#include <array>

#include "adapters/twilio/send.h"

namespace postern::adapters::twilio {
namespace {

using shared::CodeRule;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using enum SendResult;
using enum LimitScope;
using enum AddressVerdict;

// first, last (0: one), result, our word, documented wait, whom a limit is about, the person
constexpr std::array rules = {
    CodeRule{400, 0, permanent, "rejected"},
    CodeRule{10001, 0, credential, "account_inactive"},
    CodeRule{11751, 0, permanent, "media_too_large"},
    // Its loop guard: more than 30 replies to one number, each within 30 s.
    CodeRule{14107, 0, rate_limited, "pair_rate_limited", seconds(30), recipient},
    CodeRule{20001, 0, permanent, "rejected"},
    CodeRule{20003, 0, credential, "token_refused"},
    CodeRule{20004, 0, permanent, "rejected"},
    CodeRule{20005, 20006, credential, "account_inactive"},
    CodeRule{20008, 0, credential, "test_credentials"},
    CodeRule{20010, 0, credential, "permission_missing"},
    CodeRule{20162, 0, transient, "conflict"},
    CodeRule{20403, 0, credential, "token_refused"},
    CodeRule{20404, 0, credential, "account_unknown"},
    CodeRule{20409, 0, transient, "conflict"},
    CodeRule{20410, 0, permanent, "rejected"},
    CodeRule{20422, 0, permanent, "rejected"},
    CodeRule{20429, 0, rate_limited, "account_rate_limited"},
    CodeRule{20500, 0, unknown, "provider_error"},
    CodeRule{20503, 0, transient, "provider_unavailable"},
    CodeRule{21201, 0, permanent, "invalid_recipient"},
    CodeRule{21210, 0, credential, "sender_refused"},
    CodeRule{21211, 0, permanent, "invalid_recipient", {}, account, dead},
    CodeRule{21212, 0, credential, "sender_refused"},
    CodeRule{21214, 0, permanent, "invalid_recipient", {}, account, dead},
    CodeRule{21217, 0, permanent, "invalid_recipient", {}, account, dead},
    CodeRule{21219, 0, credential, "trial_account"},
    CodeRule{21264, 0, credential, "sender_refused"},
    CodeRule{21265, 0, permanent, "not_a_mobile_number", {}, account, dead},  // a short code
    CodeRule{21266, 0, permanent, "own_address"},
    CodeRule{21267, 0, credential, "trial_account"},
    CodeRule{21268, 0, permanent, "no_route"},  // premium and information numbers
    CodeRule{21401, 0, permanent, "invalid_recipient", {}, account, dead},
    CodeRule{21402, 21403, credential, "callback_refused"},
    CodeRule{21406, 0, credential, "callback_refused"},
    CodeRule{21407, 0, credential, "sender_refused"},
    CodeRule{21408, 0, permanent, "country_not_enabled"},
    CodeRule{21601, 0, credential, "sender_refused"},
    CodeRule{21602, 0, permanent, "invalid_content"},
    CodeRule{21603, 0, credential, "sender_refused"},
    CodeRule{21604, 0, permanent, "invalid_recipient"},
    CodeRule{21605, 0, permanent, "invalid_content"},
    CodeRule{21606, 21607, credential, "sender_refused"},
    CodeRule{21608, 0, credential, "trial_account"},
    CodeRule{21609, 0, credential, "callback_refused"},
    CodeRule{21610, 0, permanent, "opted_out", {}, account, opted_out},
    CodeRule{21611, 0, rate_limited, "queue_full", minutes(10)},
    CodeRule{21612, 0, permanent, "no_route"},
    CodeRule{21614, 0, permanent, "not_a_mobile_number", {}, account, dead},
    CodeRule{21615, 0, credential, "registration_missing"},
    CodeRule{21616, 0, credential, "sender_refused"},
    CodeRule{21617, 21619, permanent, "invalid_content"},
    CodeRule{21620, 0, permanent, "media_unreachable"},
    CodeRule{21621, 21622, permanent, "media_not_supported"},
    CodeRule{21623, 0, permanent, "media_unreachable"},
    CodeRule{21624, 0, permanent, "rejected"},
    CodeRule{21626, 0, credential, "callback_refused"},
    CodeRule{21631, 0, credential, "registration_missing"},
    CodeRule{21635, 0, permanent, "not_a_mobile_number", {}, account, dead},
    CodeRule{21648, 21651, credential, "registration_missing"},
    CodeRule{21652, 21653, permanent, "invalid_content"},
    CodeRule{21654, 21656, permanent, "template_not_found"},
    CodeRule{21657, 0, credential, "sender_refused"},
    CodeRule{21658, 0, permanent, "invalid_content"},
    CodeRule{21659, 21661, credential, "sender_refused"},
    CodeRule{21701, 21705, credential, "sender_refused"},
    CodeRule{21708, 21709, credential, "sender_refused"},
    CodeRule{21711, 21712, credential, "sender_refused"},
    CodeRule{21713, 0, credential, "registration_missing"},
    CodeRule{21714, 0, credential, "sender_refused"},
    CodeRule{21715, 0, credential, "sender_refused"},
    CodeRule{21717, 0, credential, "registration_missing"},
    CodeRule{21719, 21720, credential, "registration_missing"},
    CodeRule{21730, 0, transient, "provider_maintenance"},
    CodeRule{21733, 0, credential, "sender_refused"},
    CodeRule{30001, 0, rate_limited, "queue_full", minutes(10)},
    CodeRule{30002, 0, credential, "account_inactive"},
    CodeRule{30003, 0, transient, "unreachable", minutes(15)},
    CodeRule{30004, 0, permanent, "carrier_blocked"},
    CodeRule{30005, 0, permanent, "invalid_recipient", {}, account, dead},
    CodeRule{30006, 0, permanent, "not_a_mobile_number", {}, account, dead},
    CodeRule{30007, 0, permanent, "spam_filtered"},
    CodeRule{30008, 0, transient, "provider_error", minutes(10)},
    CodeRule{30010, 0, permanent, "price_limit"},
    CodeRule{30011, 0, permanent, "media_not_supported"},
    CodeRule{30012, 30013, permanent, "rejected"},
    CodeRule{30014, 30016, permanent, "rejected"},
    CodeRule{30017, 0, transient, "carrier_congested"},
    CodeRule{30018, 0, credential, "registration_missing"},
    CodeRule{30019, 0, permanent, "media_too_large"},
    CodeRule{30020, 30021, transient, "provider_error"},
    CodeRule{30022, 0, rate_limited, "account_rate_limited", seconds(60)},
    // Until midnight in California: asked again hourly, for we know no time zones here.
    CodeRule{30023, 0, rate_limited, "daily_limit", hours(1)},
    CodeRule{30024, 0, credential, "registration_missing"},
    CodeRule{30027, 0, rate_limited, "daily_limit", hours(1)},
    CodeRule{30028, 30031, permanent, "rejected"},
    CodeRule{30032, 30034, credential, "registration_missing"},
    CodeRule{30035, 0, transient, "registration_pending", hours(1)},
    CodeRule{30036, 0, permanent, "expired"},
    CodeRule{30037, 0, credential, "account_inactive"},
    CodeRule{30038, 0, permanent, "content_refused"},  // a one-time code, to a number that has none
    // What one country's carriers ask of senders ends a message and not the account.
    CodeRule{30040, 30043, permanent, "sender_refused"},
    // Twilio itself does not repeat it, lest it come twice.
    CodeRule{30410, 0, unknown, "provider_timeout"},
    CodeRule{30450, 0, rate_limited, "fraud_protection", minutes(30), recipient},
    CodeRule{30454, 0, rate_limited, "daily_limit", hours(1)},
    CodeRule{63001, 63002, credential, "sender_refused"},
    CodeRule{63003, 0, permanent, "invalid_recipient", {}, account, dead},
    CodeRule{63005, 63006, permanent, "invalid_content"},
    CodeRule{63007, 63008, credential, "sender_refused"},
    CodeRule{63009, 63010, transient, "provider_error"},
    CodeRule{63011, 0, permanent, "invalid_content"},
    CodeRule{63012, 0, transient, "provider_error"},
    CodeRule{63013, 0, permanent, "policy_violation"},
    CodeRule{63014, 0, permanent, "blocked", {}, account, blocked},
    CodeRule{63015, 0, permanent, "sandbox_not_joined"},
    CodeRule{63016, 0, permanent, "window_closed"},
    CodeRule{63017, 0, rate_limited, "account_rate_limited"},
    CodeRule{63018, 0, rate_limited, "account_rate_limited", seconds(60)},
    CodeRule{63019, 0, permanent, "media_unreachable"},
    CodeRule{63020, 0, credential, "sender_refused"},
    CodeRule{63021, 0, permanent, "invalid_content"},
    CodeRule{63022, 0, credential, "sender_refused"},
    CodeRule{63023, 0, transient, "provider_error"},
    CodeRule{63024, 0, permanent, "invalid_recipient", {}, account, dead},
    CodeRule{63026, 0, permanent, "policy_violation"},
    CodeRule{63027, 63028, permanent, "template_parameters"},
    CodeRule{63029, 0, transient, "provider_error"},
    CodeRule{63030, 63031, permanent, "invalid_content"},
    CodeRule{63032, 0, permanent, "marketing_experiment"},
    CodeRule{63033, 0, permanent, "blocked", {}, account, blocked},
    CodeRule{63034, 0, permanent, "invalid_content"},
    CodeRule{63035, 63036, permanent, "no_route"},
    CodeRule{63037, 0, permanent, "media_unreachable"},
    CodeRule{63038, 0, rate_limited, "daily_limit", hours(1)},
    CodeRule{63039, 0, permanent, "policy_violation"},
    CodeRule{63040, 0, permanent, "template_rejected"},
    CodeRule{63041, 0, permanent, "template_paused"},
    CodeRule{63042, 0, permanent, "template_disabled"},
    CodeRule{63049, 0, permanent, "marketing_limited"},
    CodeRule{63051, 0, credential, "account_locked"},
    CodeRule{63062, 0, credential, "terms_not_accepted"},
    CodeRule{63106, 0, permanent, "no_route"},  // no RCS on this telephone
    CodeRule{63109, 0, credential, "sender_refused"},
    CodeRule{63112, 0, credential, "account_locked"},
    CodeRule{90010, 0, credential, "account_inactive"},
};
static_assert(shared::is_sorted(rules));

}  // namespace

std::span<const CodeRule> code_rules() {
    return rules;
}

}  // namespace postern::adapters::twilio
