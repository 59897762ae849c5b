// Meta, "Messenger Platform: Common Error Codes" (March 2026), and Instagram's own. A pair of code
// and subcode goes before the code alone.
#include "adapters/meta/messaging_codes.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace postern::adapters::meta {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using enum SendResult;
using enum LimitScope;
using enum AddressVerdict;

struct Rule {
    std::int64_t code;
    std::int64_t subcode;  // 0: whatever it is
    SendResult result;
    std::string_view word;
    seconds wait{0};
    LimitScope scope = account;
    AddressVerdict address = none;
};

// «person_unavailable»: blocked the page, left, or may not be written to just now; Meta does not
// say which, so nothing goes to the person until they write themselves.
constexpr std::array rules = {
    Rule{-2, 0, transient, "provider_unavailable"},
    Rule{-1, 0, transient, "provider_unavailable"},
    Rule{1, 0, transient, "provider_unavailable"},
    // Meta: the message may have been sent all the same.
    Rule{1, 1357046, unknown, "may_have_been_sent"},
    Rule{2, 0, transient, "provider_unavailable"},
    Rule{2, 2018344, credential, "terms_not_accepted"},
    Rule{3, 0, credential, "permission_missing"},
    Rule{4, 0, rate_limited, "app_rate_limited", {}, group},
    Rule{4, 2018354, rate_limited, "topic_rate_limited", hours(1), recipient},
    Rule{5, 0, credential, "permission_missing"},  // from an address that the app does not list
    Rule{9, 2018352, permanent, "optin_limit"},
    Rule{10, 0, credential, "permission_missing"},
    Rule{10, 1404170, credential, "account_restricted"},
    Rule{10, 1893015, permanent, "marketing_opted_out", {}, account, opted_out},
    Rule{10, 1893063, credential, "account_restricted"},
    Rule{10, 2018065, permanent, "window_closed"},
    Rule{10, 2018108, permanent, "person_unavailable", {}, account, blocked},
    Rule{10, 2018278, permanent, "window_closed"},
    Rule{10, 2534022, permanent, "window_closed"},
    Rule{10, 2534077, credential, "account_not_linked"},
    Rule{17, 0, rate_limited, "account_rate_limited"},
    Rule{32, 0, rate_limited, "account_rate_limited"},
    Rule{100, 0, permanent, "invalid_content"},
    Rule{100, 33, credential, "sender_unknown"},
    Rule{100, 2018001, permanent, "invalid_recipient", {}, account, dead},
    Rule{100, 2018008, permanent, "media_unreachable"},
    Rule{100, 2018047, permanent, "media_unreachable"},
    Rule{100, 2018074, permanent, "media_unreachable"},
    Rule{100, 2018109, permanent, "media_unreachable"},
    Rule{100, 2018294, permanent, "media_unreachable"},
    Rule{100, 2534013, credential, "account_not_linked"},
    Rule{100, 2534014, permanent, "invalid_recipient", {}, account, dead},
    Rule{100, 2534029, credential, "account_restricted"},
    Rule{100, 2534037, transient, "thread_owned_elsewhere", minutes(1)},
    Rule{101, 0, credential, "token_refused"},  // of an app that is no more
    Rule{102, 0, credential, "token_refused"},
    Rule{104, 0, credential, "token_refused"},  // wants or refuses appsecret_proof
    Rule{190, 0, credential, "token_refused"},
    Rule{200, 0, credential, "permission_missing"},
    Rule{200, 1545041, permanent, "person_unavailable", {}, account, blocked},
    Rule{200, 2534041, credential, "access_disabled"},
    Rule{341, 0, rate_limited, "app_rate_limited", {}, group},
    Rule{368, 0, credential, "account_restricted"},
    Rule{551, 0, permanent, "person_unavailable", {}, account, blocked},
    Rule{613, 0, rate_limited, "account_rate_limited"},
    Rule{613, 1893016, permanent, "optin_limit"},
    // Meta warns of abuse of tags and names no time: slow down strongly.
    Rule{613, 2018338, rate_limited, "tag_abuse_warning", hours(1)},
    Rule{803, 0, credential, "sender_unknown"},
    Rule{1200, 0, transient, "provider_unavailable"},
    Rule{2022, 0, credential, "account_restricted"},
    Rule{2500, 0, credential, "token_refused"},  // none was sent
    Rule{36103, 0, credential, "account_not_eligible"},
    Rule{80001, 0, rate_limited, "account_rate_limited"},
    Rule{80002, 0, rate_limited, "account_rate_limited"},
    Rule{80006, 0, rate_limited, "account_rate_limited"},
    // Another app has the conversation: it may give it back.
    Rule{2018300, 0, transient, "thread_owned_elsewhere", minutes(1)},
    Rule{2018321, 0, transient, "thread_owned_elsewhere", minutes(1)},
    Rule{9000001, 0, permanent, "message_deleted"},
};

constexpr auto place_of = [](const Rule& rule) { return std::tuple(rule.code, rule.subcode); };
static_assert(std::ranges::is_sorted(rules, {}, place_of));

/// Graph keeps 200 to 299 for permissions.
constexpr std::int64_t permission_first = 200;
constexpr std::int64_t permission_last = 299;

/// Meta's table names this error by its words; the code is that of any bad parameter.
bool is_nobody(const GraphError& error) {
    return *error.code == 100 && !error.subcode &&
           error.words.find("No matching user") != std::string_view::npos;
}
constexpr std::int64_t nobody = 2018001;

const Rule* find(std::int64_t code, std::int64_t subcode) {
    const auto at = std::ranges::lower_bound(rules, std::tuple(code, subcode), {}, place_of);
    const bool found = at != rules.end() && place_of(*at) == std::tuple(code, subcode);
    return found ? &*at : nullptr;
}

}  // namespace

std::optional<SendOutcome> judge_messaging(const GraphError& error, Instant now) {
    if (!error.code) return std::nullopt;
    const std::int64_t code = *error.code;
    const Rule* rule = find(code, is_nobody(error) ? nobody : error.subcode.value_or(0));
    if (rule == nullptr) rule = find(code, 0);
    if (rule == nullptr && code >= permission_first && code <= permission_last) {
        rule = find(permission_first, 0);
    }
    if (rule == nullptr) return std::nullopt;
    SendOutcome out = shared::outcome(rule->result, rule->word);
    out.scope = rule->scope;
    out.address = rule->address;
    if (rule->wait.count() > 0) out.retry_at = now + rule->wait;
    return out;
}

}  // namespace postern::adapters::meta
