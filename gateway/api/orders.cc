// What a person orders of one message: not to send it after all, or to try a dead one again.
#include "gateway/api/body.h"
#include "gateway/api/call.h"
#include "gateway/api/message_ask.h"
#include "gateway/api/outbound_life.h"
#include "gateway/api/resources.h"

namespace postern::api {
namespace {

/// The message as it is now; 404 where it is gone meanwhile.
void answer_now(const CallPtr& call, const model::MessageId& id) {
    const auto accounts = call->context().accounts.load();
    call->query([id, accounts](runtime::Reader& reader) -> Answer {
        const auto record = read_message(reader, id);
        if (!record) return storage_unreadable();
        if (*record == nullptr) return not_found("message");
        auto json = message_json(reader, **record, id.sequence(), *accounts);
        if (!json) return storage_unreadable();
        return std::move(*json);
    });
}

/// The core knows a message by its place alone: first it is made sure that the id is one of this
/// history, and of a message that goes out.
void order(const CallPtr& call, std::function<core::Payload(model::Sequence)> make,
           const Problem& conflict) {
    model::MessageId id;
    if (!model::parse_id(call->parameter(), id)) return call->fail(not_found("message"));
    call->read<Problem>(
        [id](runtime::Reader& reader) -> Problem {
            const auto record = read_message(reader, id);
            if (!record) return storage_unreadable();
            if (*record == nullptr || !model::holds<model::OutboundRow>(**record))
                return not_found("message");
            return {.status = 0};
        },
        [call, id, make = std::move(make), conflict](Problem& problem) {
            if (problem.status != 0) return call->fail(problem);
            call->change(
                make(id.sequence()), "message", [call, id, conflict](const core::Reply& reply) {
                    if (reply.code == core::ReplyCode::done) return answer_now(call, id);
                    Problem told = conflict;
                    const auto* state = reply.record != nullptr
                                            ? model::get_if<model::StateRow>(reply.record.get())
                                            : nullptr;
                    if (state != nullptr)
                        told.detail += " It is " + std::string(to_string(state->state)) + ".";
                    call->fail(told);
                });
        });
}

}  // namespace

void cancel_message(const CallPtr& call) {
    Body body(call->request().body);
    if (const auto problem = body.problem()) return call->fail(*problem);
    order(call, [](model::Sequence message) { return core::CancelMessage{message}; },
          {409, "cannot_cancel", "Only a message that has not left can be cancelled.", {}, {}});
}

void redrive_message(const CallPtr& call) {
    Body body(call->request().body);
    const model::Instant now = call->now().wall;
    model::Instant expires = body.time("expires_at");
    const bool given = expires != model::Instant{};
    if (!given) expires = now + expires_default;
    if (expires <= now || expires > now + expires_max)
        body.fault("expires_at", "invalid", "This must be later than now, by 30 days at most.");
    if (const auto problem = body.problem()) return call->fail(*problem);
    order(call,
          [expires](model::Sequence message) {
              return core::RedriveMessage{message, expires};
          },
          {409,
           "not_a_dead_letter",
           "Only a message that failed, expired or is unknown for good can go again.",
           {},
           {}});
}

}  // namespace postern::api
