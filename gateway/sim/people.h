// What the simulated providers know of each person and account: when the person last wrote, whether
// they blocked the sender, how much was sent to them since. From it come the refusals that no fault
// has to be drawn for: closed windows, strangers, blocks, too much without an answer. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "gateway/sim/accounts.h"
#include "gateway/sim/scenario.h"
#include "gateway/sim/send_faults.h"

namespace postern::sim {

struct KnownPerson {
    std::int64_t last_inbound_s = 0;  // Unix; 0: never wrote
    bool blocked = false;             // the sender; or is not subscribed, or said STOP
    bool told = false;                // by tell(): then it holds without strictness, too
    std::int64_t counted_from_s = 0;  // since when `sent` counts
    std::uint32_t sent = 0;
    std::int64_t welcome_until_s = 0;  // viber: one message to whoever only opened the chat
};

struct PersonSend {
    std::string_view channel;
    std::string_view account;
    std::string_view to;
    /// How long after the person's last message this one is taken; 0: as the channel has it, less:
    /// whenever (templates).
    std::int64_t window_s = 0;
    std::uint32_t unanswered_max = 0;  // 0: as the channel has it
};

/// As the channel's webhooks name a person to whom sends go; with newlines between its parts.
[[nodiscard]] std::string people_key(std::string_view channel, std::string_view account,
                                     std::string_view address);

/// Lives on one thread. After a million people it begins anew.
class People final {
  public:
    /// What the items of a webhook say of who wrote them. Repeated webhooks say nothing new.
    void note(const Webhook& webhook, std::int64_t now_s);
    /// closed_window, blocked, pair_limited or none. Of people that nobody told of only if
    /// `strict`.
    [[nodiscard]] SendFault refusal(const PersonSend& send, bool strict, std::int64_t now_s) const;
    /// One was accepted.
    void sent(const PersonSend& send, std::int64_t now_s);

    /// Body of POST /_sim/people: "channel" and "address", and any of "account" (without it: all of
    /// the channel), "blocked", "last_inbound" (RFC 3339 in UTC, or null: never),
    /// "last_inbound_ago_s", "forget": true. False, `problem` and nothing changed otherwise.
    [[nodiscard]] bool tell(std::string_view json, const Accounts& accounts, std::int64_t now_s,
                            std::string& problem);
    /// The first thousand, as a JSON list.
    [[nodiscard]] std::string json() const;

  private:
    [[nodiscard]] KnownPerson& at(std::string key);

    std::map<std::string, KnownPerson, std::less<>> people_;  // by channel, account and address
};

}  // namespace postern::sim
