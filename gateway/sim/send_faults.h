// What the simulated providers do with a send: how often they refuse it and in which way, how fast
// they answer, and which receipts follow. Plain numbers that a script or /_sim/faults sets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/sim/prng.h"

namespace postern::sim {

/// What may become of a send. Refusals come with the provider's own code and status.
enum class SendFault : unsigned char {
    none,
    rate_limited,      // 429 with the provider's way to say when
    pair_limited,      // too many to this recipient
    server_error,      // 500
    unavailable,       // 503
    closed_window,     // outside the 24 hours
    blocked,           // the person blocked the sender, or said STOP
    unreachable,       // nobody there
    revoked,           // the token is refused
    no_answer,         // accepted, and then nothing
    reset_before,      // the connection breaks, not accepted
    reset_after,       // accepted, then the connection breaks
    slow_answer,       // accepted; the answer comes byte by byte
    template_missing,  // never drawn: the state that /_sim/faults gives a template says so
    template_paused,
};
[[nodiscard]] std::string_view to_string(SendFault fault);
/// False if `name` is none of them; "none" is.
[[nodiscard]] bool send_fault_from(std::string_view name, SendFault& fault);

struct SendFaults {
    // Probabilities, one draw a send in this order; the names are those of SendFault.
    double rate_limited = 0;
    double pair_limited = 0;
    double server_error = 0;
    double unavailable = 0;
    double closed_window = 0;
    double blocked = 0;
    double unreachable = 0;
    double revoked = 0;
    double no_answer = 0;
    double reset_before = 0;
    double reset_after = 0;
    double slow_answer = 0;
    /// Of the refusals closed_window, blocked and unreachable: comes as a failed receipt instead.
    double refused_later = 0;

    // What a provider enforces; 0: nothing.
    double per_second = 0;        // accepted sends of an account in any second
    double per_recipient_s = 0;   // between two sends to one recipient
    double windows = 0;           // 1: windows, subscriptions and blocks as People knows them
    double unanswered_max = 0;    // WeChat, Viber: with windows; 0: 5 and 100 (WeChat, of old: 20)
    double monthly_quota = 0;     // accepted sends of an account in a calendar month (LINE, Viber)
    double retry_after_s = 2;     // said where no limit knows better
    double token_life_s = 7'200;  // wechat: of an access token

    // Time of an answer: log-normal through these two; 0 and 0: at once.
    double latency_p50_ms = 0;
    double latency_p99_ms = 0;
    double no_answer_ms = 60'000;  // the connection is held as long, then broken
    double slow_answer_ms = 2'000;

    // Receipts: probabilities, each of one accepted send.
    double receipt_sent = 1;
    double receipt_delivered = 1;
    double receipt_read = 0;
    double receipt_failed = 0;     // instead of delivered and read
    double receipt_missing = 0;    // none at all
    double receipt_late = 0;       // all of them receipt_late_ms later
    double receipt_duplicate = 0;  // each twice
    double receipt_reordered = 0;  // in the reverse order
    double receipt_early = 0;      // the first before the answer to the send
    double receipt_sent_ms = 20;
    double receipt_delivered_ms = 60;
    double receipt_read_ms = 300;
    double receipt_late_ms = 5'000;

    // SMPP alone.
    double unbind = 0;        // probability: the centre unbinds after having taken a submission
    double receipt_form = 0;  // SmppReceiptForm
};

/// Sets one by its name; false if there is none of that name or `value` is out of its range
/// (probabilities 0..1, all else 0..86,400,000). "unsteady" spreads over what a retry overcomes:
/// rate_limited, server_error, unavailable, no_answer, reset_before, reset_after, slow_answer.
[[nodiscard]] bool set_send_fault(std::string_view name, double value, SendFaults& faults);

/// One object, every number by its name; without its braces.
[[nodiscard]] std::string send_fault_members(const SendFaults& faults);

/// Always the same number of draws, so that one fault does not shift the others' luck.
[[nodiscard]] SendFault draw_send_fault(const SendFaults& faults, Prng& prng);
/// Microseconds; 0 without a distribution.
[[nodiscard]] std::int64_t draw_latency_us(const SendFaults& faults, Prng& prng);

}  // namespace postern::sim
