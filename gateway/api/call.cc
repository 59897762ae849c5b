// Answers with the headers of the request's beginning; ETags where the route has them.
#include "gateway/api/call.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace postern::api {
namespace {

/// A strong tag: the first 128 bits of the body's hash.
std::string etag_of(std::string_view body) {
    const KeyHash hash = hash_secret(body);
    std::string tag = "\"";
    for (std::size_t i = 0; i < 16; ++i) fmt::format_to(std::back_inserter(tag), "{:02x}", hash[i]);
    return tag + "\"";
}

/// RFC 9110, 13.1.2: weak comparison, a list, or "*".
bool matches(std::string_view if_none_match, std::string_view etag) {
    while (!if_none_match.empty()) {
        const std::size_t comma = if_none_match.find(',');
        std::string_view tag = if_none_match.substr(0, comma);
        while (tag.starts_with(' ')) tag.remove_prefix(1);
        while (tag.ends_with(' ')) tag.remove_suffix(1);
        if (tag.starts_with("W/")) tag.remove_prefix(2);
        if (tag == etag || tag == "*") return true;
        if (comma == std::string_view::npos) break;
        if_none_match.remove_prefix(comma + 1);
    }
    return false;
}

/// A longer answer is not even kept in memory: repeated, such a request is carried out again.
constexpr std::size_t remembered_bytes_max = 4 << 20;

Problem used_for_another() {
    return {
        422, "idempotency_conflict", "This Idempotency-Key was used for another request.", {}, {}};
}

/// Its change may have been made: making it again is not for us to decide.
Problem answer_lost() {
    return {409,
            "idempotency_answer_lost",
            "The first request was interrupted, or its answer was too large to be kept: look at "
            "what it did, and use another key to do it again.",
            {},
            {}};
}

}  // namespace

Call::Call(Context& context, const Match& match, const net::Request& request,
           net::Responder responder, KeyPtr key, events::Headers headers)
    : context_(context),
      route_(*match.route),
      request_(request),
      parameter_(match.parameter),
      responder_(std::move(responder)),
      thread_(responder_.thread()),
      key_(std::move(key)),
      headers_(std::move(headers)) {
    trace_.received = this->now().wall;
}

Call::~Call() {
    if (use_) context_.idempotency.forget(*use_);
}

const SendDesk* Call::desk() {
    const SendDesk* desk = context_.services.desk;
    if (desk == nullptr) fail({503, "cannot_send", "This gateway only receives.", {}, {}});
    return desk;
}

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
    IdempotencyUse use{std::string(key), hash_request(request_, 0)};
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
            start.answer.headers.emplace_back("Idempotent-Replayed", "true");
            return send(std::move(start.answer));
    }
}

void Call::begin_idempotent(std::string_view digest, std::function<void()> then) {
    request_.body = digest;  // it is hashed before this returns
    begin_idempotent(std::move(then));
    request_.body = {};
}

bool Call::answer_is_stored() const {
    return use_ && !route_.remembers_key && !route_.remembers_parts &&
           context_.services.desk != nullptr;
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
                        *found ? std::get_if<model::IdempotencyRow>(found->get()) : nullptr;
                    if (row == nullptr) return then();
                    // Of this start, and not answered: it was refused, or is too large to be kept.
                    const bool unanswered = row->status == 0 && row->answer.sequence == 0;
                    if (unanswered && row->answer.epoch == self->context_.options.epoch)
                        return then();
                    if (row->hash != self->use_->hash) return self->fail(used_for_another());
                    if (row->status == 0) return self->fail(answer_lost());
                    self->context_.idempotency.forget(*self->use_);
                    self->use_.reset();
                    self->replayed(row->body, row->status);
                });
}

