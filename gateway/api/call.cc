// Answers with the headers of the request's beginning; ETags where the route has them.
#include "gateway/api/call.h"

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

model::Author Call::author() const {
    if (key_ == nullptr) return {};
    return {model::ActorKind::key, key_->row.id};
}

const SendDesk* Call::desk() {
    const SendDesk* desk = context_.services.desk;
    if (desk == nullptr) fail({503, "cannot_send", "This gateway only receives.", {}, {}});
    return desk;
}

void Call::send(net::Response response) {
    if (use_) return end_use(std::move(response));
    finish(std::move(response));
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

/// Whether each command changes something when it is done; a message that is only checked does not.
std::vector<bool> Call::changes_of(const std::vector<core::Command>& commands) {
    std::vector<bool> changes;
    changes.reserve(commands.size());
    for (const core::Command& command : commands) {
        const auto* submit = std::get_if<core::SubmitMessage>(&command.payload);
        changes.push_back(submit == nullptr || !submit->check);
    }
    return changes;
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
    const bool asks_what_changed = use_ && is_done_once();
    auto changes = asks_what_changed ? changes_of(commands) : std::vector<bool>{};
    // Who asked, for the audit that the core writes with the change.
    for (core::Command& command : commands) command.author = author();
    // Together with the change, so that it is never made twice; what it was answered follows.
    const bool noted = answer_is_stored() && !noted_;
    if (noted) commands.push_back({answer_row(*use_), {}});
    const bool taken = context_.services.core.post(
        std::move(commands), runtime::Admit::first_shed, thread_,
        [self, noted, submits = std::move(submits), changes = std::move(changes),
         done = std::move(done)](const std::vector<core::Reply>& replies) {
            if (replies.size() != submits.size() + (noted ? 1 : 0)) return self->fail(overloaded());
            for (std::size_t i = 0; i < changes.size(); ++i)
                self->changed_ |= changes[i] && replies[i].code == core::ReplyCode::done;
            self->trace(submits, replies);
            if (!noted) return done(replies);
            done({replies.begin(), replies.end() - 1});
        });
    if (!taken) return fail(overloaded());
    noted_ |= noted;
}

std::pair<net::Responder, events::Headers> Call::release() {
    return {std::move(responder_), std::move(headers_)};
}

}  // namespace postern::api
