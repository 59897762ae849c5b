// The numbers in one table: the command line, the API and its answer share it.
#include "gateway/sim/send_faults.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "gateway/sim/json_text.h"

namespace postern::sim {
namespace {

constexpr std::array<std::string_view, 15> fault_names = {
    "none",          "rate_limited", "pair_limited", "server_error",     "unavailable",
    "closed_window", "blocked",      "unreachable",  "revoked",          "no_answer",
    "reset_before",  "reset_after",  "slow_answer",  "template_missing", "template_paused"};

constexpr double number_max = 86'400'000;

struct Named {
    std::string_view name;
    double SendFaults::*member;
    double max;
    bool unsteady = false;
};

// The first twelve are probabilities of SendFault's enumerators 1..12, in their order.
constexpr std::array<Named, 39> table = {{
    {"rate_limited", &SendFaults::rate_limited, 1, true},
    {"pair_limited", &SendFaults::pair_limited, 1},
    {"server_error", &SendFaults::server_error, 1, true},
    {"unavailable", &SendFaults::unavailable, 1, true},
    {"closed_window", &SendFaults::closed_window, 1},
    {"blocked", &SendFaults::blocked, 1},
    {"unreachable", &SendFaults::unreachable, 1},
    {"revoked", &SendFaults::revoked, 1},
    {"no_answer", &SendFaults::no_answer, 1, true},
    {"reset_before", &SendFaults::reset_before, 1, true},
    {"reset_after", &SendFaults::reset_after, 1, true},
    {"slow_answer", &SendFaults::slow_answer, 1, true},
    {"refused_later", &SendFaults::refused_later, 1},
    {"per_second", &SendFaults::per_second, number_max},
    {"per_recipient_s", &SendFaults::per_recipient_s, number_max},
    {"windows", &SendFaults::windows, 1},
    {"unanswered_max", &SendFaults::unanswered_max, number_max},
    {"monthly_quota", &SendFaults::monthly_quota, number_max},
    {"retry_after_s", &SendFaults::retry_after_s, number_max},
    {"token_life_s", &SendFaults::token_life_s, number_max},
    {"latency_p50_ms", &SendFaults::latency_p50_ms, number_max},
    {"latency_p99_ms", &SendFaults::latency_p99_ms, number_max},
    {"no_answer_ms", &SendFaults::no_answer_ms, number_max},
    {"slow_answer_ms", &SendFaults::slow_answer_ms, number_max},
    {"receipt_sent", &SendFaults::receipt_sent, 1},
    {"receipt_delivered", &SendFaults::receipt_delivered, 1},
    {"receipt_read", &SendFaults::receipt_read, 1},
    {"receipt_failed", &SendFaults::receipt_failed, 1},
    {"receipt_missing", &SendFaults::receipt_missing, 1},
    {"receipt_late", &SendFaults::receipt_late, 1},
    {"receipt_duplicate", &SendFaults::receipt_duplicate, 1},
    {"receipt_reordered", &SendFaults::receipt_reordered, 1},
    {"receipt_early", &SendFaults::receipt_early, 1},
    {"receipt_sent_ms", &SendFaults::receipt_sent_ms, number_max},
    {"receipt_delivered_ms", &SendFaults::receipt_delivered_ms, number_max},
    {"receipt_read_ms", &SendFaults::receipt_read_ms, number_max},
    {"receipt_late_ms", &SendFaults::receipt_late_ms, number_max},
    {"unbind", &SendFaults::unbind, 1},
    {"receipt_form", &SendFaults::receipt_form, 4},
}};

constexpr std::size_t drawn = 12;
constexpr auto unsteady_count =
    std::count_if(table.begin(), table.end(), [](const Named& named) { return named.unsteady; });

/// 0 < result < 1.
double unit(Prng& prng) {
    return (static_cast<double>(prng.next() >> 11) + 0.5) * 0x1.0p-53;
}

}  // namespace

std::string_view to_string(SendFault fault) {
    return fault_names[static_cast<std::size_t>(fault)];
}

bool send_fault_from(std::string_view name, SendFault& fault) {
    const auto* found = std::find(fault_names.begin(), fault_names.end(), name);
    if (found == fault_names.end()) return false;
    fault = static_cast<SendFault>(found - fault_names.begin());
    return true;
}

bool set_send_fault(std::string_view name, double value, SendFaults& faults) {
    bool found = false;
    for (const Named& named : table) {
        const bool whole = name == named.name;
        if (!whole && !(named.unsteady && name == "unsteady")) continue;
        if (!(value >= 0 && value <= named.max)) return false;
        faults.*named.member = whole ? value : value / static_cast<double>(unsteady_count);
        found = true;
    }
    return found;
}

std::string send_fault_members(const SendFaults& faults) {
    JsonText json;
    json.begin_object();
    for (const Named& named : table) json.field(named.name, faults.*named.member);
    std::string text = json.end_object().take();
    return text.substr(1, text.size() - 2);
}

SendFault draw_send_fault(const SendFaults& faults, Prng& prng) {
    double luck = unit(prng);
    for (std::size_t i = 0; i < drawn; ++i) {
        luck -= faults.*table[i].member;
        if (luck < 0) return static_cast<SendFault>(i + 1);
    }
    return SendFault::none;
}

std::int64_t draw_latency_us(const SendFaults& faults, Prng& prng) {
    // Box-Muller; both numbers are drawn whether needed or not.
    const double a = unit(prng);
    const double b = unit(prng);
    if (faults.latency_p50_ms <= 0) return 0;
    constexpr double z99 = 2.3263478740408408;
    const double spread = std::max(faults.latency_p99_ms / faults.latency_p50_ms, 1.0);
    const double sigma = std::log(spread) / z99;
    const double normal = std::sqrt(-2 * std::log(a)) * std::cos(2 * 3.14159265358979323846 * b);
    return static_cast<std::int64_t>(faults.latency_p50_ms * std::exp(sigma * normal) * 1000);
}

}  // namespace postern::sim
