// Vonage's codes as data ("SMS API: Troubleshooting", "Messages API errors", read 2026).
#include <array>

#include "adapters/vonage/send.h"

namespace postern::adapters::vonage {
namespace {

using shared::CodeRule;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using enum SendResult;
using enum LimitScope;
using enum AddressVerdict;

// first, last (0: one), result, our word, wait, whom a limit is about, the person
// 15 is about one country's rules on senders, so it ends a message and not the account.
constexpr std::array sms = {
    CodeRule{1, 0, rate_limited, "account_rate_limited", seconds(1)},
    CodeRule{2, 3, permanent, "rejected"},
    CodeRule{4, 0, credential, "token_refused"},
    CodeRule{5, 0, transient, "provider_error"},
    CodeRule{6, 0, permanent, "invalid_recipient"},
    CodeRule{7, 0, permanent, "recipient_barred", {}, account, blocked},
    CodeRule{8, 0, credential, "account_inactive"},
    CodeRule{9, 0, credential, "out_of_credit"},
    CodeRule{10, 0, rate_limited, "too_many_connections", seconds(1)},
    CodeRule{11, 0, credential, "account_inactive"},
    CodeRule{12, 0, permanent, "too_long"},
    CodeRule{13, 0, transient, "provider_unavailable"},
    CodeRule{14, 0, credential, "token_refused"},
    CodeRule{15, 0, permanent, "sender_refused"},
    CodeRule{22, 0, credential, "account_inactive"},
    CodeRule{23, 0, credential, "callback_refused"},
    CodeRule{29, 0, credential, "trial_account"},
    CodeRule{32, 0, credential, "token_refused"},
    CodeRule{33, 0, permanent, "invalid_recipient", {}, account, dead},
};
static_assert(shared::is_sorted(sms));

// 1320 is in no row: the answer says whether the message that went has an id.
constexpr std::array messages = {
    CodeRule{1000, 0, rate_limited, "account_rate_limited", seconds(1)},
    CodeRule{1010, 0, permanent, "rejected"},
    CodeRule{1020, 1022, permanent, "rejected"},
    CodeRule{1030, 0, transient, "provider_error"},
    CodeRule{1040, 0, permanent, "invalid_recipient"},
    CodeRule{1050, 0, permanent, "recipient_barred", {}, account, blocked},
    CodeRule{1060, 0, credential, "account_inactive"},
    CodeRule{1070, 0, credential, "out_of_credit"},
    CodeRule{1080, 0, credential, "account_inactive"},
    CodeRule{1090, 0, permanent, "too_long"},
    CodeRule{1100, 0, transient, "provider_unavailable"},
    CodeRule{1120, 0, permanent, "sender_refused"},
    CodeRule{1130, 0, permanent, "rejected"},
    CodeRule{1140, 0, credential, "account_inactive"},
    CodeRule{1150, 0, permanent, "rejected"},
    CodeRule{1160, 0, credential, "trial_account"},
    CodeRule{1170, 0, permanent, "invalid_recipient", {}, account, dead},
    CodeRule{1180, 0, transient, "recipient_absent", minutes(15)},
    CodeRule{1190, 0, permanent, "invalid_recipient", {}, account, dead},
    CodeRule{1200, 0, transient, "recipient_absent", hours(24)},
    CodeRule{1210, 0, permanent, "spam_suspected"},
    CodeRule{1220, 0, transient, "recipient_absent", minutes(10)},
    CodeRule{1230, 0, transient, "provider_unavailable"},
    CodeRule{1240, 0, permanent, "opted_out", {}, account, opted_out},
    CodeRule{1241, 0, rate_limited, "pair_rate_limited", minutes(1), recipient},
    CodeRule{1250, 0, permanent, "no_route"},
    CodeRule{1260, 0, permanent, "not_reachable", {}, account, dead},
    CodeRule{1270, 0, permanent, "age_restricted"},
    CodeRule{1280, 0, permanent, "carrier_blocked"},
    CodeRule{1290, 0, transient, "recipient_absent", hours(1)},
    CodeRule{1300, 0, permanent, "not_reachable", {}, account, dead},
    CodeRule{1310, 0, permanent, "not_reachable", {}, account, dead},
    CodeRule{1330, 1331, transient, "provider_error"},
    CodeRule{1340, 0, permanent, "window_closed"},
    CodeRule{1350, 0, credential, "out_of_credit"},
    CodeRule{1360, 0, permanent, "expired"},
    CodeRule{1370, 0, credential, "token_refused"},
    CodeRule{1380, 1382, permanent, "media_refused"},
};
static_assert(shared::is_sorted(messages));

// err-code of a delivery receipt ("Delivery receipts", 2026): the same as 1180 to 1300 above, told
// of a message that is lost. 1 and 99 tell nothing.
constexpr std::array receipts = {
    CodeRule{2, 0, transient, "recipient_absent"},
    CodeRule{3, 0, permanent, "invalid_recipient"},
    CodeRule{4, 0, permanent, "recipient_barred"},
    CodeRule{5, 0, transient, "recipient_absent"},  // between two carriers
    CodeRule{6, 0, permanent, "spam_suspected"},
    CodeRule{7, 0, transient, "recipient_absent"},
    CodeRule{8, 0, transient, "provider_unavailable"},
    CodeRule{9, 0, permanent, "opted_out"},
    CodeRule{10, 0, permanent, "rejected"},
    CodeRule{11, 0, permanent, "no_route"},
    CodeRule{12, 0, permanent, "not_reachable"},
    CodeRule{13, 0, permanent, "age_restricted"},
    CodeRule{14, 0, permanent, "carrier_blocked"},
    CodeRule{15, 0, transient, "recipient_absent"},  // the person's own credit
    // India's register: of the business, of its name, of the words.
    CodeRule{50, 51, permanent, "sender_refused"},
    CodeRule{52, 0, permanent, "content_refused"},
    CodeRule{53, 0, permanent, "opted_out"},
    CodeRule{54, 0, permanent, "policy_violation"},
};
static_assert(shared::is_sorted(receipts));

}  // namespace

std::span<const shared::CodeRule> receipt_rules() {
    return receipts;
}

std::span<const shared::CodeRule> sms_rules() {
    return sms;
}

std::span<const shared::CodeRule> message_rules() {
    return messages;
}

}  // namespace postern::adapters::vonage
