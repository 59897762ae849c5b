// One request on its way to an answer (private): what was asked, by which key, and the three ways
// to go on: answer, read on a query thread, change something through the core. Lives until it is
// answered, held by whoever will answer; on its connection's I/O thread except inside a query.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/api/context.h"
#include "gateway/api/problem.h"
#include "gateway/api/routes.h"
#include "gateway/core/command.h"
#include "gateway/core/effects.h"
#include "gateway/net/http.h"
#include "gateway/runtime/request_traces.h"

namespace postern::api {

/// What a query found: a body, or a problem (status of it not 0).
struct Answer {
    std::string body;
    Problem problem{.status = 0};

    Answer(std::string json) : body(std::move(json)) {}  // NOLINT(google-explicit-constructor)
    Answer(Problem p) : problem(std::move(p)) {}         // NOLINT(google-explicit-constructor)
};

class Call final : public std::enable_shared_from_this<Call> {
  public:
    Call(Context& context, const Match& match, const net::Request& request,
         net::Responder responder, KeyPtr key, events::Headers headers);
    ~Call();

    [[nodiscard]] Context& context() const { return context_; }
    /// Views into the connection's buffers: good until the answer.
    [[nodiscard]] const net::Request& request() const { return request_; }
    [[nodiscard]] std::string_view parameter() const { return parameter_; }
    [[nodiscard]] const KeyPtr& key() const { return key_; }
    /// Who asks, for the audit.
    [[nodiscard]] model::Author author() const;
    [[nodiscard]] net::IoThread& thread() const { return thread_; }
    [[nodiscard]] model::Now now() const { return context_.services.now(); }

    /// Null if it was answered: nothing can be sent from here.
    [[nodiscard]] const SendDesk* desk();

    /// `then` unless it was answered: the caller's Idempotency-Key was seen before, or is none. On
    /// this thread, at once or once the store has said that the key is new.
    void begin_idempotent(std::function<void()> then);
    /// The same where the body is nowhere in memory: `digest` stands for it.
    void begin_idempotent(std::string_view digest, std::function<void()> then);
    /// For a command that remembers its key; nothing if the caller gave none. Place 0: no batch.
    [[nodiscard]] std::optional<core::SubmitMessage::Idempotency> idempotency(
        std::size_t place) const;
    /// An answer that was given before.
    void replayed(std::string json, int status);

    /// Whether the caller's If-Match, if there is one, means this body (RFC 9110, 13.1.1).
    [[nodiscard]] bool fits_if_match(std::string_view body) const;

    void ok(std::string json, int status = 200);
    void fail(const Problem& problem);
    void send(net::Response response);
    void answer(Answer answer);

    /// `find` runs on a query thread and touches nothing but the reader and what it captured.
    void query(std::function<Answer(runtime::Reader&)> find);
    /// `done` gets the reply on this thread, once durable. Refusals of the core that every resource
    /// words alike (not_found, overload) are answered here.
    void change(core::Payload payload, std::string_view what,
                std::function<void(const core::Reply&)> done);

    /// `find` as in query(); what it made comes to `then` on this thread.
    template <class T>
    void read(std::function<T(runtime::Reader&)> find, std::function<void(T&)> then) {
        auto self = shared_from_this();
        const bool taken = context_.services.queries.post(
            [self, find = std::move(find), then = std::move(then)](runtime::Reader& reader) {
                auto made = std::make_shared<T>(find(reader));
                self->thread_.post([self, made, then] { then(*made); });
            });
        if (!taken) fail(overloaded());
    }
    /// Many at once, durable together; `done` gets a reply a command, in their order.
    void change_all(std::vector<core::Command> commands,
                    std::function<void(const std::vector<core::Reply>&)> done);

    /// Gives the connection away (streams); the headers go with it.
    [[nodiscard]] std::pair<net::Responder, events::Headers> release();

  private:
    [[nodiscard]] static std::vector<bool> submits_of(const std::vector<core::Command>& commands);
    [[nodiscard]] static std::vector<bool> changes_of(const std::vector<core::Command>& commands);
    void trace(const std::vector<bool>& submits, const std::vector<core::Reply>& replies);
    void note_trace(int status);
    /// Whether the key stands for the request as a whole: no message remembers it.
    [[nodiscard]] bool is_done_once() const;
    /// Whether the answer to this is kept over a restart (idempotency.h).
    [[nodiscard]] bool answer_is_stored() const;
    [[nodiscard]] core::KeepAnswer answer_row(const IdempotencyUse& use) const;
    void look_up(std::function<void()> then);
    /// Keeps the answer, or that there was one, or gives the key back; then it leaves.
    void end_use(net::Response response);
    void finish(net::Response response);

    Context& context_;
    const Route& route_;
    net::Request request_;
    std::string_view parameter_;
    net::Responder responder_;
    net::IoThread& thread_;
    KeyPtr key_;
    events::Headers headers_;
    std::optional<IdempotencyUse> use_;  // begun, not ended
    bool noted_ = false;                 // with what it changed, that its key was used
    bool changed_ = false;         // something of it is durable: whatever is answered, it was done
    runtime::RequestTrace trace_;  // noted once answered, if messages were made
};

}  // namespace postern::api
