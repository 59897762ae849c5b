// SMPP 3.4, 5.1.3, with what the codes turned out to mean at centres (read 2026). Retries of what
// is transient end with the message's own patience.
#include "adapters/smpp/status.h"

#include <algorithm>
#include <array>

namespace postern::adapters::smpp {
namespace {

using shared::CodeRule;
using std::chrono::seconds;
using enum SendResult;
using enum LimitScope;
using enum AddressVerdict;

// first, last (0: one), result, our word, wait, whom a limit is about, the person
constexpr std::array rules = {
    CodeRule{0x01, 0, permanent, "invalid_content"},
    // A centre that lost the thread of the stream: the next connection begins a new one.
    CodeRule{0x02, 0x03, transient, "protocol_error"},
    CodeRule{0x04, 0, transient, "not_bound"},
    CodeRule{0x05, 0, transient, "already_bound", seconds(60)},
    CodeRule{0x06, 0x07, permanent, "rejected"},
    CodeRule{0x08, 0, transient, "provider_error"},
    CodeRule{0x0a, 0, credential, "sender_refused"},
    CodeRule{0x0b, 0, permanent, "invalid_recipient", {}, account, dead},
    CodeRule{0x0c, 0, permanent, "rejected"},
    CodeRule{0x0d, 0x0f, credential, "login_refused"},
    CodeRule{0x11, 0, permanent, "rejected"},
    CodeRule{0x13, 0, permanent, "rejected"},
    CodeRule{0x14, 0, rate_limited, "queue_full", seconds(5)},
    CodeRule{0x15, 0, credential, "service_type_refused"},
    CodeRule{0x33, 0x34, permanent, "rejected"},
    CodeRule{0x40, 0, permanent, "rejected"},
    CodeRule{0x42, 0, permanent, "rejected"},
    CodeRule{0x43, 0, permanent, "long_message_mode_refused"},
    CodeRule{0x44, 0, permanent, "rejected"},
    CodeRule{0x45, 0, transient, "submit_failed"},
    CodeRule{0x48, 0x49, credential, "sender_refused"},
    CodeRule{0x50, 0x51, permanent, "invalid_recipient"},
    CodeRule{0x53, 0, credential, "system_type_refused"},
    CodeRule{0x54, 0x55, permanent, "rejected"},
    CodeRule{0x58, 0, rate_limited, "account_rate_limited", seconds(1)},
    CodeRule{0x61, 0, permanent, "rejected"},
    CodeRule{0x62, 0, permanent, "validity_refused"},
    CodeRule{0x63, 0, permanent, "rejected"},
    CodeRule{0x64, 0, transient, "provider_unavailable"},
    CodeRule{0x65, 0x66, permanent, "rejected"},
    CodeRule{0x67, 0, transient, "provider_error"},
    CodeRule{0xc0, 0xc4, permanent, "parameter_refused"},
    CodeRule{0xfe, 0, transient, "delivery_failure"},
    CodeRule{0xff, 0, transient, "provider_error"},
    // SMPP 5.0.
    CodeRule{0x100, 0x103, credential, "service_type_refused"},
    CodeRule{0x104, 0x112, permanent, "rejected"},
    CodeRule{0x400, 0x4ff, permanent, "vendor_refused"},
};
static_assert(shared::is_sorted(rules));

struct Name {
    std::uint32_t status;
    std::string_view name;
};
constexpr std::array names = {
    Name{0x00, "ESME_ROK"},
    Name{0x01, "ESME_RINVMSGLEN"},
    Name{0x02, "ESME_RINVCMDLEN"},
    Name{0x03, "ESME_RINVCMDID"},
    Name{0x04, "ESME_RINVBNDSTS"},
    Name{0x05, "ESME_RALYBND"},
    Name{0x06, "ESME_RINVPRTFLG"},
    Name{0x07, "ESME_RINVREGDLVFLG"},
    Name{0x08, "ESME_RSYSERR"},
    Name{0x0a, "ESME_RINVSRCADR"},
    Name{0x0b, "ESME_RINVDSTADR"},
    Name{0x0c, "ESME_RINVMSGID"},
    Name{0x0d, "ESME_RBINDFAIL"},
    Name{0x0e, "ESME_RINVPASWD"},
    Name{0x0f, "ESME_RINVSYSID"},
    Name{0x14, "ESME_RMSGQFUL"},
    Name{0x15, "ESME_RINVSERTYP"},
    Name{0x43, "ESME_RINVESMCLASS"},
    Name{0x45, "ESME_RSUBMITFAIL"},
    Name{0x48, "ESME_RINVSRCTON"},
    Name{0x49, "ESME_RINVSRCNPI"},
    Name{0x50, "ESME_RINVDSTTON"},
    Name{0x51, "ESME_RINVDSTNPI"},
    Name{0x53, "ESME_RINVSYSTYP"},
    Name{0x58, "ESME_RTHROTTLED"},
    Name{0x61, "ESME_RINVSCHED"},
    Name{0x62, "ESME_RINVEXPIRY"},
    Name{0x64, "ESME_RX_T_APPN"},
    Name{0x65, "ESME_RX_P_APPN"},
    Name{0x66, "ESME_RX_R_APPN"},
    Name{0xc0, "ESME_RINVOPTPARSTREAM"},
    Name{0xc1, "ESME_ROPTPARNOTALLWD"},
    Name{0xc2, "ESME_RINVPARLEN"},
    Name{0xc3, "ESME_RMISSINGOPTPARAM"},
    Name{0xc4, "ESME_RINVOPTPARAMVAL"},
    Name{0xfe, "ESME_RDELIVERYFAILURE"},
    Name{0xff, "ESME_RUNKNOWNERR"},
};
static_assert(std::ranges::is_sorted(names, {}, &Name::status));

}  // namespace

std::span<const CodeRule> code_rules() {
    return rules;
}

std::string code_of(std::uint32_t status) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out = "0x";
    for (int shift = 28; shift >= 0; shift -= 4) out.push_back(digits[(status >> shift) & 0xfU]);
    return out;
}

std::string name_of(std::uint32_t status) {
    const auto found = std::ranges::lower_bound(names, status, {}, &Name::status);
    const bool known = found != names.end() && found->status == status;
    return known ? std::string(found->name) : code_of(status);
}

SendOutcome classify(std::uint32_t status, Instant now) {
    const CodeRule* const rule = shared::find_rule(rules, status);
    SendOutcome out =
        rule != nullptr ? shared::outcome_of(*rule, now) : shared::outcome(permanent, "rejected");
    out.provider_code = code_of(status);
    out.detail = name_of(status);
    return out;
}

bool is_refusal(std::uint32_t bind_status) {
    const CodeRule* const rule = shared::find_rule(rules, bind_status);
    return rule != nullptr && rule->result == credential;
}

}  // namespace postern::adapters::smpp