/// It was refused after all: nothing happened, so the key may be used again.
void Call::take_back(const IdempotencyUse& use) {
    if (!std::exchange(noted_, false)) return;
    core::KeepAnswer forget = answer_row(use);
    forget.forget = true;
    (void)context_.services.core.post(core::Command{std::move(forget), {}});
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

void Call::send(net::Response response) {
    if (!use_) return finish(std::move(response));
    const bool stored = answer_is_stored();
    const IdempotencyUse use = *std::exchange(use_, std::nullopt);
    const bool good = response.status / 100 == 2;
    if (!good || route_.remembers_key || response.body.size() > remembered_bytes_max) {
        context_.idempotency.forget(use);
        if (!good && stored) take_back(use);
        return finish(std::move(response));
    }
    const std::size_t bytes = response.body.size();
    core::KeepAnswer keep;
    if (stored && bytes <= model::kept_answer_bytes_max) {
        keep = answer_row(use);
        keep.row.status = static_cast<std::uint16_t>(response.status);
        keep.row.body = response.body;
    }
    const auto end = [self = shared_from_this(), use, response = std::move(response)] {
        self->context_.idempotency.keep(use, response, self->now().wall);
        self->finish(response);
    };
    if (keep.row.status == 0) return end();
    // Nobody is answered before the answer can be repeated; where that is refused, what was done is
    // done all the same.
    std::vector<core::Command> commands;
    commands.push_back({std::move(keep), {}});
    const bool taken =
        context_.services.core.post(std::move(commands), runtime::Admit::last_shed, thread_,
                                    [end](const std::vector<core::Reply>&) { end(); });
    if (!taken) end();
}

void Call::finish(net::Response response) {
    if (!trace_.made.empty()) note_trace(response.status);
    for (auto& header : headers_) response.headers.push_back(std::move(header));
    responder_.send(std::move(response));
}

void Call::note_trace(int status) {
    runtime::RequestTraces* traces = context_.services.traces;
    if (traces == nullptr || headers_.empty()) return;
    trace_.id = headers_.front().second;  // X-Request-Id: set before all others
    trace_.what = std::string(route_.method).append(" ").append(route_.pattern);
    trace_.answered = now().wall;
    trace_.status = status;
    traces->note(thread_.index(), std::move(trace_));
    trace_ = {};
}

/// Messages that these commands made, or found made already.
void Call::trace(const std::vector<bool>& submits, const std::vector<core::Reply>& replies) {
    trace_.durable = now().wall;
    for (std::size_t i = 0; i < replies.size(); ++i) {
        const bool made = replies[i].code == core::ReplyCode::done ||
                          replies[i].code == core::ReplyCode::replayed;
        if (submits[i] && made && replies[i].id.sequence != 0) trace_.made.push_back(replies[i].id);
    }
}

/// Whether each command stores a message.
std::vector<bool> Call::submits_of(const std::vector<core::Command>& commands) {
    std::vector<bool> submits;
    submits.reserve(commands.size());
    for (const core::Command& command : commands) {
        const auto* submit = std::get_if<core::SubmitMessage>(&command.payload);
        submits.push_back(submit != nullptr && !submit->check);
    }
    return submits;
}

bool Call::fits_if_match(std::string_view body) const {
    const std::string_view wanted = request_.header("if-match");
    return wanted.empty() || matches(wanted, etag_of(body));
}

void Call::ok(std::string json, int status) {
    net::Response response;
    response.status = status;
    response.body = std::move(json);
    if (route_.etag && status == 200) {
        std::string etag = etag_of(response.body);
        if (matches(request_.header("if-none-match"), etag)) {
            response.status = 304;
            response.body.clear();
        }
        response.headers.emplace_back("ETag", std::move(etag));
        response.headers.emplace_back("Cache-Control", "private, no-cache");
    }
    send(std::move(response));
}

void Call::fail(const Problem& problem) {
    send(problem_response(problem));
}

void Call::answer(Answer answer) {
    if (answer.problem.status != 0) return fail(answer.problem);
    ok(std::move(answer.body));
}

void Call::query(std::function<Answer(runtime::Reader&)> find) {
    auto self = shared_from_this();
    const bool taken = context_.services.queries.post([self, find](runtime::Reader& reader) {
        auto found = std::make_shared<Answer>(find(reader));
        self->thread_.post([self, found] { self->answer(std::move(*found)); });
    });
    if (!taken) fail(overloaded());
}

void Call::change(core::Payload payload, std::string_view what,
                  std::function<void(const core::Reply&)> done) {
    std::vector<core::Command> commands;
    commands.push_back({std::move(payload), {}});
    auto self = shared_from_this();
    change_all(std::move(commands),
               [self, what, done = std::move(done)](const std::vector<core::Reply>& replies) {
                   if (replies[0].code == core::ReplyCode::not_found)
                       return self->fail(not_found(what));
                   if (replies[0].code == core::ReplyCode::unreadable)
                       return self->fail(storage_unreadable());
                   done(replies[0]);
               });
}

void Call::change_all(std::vector<core::Command> commands,
                      std::function<void(const std::vector<core::Reply>&)> done) {
    auto self = shared_from_this();
    auto submits = submits_of(commands);
    // Together with the change, so that it is never made twice; what it was answered follows.
    const bool noted = answer_is_stored() && !std::exchange(noted_, true);
    if (noted) commands.push_back({answer_row(*use_), {}});
    const bool taken = context_.services.core.post(
        std::move(commands), runtime::Admit::first_shed, thread_,
        [self, noted, submits = std::move(submits),
         done = std::move(done)](const std::vector<core::Reply>& replies) {
            if (replies.size() != submits.size() + (noted ? 1 : 0)) return self->fail(overloaded());
            const std::vector<core::Reply> own(replies.begin(), replies.end() - (noted ? 1 : 0));
            self->trace(submits, own);
            done(own);
        });
    if (!taken) fail(overloaded());
}

std::pair<net::Responder, events::Headers> Call::release() {
    return {std::move(responder_), std::move(headers_)};
}

}  // namespace postern::api
