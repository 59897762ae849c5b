// What the commands of sending have in common: the verdict, the ways a message waits, leaves or
// ends. Lives for one apply().
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "gateway/core/out_message.h"
#include "gateway/core/outbox.h"
#include "gateway/policy/judge.h"

namespace postern::core {

class Sending final {
  public:
    Sending(Core& core, Writer& writer, model::Now now) : core_(core), writer_(writer), now_(now) {}

    /// The verdict on a route at `at`, and what the limiter said.
    struct Judged {
        policy::Verdict verdict;
        ratelimit::Grant grant;
        bool lane_held = false;  // an operator holds back its like, and not the whole account
    };
    /// `hot` may be null (nobody yet). `id` 0: not accepted yet. Limits are asked only about now.
    /// `at` and the verdict are by the wall clock, the grant by the core's time.
    [[nodiscard]] Judged judge(const model::OutboundRow& row, std::size_t route,
                               const model::HotRow* hot, model::Sequence id,
                               model::Instant at) const;
    /// Of the route's own template; null: none of ours, or the route does not need one.
    [[nodiscard]] const model::TemplateRow* template_of(const model::OutboundRow& row,
                                                        std::size_t route) const;
    /// The message waits for its template's approval: it is woken then. False: it did already.
    bool wait_for_template(const OutMessage& message);
    void forget_template(const OutMessage& message);

    [[nodiscard]] std::uint64_t lane_of(const model::OutboundRow& row, std::size_t route);

    /// A due row at `at`, by the core's time (never later than the expiry); the old one goes.
    void queue(OutMessage& message, model::Instant at);
    void unqueue(OutMessage& message);
    /// The intent, and the dispatch that follows it. The grant was taken just now.
    void dispatch(OutMessage& message, const ratelimit::Grant& grant);

    /// Ends. `facts` says why.
    void end(OutMessage& message, model::MessageState state, std::string_view cause,
             ChangeFacts facts);
    /// The next route that is not refused, or false: then it ends where it is.
    [[nodiscard]] bool fall_back(OutMessage& message, std::string_view cause, ChangeFacts facts);
    /// Behind it the person's next message on the account waits, or no longer. `back_off`: the
    /// provider takes nothing for this recipient before.
    void hold_person(const OutMessage& message, model::Instant back_off = {});
    /// True: it was this message that the others waited for.
    bool release_person(const OutMessage& message);
    /// A send that did not reach anybody does not count against the caps.
    void forget_send(const OutMessage& message);
    void note_address(const model::Route& route, model::AddressNote note);

    /// What a provider said of the person, by the fate of a message of ours.
    struct Told {
        adapters::AddressVerdict verdict = adapters::AddressVerdict::none;
        std::string_view word;           // ours, "" if it has none
        std::string_view code;           // of the verdict: ours of an answer, theirs of a receipt
        std::string_view provider_code;  // theirs
        std::string_view external_id;
        model::Instant at{};  // by the core's time, at most now
    };
    /// Notes it with the address and the person's standing. A stop or a block that is news of the
    /// person is an event of its own, of the same commit. Needs the message's row.
    void take_verdict(const OutMessage& message, const Told& told);
    /// … with the address alone; nothing is written if that is what is known already.
    void note_verdict(const model::Route& route, model::AccountNumber account,
                      adapters::AddressVerdict verdict, std::string_view code);
    /// … with their standing on the account too, so that a sign of life takes it back. True: it was
    /// not known there.
    bool note_refusal(model::Part part, model::AccountNumber account,
                      adapters::AddressVerdict verdict);

    [[nodiscard]] const AccountSettings* settings_of(model::AccountNumber account) const;
    /// `hot` may be null.
    [[nodiscard]] ratelimit::Ask ask_of(const model::OutboundRow& row, std::size_t route,
                                        const model::HotRow* hot) const;
    /// When it may be tried again after its last attempt failed, by the account's pace; nothing:
    /// not any more. `random`: 64 even bits.
    [[nodiscard]] std::optional<model::Instant> next_try(const OutMessage& message,
                                                         std::uint64_t random) const;
    /// No retry begins from then on.
    [[nodiscard]] model::Instant gives_up_at(const OutMessage& message) const;
    /// The provider takes nothing of that scope before; kept over a restart.
    void back_off(const OutMessage& message, adapters::LimitScope scope, model::Instant until);
    [[nodiscard]] ratelimit::Now limiter_now() const { return {now_.wall, now_.steady}; }
    [[nodiscard]] Outbox& outbox() const;
    [[nodiscard]] const model::HotRow* hot_of(model::Part part) const;
    void save_hot(const OutMessage& message, model::HotRow hot);

  private:
    [[nodiscard]] std::uint16_t zone_group(const model::Recipient& recipient);
    void keep_grant(const OutMessage& message, const ratelimit::Grant& grant);
    void fill_account(policy::Facts& facts, model::AccountNumber account) const;
    /// Whether its lane alone is held back.
    bool fill_pause(policy::Facts& facts, const model::OutboundRow& row,
                    model::AccountNumber account) const;
    void wait_for_retry(model::AccountNumber account, model::Sequence id,
                        ratelimit::Grant& grant) const;

    Core& core_;
    Writer& writer_;
    model::Now now_;
};

/// A wait by this rule is the message's own: its due row moves. Other waits hold a lane or an
/// account, and no row moves.
[[nodiscard]] bool waits_alone(policy::Rule rule);

/// The note in the place of an earlier one of its kind, account and categories; the oldest goes
/// where there is no room.
void add_note(model::AddressNotesRow& row, model::AddressNote note);

/// Replies and one-time codes leave before the rest of their priority.
[[nodiscard]] bool leaves_first(model::Category category);

/// In a lane of this group the hours of recipients may differ: there were more groups than numbers.
inline constexpr std::uint16_t mixed_zones = 0xFFFF;

/// For the limiter: one recipient on one account.
[[nodiscard]] std::uint64_t pair_of(const model::Route& route);

}  // namespace postern::core
