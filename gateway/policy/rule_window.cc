// How long after a person's message free text may follow: WhatsApp, Messenger and Instagram 24
// hours (Meta; 7 days for a person's answer on the latter two, tag HUMAN_AGENT), WeChat 48 hours
// and 5 messages. The other channels have no such window. Checked November 2026.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "gateway/model/json.h"
#include "gateway/policy/rules.h"

namespace postern::policy::rules {
namespace {

using std::chrono::hours;

struct ChannelWindow {
    std::string_view channel;
    hours length;
    hours human_agent;        // when a person writes; never shorter
    std::uint32_t count_max;  // messages after the person's last one; 0: any number
};
constexpr std::array<ChannelWindow, 4> channels{{
    {"whatsapp", hours{24}, hours{24}, 0},
    {"messenger", hours{24}, hours{7 * 24}, 0},
    {"instagram", hours{24}, hours{7 * 24}, 0},
    {"wechat", hours{48}, hours{48}, 5},
}};

struct Window {
    hours length{0};  // zero: none
    std::uint32_t count_max = 0;
};

Window window_of(const Case& c) {
    Window window;
    for (const ChannelWindow& known : channels) {
        if (known.channel != c.facts.channel) continue;
        window.length = c.facts.human_agent ? known.human_agent : known.length;
        window.count_max = known.count_max;
    }
    if (c.policy.window) window.length = *c.policy.window;
    return window;
}

RuleResult closed(const Case& c, const Window& window, std::string detail) {
    std::string cure;
    if (c.facts.channel == "whatsapp" || c.facts.channel == "messenger") cure = "send a template";
    if (c.facts.fallback_possible) {
        cure += cure.empty() ? "use the fallback account" : ", or use the fallback account";
    }
    if (cure.empty()) cure = "wait for the person to write";
    RuleResult result = refuse(Rule::window_24h, std::move(detail), std::move(cure));
    model::JsonWriter json(result.facts_json);
    json.begin_object();
    json.member("last_inbound", c.facts.last_inbound).member("window_hours", window.length.count());
    if (window.count_max > 0) {
        json.member("sent_since_inbound", c.facts.sent_since_inbound);
        json.member("sent_max", window.count_max);
    }
    json.end_object();
    return result;
}

/// Since the person's message, at most: while our notes count ahead of the wall clock, a tenth of
/// what passes is given back (core/core_time.h), and no provider's window stays open for that.
std::chrono::microseconds elapsed_at_most(const Case& c) {
    const std::chrono::microseconds elapsed = c.counted() - c.facts.last_inbound;
    return elapsed + std::clamp(elapsed / 9, std::chrono::microseconds{0}, c.facts.ahead);
}

}  // namespace

Answer window_24h(const Case& c) {
    if (c.facts.is_template) return std::nullopt;
    const Window window = window_of(c);
    if (window.length == hours{0}) return std::nullopt;
    const std::string span = format_span(window.length);
    if (c.facts.last_inbound == model::Instant{}) {
        return closed(c, window,
                      fmt::format("The person never wrote to this account; free text goes only "
                                  "within {} of a message.",
                                  span));
    }
    if (elapsed_at_most(c) >= window.length) {
        return closed(c, window,
                      fmt::format("The person's last message is more than {} old.", span));
    }
    if (window.count_max > 0 && c.facts.sent_since_inbound >= window.count_max) {
        return closed(c, window,
                      fmt::format("{} messages went out since the person's last one, and the "
                                  "channel takes {}.",
                                  c.facts.sent_since_inbound, window.count_max));
    }
    return std::nullopt;
}

}  // namespace postern::policy::rules
