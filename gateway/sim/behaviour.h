// Decides what a simulated provider does with each send: scripts first, then what is known of the
// account, the template, the recipient and the rates, then chance. The same seed and the same sends
// in the same order give the same decisions (but for windows and rates, which go by the clock).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/sim/people.h"
#include "gateway/sim/prng.h"
#include "gateway/sim/receiver.h"
#include "gateway/sim/send_faults.h"
#include "gateway/sim/whatsapp_templates.h"

namespace postern::sim {

/// The next `count` sends that fit get this fault; empty fields fit all.
struct ScriptedFault {
    std::string channel;
    std::string account;
    std::string to;  // digits, as recipient_key spells it
    SendFault fault = SendFault::none;
    std::uint64_t count = 1;
};

struct Decision {
    SendFault fault = SendFault::none;
    bool later = false;  // accepted first: the refusal comes as a failed receipt
    std::int64_t retry_after_s = 0;
    std::int64_t latency_us = 0;
    const SendFaults* faults = nullptr;  // the numbers that hold for this account
};

/// A recipient however it is spelled: without "whatsapp:" and '+'.
[[nodiscard]] std::string_view recipient_key(std::string_view to);

/// Lives on one thread.
class Behaviour final {
  public:
    explicit Behaviour(std::uint64_t seed) : prng_(seed ^ 0x5e4d5e4d5e4d5e4dULL) {}

    [[nodiscard]] Decision decide(const Receiver& receiver, const Call& call, std::int64_t now_us);
    /// For what is no send: only the account's token and the latency matter.
    [[nodiscard]] Decision decide_other(const Call& call);
    /// Another draw for the same send: receipts.
    [[nodiscard]] bool chance(double probability) { return prng_.chance(probability); }

    [[nodiscard]] const SendFaults& faults_of(const SimAccount* account) const;

    SendFaults faults;
    std::vector<ScriptedFault> script;
    std::map<std::string, SendFault, std::less<>> recipients;
    /// WhatsApp templates by name. Where none is declared,
    /// every name is approved.
    SimTemplates templates;
    People people;

  private:
    [[nodiscard]] SendFault scripted(const Call& call);
    [[nodiscard]] SendFault known(const Call& call, const SendFaults& numbers) const;
    [[nodiscard]] SendFault limited(const Call& call, const SendFaults& faults, std::int64_t now_us,
                                    Decision& decision);
    void count(const Call& call, const SendFaults& faults, std::int64_t now_us);

    Prng prng_;
    std::unordered_map<std::string, std::int64_t> last_to_;  // account and recipient: when
};

}  // namespace postern::sim
