#include "gateway/egress/attempt.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/egress/provider_request.h"
#include "gateway/model/outbound_content.h"
#include "gateway/net/errc.h"
#include "gateway/net/url.h"

namespace postern::egress {

using adapters::SendOutcome;
using adapters::SendResult;

namespace {

/// No provider needs more (upload, send, both again); a step machine that goes round ends here.
constexpr std::size_t steps_max = 8;
constexpr std::size_t detail_bytes_max = 500;
/// The slowest way to a provider on which an upload is not given up: 256 KiB a second.
constexpr std::uint64_t upload_bytes_a_ms = 262;
/// What an adapter's JSON parser may read behind an answer's body.
constexpr std::size_t padding_bytes = 64;

/// The same name for all attempts where the provider takes each name once; else one an attempt, so
/// that a receipt tells which of them arrived.
std::string echo_of(const model::OutboundRow& row, const core::Dispatch& dispatch,
                    bool idempotent) {
    const model::MessageId id{model::make_ulid(row.head.created, row.head.epoch, dispatch.message)};
    std::string echo = model::to_string(id);
    if (!idempotent) echo.append(".").append(std::to_string(dispatch.attempt));
    return echo;
}

void cut(std::string& text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return;
    std::size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
    text.resize(end);
}

}  // namespace

bool Surroundings::enter() {
    under_way.fetch_add(1);
    if (!stopping.load()) return true;
    leave();
    return false;
}

void Surroundings::leave() {
    if (under_way.fetch_sub(1) != 1 || !stopping.load()) return;
    const std::lock_guard lock(mutex);
    idle.notify_all();
}

core::AnswerAttempt answer_of(const core::Dispatch& dispatch, SendOutcome outcome,
                              const Surroundings& around) {
    core::AnswerAttempt answer;
    answer.message = dispatch.message;
    answer.attempt = dispatch.attempt;
    answer.slot = dispatch.slot;
    answer.account = dispatch.account;
    answer.part = dispatch.part;
    cut(outcome.detail, detail_bytes_max);
    if (outcome.result == SendResult::accepted && !outcome.external_id.empty()) {
        answer.external = around.sealer.blind("external", outcome.external_id);
    }
    for (const std::string& id : outcome.earlier_ids)
        answer.earlier.push_back(around.sealer.blind("external", id));
    answer.outcome = std::move(outcome);
    answer.random = around.random();
    return answer;
}

Attempt::Attempt(std::shared_ptr<Surroundings> around, std::shared_ptr<Clients> clients,
                 std::shared_ptr<const AccountTable> accounts, net::IoThread& thread,
                 core::Dispatch dispatch)
    : around_(std::move(around)),
      clients_(std::move(clients)),
      accounts_(std::move(accounts)),
      thread_(thread),
      dispatch_(std::move(dispatch)) {}

void Attempt::begin() {
    account_ = accounts_->find(dispatch_.account);
    if (account_ == nullptr || !account_->sending) {
        // Not the message's fault: it waits for the operator, until it expires.
        return finish(outcome_of(SendResult::transient, "account_gone",
                                 "the account is no longer configured to send"));
    }
    account_->health->under_way.fetch_add(1, std::memory_order_relaxed);
    if (!read_row()) return;
    if (account_->courier) return hand_over();
    if (by_bytes_) return find_file();
    divide();
    start();
}

void Attempt::start() {
    auto first = account_->sending->first_step(request());
    if (!first) {
        return finish(outcome_of(SendResult::permanent, "unsendable", first.error().message()));
    }
    send(std::move(*first));
}

bool Attempt::read_row() {
    row_ = model::get_if<model::OutboundRow>(dispatch_.row.get());
    if (row_ == nullptr || dispatch_.route >= row_->routes.size()) {
        finish(outcome_of(SendResult::permanent, "broken_message",
                          "the stored message has no such way to the person"));
        return false;
    }
    adapters::FieldProblem problem;
    if (!model::parse_content(row_->content_json, content_, problem)) {
        finish(
            outcome_of(SendResult::permanent, "broken_content",
                       "the stored content cannot be read: " + problem.field + " " + problem.code));
        return false;
    }
    // Where the channel has no templates the door made words of it.
    if (const std::string& words = row_->routes[dispatch_.route].words; !words.empty()) {
        content_ = {};
        content_.text = words;
    }
    if (!give_media()) return false;
    echo_ = echo_of(*row_, dispatch_, account_->sending->send_traits().idempotent);
    return true;
}

/// What it answers is on the first way's account: to another's provider the id is a stranger's. The
/// first part of a long text is the answer.
std::string_view Attempt::quoted() const {
    return dispatch_.route == 0 && part_ == 0 ? std::string_view(row_->reply_to)
                                              : std::string_view{};
}

adapters::SendRequest Attempt::request() const {
    return {.to = row_->routes[dispatch_.route].address,
            .content = content_,
            .reply_to = quoted(),
            .echo = echo_,
            .status_url = account_->status_url,
            .now = around_->clock().wall,
            .human_agent = row_->human_agent,
            .proactive = row_->category != model::Category::reply,
            .expires = row_->expires,
            .category = to_string(row_->category),
            .file = by_bytes_ ? &given_ : nullptr,
            .carried = carried_};
}

void Attempt::send(adapters::SendStep step) {
    irrevocable_ = step.irrevocable;
    carried_ = std::move(step.carry);
    token_ = {};
    if (step.call.token_in.empty()) return go(std::move(step.call));
    bearing_ = std::move(step.call);
    ask_token();
}

void Attempt::go(adapters::ProviderCall call) {
    streamed_.reset();
    if (call.file_at) return open_file(std::move(call));
    make_call(std::move(call), nullptr);
}

SendResult Attempt::not_made() const {
    return passed_ ? SendResult::unknown : SendResult::transient;
}

void Attempt::make_call(adapters::ProviderCall call, std::shared_ptr<net::BodySource> source) {
    const auto url = net::parse_url(call.url);
    if (!url) {
        // Made of the configuration's base_url: a reload can mend it.
        return finish(outcome_of(not_made(), "bad_url", "the account's base_url makes no URL"));
    }
    origin_ = url->origin();
    if (may_call(not_made())) ask(std::move(call), std::move(source));
}

/// Whether the breaker lets this attempt through; if not, it is over.
bool Attempt::may_call(SendResult not_made) {
    const model::Now now = around_->clock();
    const ratelimit::Permit permit = account_->health->breakers.ask(origin_, now.steady);
    if (!permit.granted) {
        account_->health->held_back.fetch_add(1, std::memory_order_relaxed);
        SendOutcome outcome = outcome_of(
            not_made, "circuit_open", "the provider failed lately: it is left alone for a while");
        outcome.retry_at = now.wall + (permit.ask_at - now.steady);
        finish(std::move(outcome));
        return false;
    }
    probe_ = permit.probe;
    called_ = now.steady;
    dispatched_ = now.wall;
    provider_status_ = 0;
    provider_request_.clear();
    return true;
}

void Attempt::ask(adapters::ProviderCall call, std::shared_ptr<net::BodySource> source) {
    net::ClientRequest out;
    out.method = std::move(call.method);
    out.url = std::move(call.url);
    out.headers = std::move(call.headers);
    out.body = std::move(call.body);
    out.connect_timeout = around_->options.connect_timeout;
    out.total_timeout = around_->options.total_timeout;
    out.once = irrevocable_;
    if (source) {
        out.source = std::move(source);
        out.source_bytes = file_.size;
        out.source_at = *call.file_at;
        out.total_timeout += std::chrono::milliseconds{file_.size / upload_bytes_a_ms};
    }
    account_->health->requests.fetch_add(1, std::memory_order_relaxed);
    const auto client = clients_->find(account_->way);
    if (client == clients_->end()) {
        // The thread's clients have ended while this was on its way here.
        net::ClientResponse none;
        none.error = net::make_error_code(net::Errc::stopped);
        none.problem = none.error.message();
        return on_response(std::move(none));
    }
    at_risk_ = irrevocable_ || passed_ || part_ > 0;
    client->second->send(std::move(out), [self = shared_from_this()](net::ClientResponse response) {
        self->on_response(std::move(response));
    });
}

void Attempt::on_response(net::ClientResponse response) {
    Health& health = *account_->health;
    const auto took = std::max(around_->clock().steady - called_, std::chrono::microseconds{0});
    health.request_us.fetch_add(static_cast<std::uint64_t>(took.count()),
                                std::memory_order_relaxed);
    if (!response.error) {
        health.answer_us.add(static_cast<std::uint64_t>(took.count()));
        return on_answer(response);
    }
    const bool sent = response.progress != net::Progress::not_sent;
    (sent ? health.unanswered : health.not_sent).fetch_add(1, std::memory_order_relaxed);
    Unanswered unanswered = classify(response, irrevocable_, passed_, cut_short());
    end_call(unanswered.end);
    finish(std::move(unanswered.outcome));
}

void Attempt::on_answer(const net::ClientResponse& response) {
    std::vector<adapters::HeaderView> headers;
    headers.reserve(response.headers.size());
    for (const auto& [name, value] : response.headers) headers.push_back({name, value});
    std::string padded;
    padded.reserve(response.body.size() + padding_bytes);
    padded.append(response.body).append(padding_bytes, '\0');
    adapters::ProviderAnswer answer;
    answer.status = response.status;
    answer.headers = headers;
    answer.body = std::string_view(padded).substr(0, response.body.size());
    provider_status_ = static_cast<std::uint16_t>(response.status);
    provider_request_ = provider_request_id(response);
    if (renews_token(answer)) return;
    auto next = account_->sending->answered(request(), step_, answer);
    if (auto* outcome = std::get_if<SendOutcome>(&next)) {
        end_call(end_of(outcome->result));
        return finish(std::move(*outcome));
    }
    end_call(CallEnd::succeeded);
    auto& step = std::get<adapters::SendStep>(next);
    passed_ = !step.nothing_sent_yet && (passed_ || irrevocable_);
    if (++step_ == steps_max) {
        return finish(outcome_of(passed_ ? SendResult::unknown : SendResult::permanent,
                                 "too_many_steps", "the provider leads from step to step"));
    }
    if (step.held) hold(std::move(*step.held));
    send(std::move(step));
}

void Attempt::end_call(CallEnd how) {
    account_->health->breakers.end(origin_, how, probe_, around_->clock().steady);
}

void Attempt::finish(SendOutcome outcome) {
    if (goes_on(outcome)) return;
    finished_ = true;
    if (std::exchange(uploading_, false)) around_->held.release(held_key());
    if (account_ != nullptr && account_->sending) {
        const model::Instant now = around_->clock().wall;
        if (outcome.spreads && outcome.retry_at)
            outcome.scope = account_->health->flood.scope_of(request().to, *outcome.retry_at, now);
        account_->health->count(outcome.result, now);
        account_->health->under_way.fetch_sub(1, std::memory_order_relaxed);
    }
    core::AnswerAttempt answer = answer_of(dispatch_, std::move(outcome), *around_);
    answer.dispatched = dispatched_;
    answer.provider_status = provider_status_;
    answer.provider_request = std::move(provider_request_);
    around_->inbox.post_always(core::Command{std::move(answer), {}});
    around_->leave();
}

}  // namespace postern::egress
