// A call under an Idempotency-Key: seen before or new, and what is kept of its answer. The row of a
// request that is done once (not of messages, which remember their key themselves) stands for three
// things: no status: begun; a status and a body: answered; a status alone: answered, and the answer
// is not kept. On the call's thread.
#include <algorithm>
#include <utility>

#include "gateway/api/call.h"

namespace postern::api {
namespace {

/// A longer answer is not even kept in memory.
constexpr std::size_t remembered_bytes_max = 4 << 20;
constexpr std::uint16_t no_content = 204;  // the one answer whose body is empty

Problem used_for_another() {
    return {422,
            "idempotency_conflict",
            "This Idempotency-Key was used for another request, or with another API key.",
            {},
            {}};
}

/// Its change was made, or may have been: making it again is not for us to decide.
Problem answer_lost() {
    return {409,
            "idempotency_answer_lost",
            "The first request was interrupted, or its answer was not kept (too large, or an error "
            "after the change was made): look at what it did, and use another key to do it again.",
            {},
            {}};
}

/// Begun and never answered, or answered with what was not kept. Which start it was does not
/// matter: who asks now found nobody at work on it.
bool is_lost(const model::IdempotencyRow& row) {
    return row.status == 0 || (row.body.empty() && row.status != no_content);
}

}  // namespace

void Call::begin_idempotent(std::function<void()> then) {
    bool given = false;
    for (const net::Header& header : request_.headers) {
        const std::string_view name = "idempotency-key";
        given = given || std::ranges::equal(header.name, name, [](char a, char b) {
                    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
                });
    }
    if (route_.method != "POST" || !given) return then();
    const std::string_view key = request_.header("idempotency-key");
    if (key.empty() || key.size() > idempotency_key_bytes_max) {
        return fail(
            {400, "invalid_idempotency_key", "An Idempotency-Key has 1 to 255 bytes.", {}, {}});
    }
    // An answer that is repeated passes the handler by, and with it what the handler asks of the
    // API key: only the key that it was given to gets it again.
    const std::uint64_t holder = is_done_once() && key_ != nullptr ? key_->row.id : 0;
    IdempotencyUse use{std::string(key), hash_request(request_, 0, holder)};
    auto start = context_.idempotency.begin(use, now().wall);
    switch (start.begun) {
        case IdempotencyTable::Begun::fresh:
            use_ = std::move(use);
            return answer_is_stored() ? look_up(std::move(then)) : then();
        case IdempotencyTable::Begun::working:
            return fail({409,
                         "idempotency_in_progress",
                         "The first request is still being worked on.",
                         {},
                         std::chrono::seconds{1}});
        case IdempotencyTable::Begun::conflict:
            return fail(used_for_another());
        case IdempotencyTable::Begun::answered:
            if (start.answer.status / 100 == 2)
                start.answer.headers.emplace_back("Idempotent-Replayed", "true");
            return send(std::move(start.answer));
    }
}

void Call::begin_idempotent(std::string_view digest, std::function<void()> then) {
    request_.body = digest;  // it is hashed before this returns
    begin_idempotent(std::move(then));
    request_.body = {};
}

bool Call::is_done_once() const {
    return !route_.remembers_key && !route_.remembers_parts;
}

bool Call::answer_is_stored() const {
    return use_ && is_done_once() && context_.services.desk != nullptr;
}

core::KeepAnswer Call::answer_row(const IdempotencyUse& use) const {
    core::KeepAnswer keep;
    keep.key = context_.services.desk->blind("idempotency", use.key);
    keep.row.hash = use.hash;
    return keep;
}

/// What an earlier start was asked under this key, or this one so long ago that it is not in memory
/// any more.
void Call::look_up(std::function<void()> then) {
    using Found = storage::Result<model::RecordPtr>;
    const auto key = storage::keys::idempotency(answer_row(*use_).key);
    const auto self = shared_from_this();
    read<Found>([key](runtime::Reader& reader) { return reader.get(key); },
                [self, then = std::move(then)](Found& found) {
                    if (!found) return self->fail(storage_unreadable());
                    const auto* row =
                        *found ? model::get_if<model::IdempotencyRow>(found->get()) : nullptr;
                    if (row == nullptr) return then();
                    if (row->hash != self->use_->hash) return self->fail(used_for_another());
                    if (is_lost(*row)) return self->fail(answer_lost());
                    self->context_.idempotency.forget(*self->use_);
                    self->use_.reset();
                    self->replayed(row->body, row->status);
                });
}

std::optional<core::SubmitMessage::Idempotency> Call::idempotency(std::size_t place) const {
    if (!use_ || context_.services.desk == nullptr) return std::nullopt;
    // No header holds a line break, so a place is never taken for a part of a key.
    const std::string name = place == 0 ? use_->key : use_->key + "\n" + std::to_string(place);
    return core::SubmitMessage::Idempotency{context_.services.desk->blind("idempotency", name),
                                            use_->hash};
}

void Call::replayed(std::string json, int status) {
    net::Response response;
    response.status = status;
    response.body = std::move(json);
    response.headers.emplace_back("Idempotent-Replayed", "true");
    send(std::move(response));
}

void Call::end_use(net::Response response) {
    const bool stored = answer_is_stored();
    const IdempotencyUse use = *std::exchange(use_, std::nullopt);
    const bool good = response.status / 100 == 2;
    const bool is_repeatable = good && response.body.size() <= remembered_bytes_max;
    // A refusal that nothing came of gives the key back; an error behind a change does not.
    const bool spent = is_done_once() ? good || changed_ : is_repeatable && !route_.remembers_key;
    const auto end = [self = shared_from_this(), use, spent, is_repeatable](net::Response given) {
        IdempotencyTable& table = self->context_.idempotency;
        if (spent)
            table.keep(use, is_repeatable ? given : problem_response(answer_lost()),
                       self->now().wall);
        else
            table.forget(use);
        self->finish(std::move(given));
    };
    if (!stored || (!spent && !noted_)) return end(std::move(response));
    core::KeepAnswer keep = answer_row(use);
    keep.forget = !spent;
    keep.row.status = static_cast<std::uint16_t>(response.status);
    if (is_repeatable && response.body.size() <= model::kept_answer_bytes_max)
        keep.row.body = response.body;
    const auto given = std::make_shared<net::Response>(std::move(response));
    // Nobody is answered before the answer can be repeated, or the key be used again; where that is
    // refused, what was done is done all the same, and the note with it stays.
    std::vector<core::Command> commands;
    commands.push_back({keep, {}});
    const bool taken = context_.services.core.post(
        std::move(commands), runtime::Admit::last_shed, thread_,
        [end, given](const std::vector<core::Reply>&) { end(std::move(*given)); });
    if (taken) return;
    if (keep.forget) context_.services.core.post_always(core::Command{std::move(keep), {}});
    end(std::move(*given));
}

}  // namespace postern::api
