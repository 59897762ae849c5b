// Open loop: what is due by the clock is sent. A request that was refused for now, or got lost, is
// repeated with its idempotency key, so nothing is asked for twice.
#include "gateway/cli/load_run.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <utility>

#include <fmt/format.h>

#include "gateway/sim/json_text.h"

namespace postern::cli {
namespace {

constexpr std::chrono::milliseconds tick_every{5};
constexpr std::chrono::milliseconds reconnect_after{200};

std::int64_t micros(std::chrono::steady_clock::duration span) {
    return std::chrono::duration_cast<std::chrono::microseconds>(span).count();
}

std::chrono::milliseconds retry_after(const net::ClientResponse& response) {
    const std::string_view text = response.header("retry-after");
    int seconds = 1;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    return std::chrono::seconds(std::clamp(seconds, 1, 60));
}

bool is_for_now(const net::ClientResponse& response) {
    return response.error || response.status == 429 || response.status >= 500 ||
           response.status == 409;
}

}  // namespace

std::string load_address(std::string_view channel, std::uint64_t contact) {
    if (channel == "telegram") return std::to_string(700'000'000 + contact);
    if (channel == "messenger" || channel == "instagram")
        return std::to_string(7'100'000'000 + contact);
    if (channel == "line") return fmt::format("U{:032x}", contact);
    if (channel == "viber") return fmt::format("load{:08}==", contact);
    if (channel == "wechat") return fmt::format("oLoad{:023}", contact);
    return fmt::format("+57300{:07}", contact % 10'000'000);
}

std::string load_body(const LoadOptions& options, const LoadTally& tally, std::uint64_t first,
                      std::size_t count) {
    sim::JsonText json;
    if (options.batch > 1) json.begin_object().key("messages").begin_array();
    for (std::uint64_t number = first; number < first + count; ++number) {
        const LoadAccount& account = options.accounts[number % options.accounts.size()];
        // Whole rounds of accounts go to one contact, so that every pair of both occurs.
        const std::uint64_t contact = number / options.accounts.size() % options.contacts;
        json.begin_object().key("to").begin_object().field("channel", account.channel);
        json.field("address", load_address(account.channel, contact)).end_object();
        json.field("account", account.id);
        if (!options.categories.empty()) {
            json.field("category", options.categories[number % options.categories.size()]);
        }
        json.key("content").begin_object().field("type", "text");
        json.field("text", tally.text_of(number)).end_object().end_object();
    }
    if (options.batch > 1) json.end_array().end_object();
    return json.take();
}

LoadRun::LoadRun(net::IoThread& thread, LoadOptions options, std::function<void()> done)
    : thread_(thread),
      options_(std::move(options)),
      done_(std::move(done)),
      tally_(options_.run, options_.messages),
      last_event_(options_.cursor) {
    net::ClientOptions client;
    client.connections_per_origin_max = options_.window + 1;  // and the event stream
    client_ = net::make_client(thread_, client);
}

LoadRun::~LoadRun() {
    *alive_ = false;
}

double LoadRun::duration_s() const {
    return std::chrono::duration<double>(last_answer_ - begun_).count();
}

void LoadRun::start() {
    begun_ = last_answer_ = last_news_ = last_progress_ = Clock::now();
    follow();
    tick();
}

void LoadRun::tick() {
    fill();
    progress();
    if (is_over()) return done_();
    (void)thread_.after(tick_every, [this, alive = alive_] {
        if (*alive) tick();
    });
}

void LoadRun::fill() {
    while (!pausing_ && open_ < options_.window) {
        if (!again_.empty()) {
            const Piece piece = again_.front();
            again_.pop_front();
            post(piece);
            continue;
        }
        const double elapsed = std::chrono::duration<double>(Clock::now() - begun_).count();
        const auto due = options_.rate > 0 ? static_cast<std::uint64_t>(options_.rate * elapsed) + 1
                                           : options_.messages;
        const std::uint64_t end = std::min(due, options_.messages);
        const std::uint64_t left = end > next_ ? end - next_ : 0;
        // A batch waits until it is full; the last one never will be.
        const bool full = left >= options_.batch || end == options_.messages;
        if (left == 0 || !full) return;
        const std::size_t count = std::min<std::size_t>(left, options_.batch);
        for (std::size_t i = 0; i < count; ++i) tally_.submitted();
        post({next_, count, Clock::now()});
        next_ += count;
    }
}

void LoadRun::post(Piece piece) {
    net::ClientRequest request;
    request.method = "POST";
    request.url = options_.api + (options_.batch > 1 ? "/v1/messages/batch" : "/v1/messages");
    request.headers = {{"Content-Type", "application/json"},
                       {"Authorization", "Bearer " + options_.key},
                       {"Idempotency-Key", fmt::format("load-{}-{}", options_.run, piece.first)}};
    request.body = load_body(options_, tally_, piece.first, piece.count);
    request.body_bytes_max = 32u * 1024 * 1024;
    ++open_;
    client_->send(std::move(request),
                  [this, alive = alive_, piece](const net::ClientResponse& response) {
                      if (*alive) answered(piece, response);
                  });
}

void LoadRun::refuse_all(const Piece& piece, std::string_view code) {
    for (std::size_t i = 0; i < piece.count; ++i) tally_.refused(code);
}

void LoadRun::answered(const Piece& piece, const net::ClientResponse& response) {
    --open_;
    last_answer_ = Clock::now();
    if (is_for_now(response)) {
        again_.push_back(piece);
        if (pausing_) return;
        pausing_ = true;
        (void)thread_.after(retry_after(response), [this, alive = alive_] {
            if (*alive) pausing_ = false;
        });
        return;
    }
    last_news_ = last_answer_;
    const std::int64_t latency_us = micros(last_answer_ - piece.begun);
    if (!document_.parse(response.body)) {
        refuse_all(piece, fmt::format("status_{}", response.status));
    } else if (options_.batch > 1 && response.status < 300) {
        std::uint64_t number = piece.first;
        for_each_at(document_.root(), "/data", [&](Element result) {
            if (number == piece.first + piece.count) return;
            take_result(number++, result, latency_us);
        });
        for (; number < piece.first + piece.count; ++number) tally_.refused("no_result");
    } else if (response.status == 202) {
        tally_.accepted(piece.first, text_at(document_.root(), "/id"), latency_us);
    } else {
        const std::string code = text_at(document_.root(), "/code");
        refuse_all(piece, code.empty() ? fmt::format("status_{}", response.status) : code);
    }
    fill();
}

void LoadRun::take_result(std::uint64_t number, Element result, std::int64_t latency_us) {
    if (integer_at(result, "/status") == 202) {
        tally_.accepted(number, text_at(result, "/message/id"), latency_us);
    } else {
        const std::string code = text_at(result, "/error/code");
        tally_.refused(code.empty() ? "status_" + text_at(result, "/status") : code);
    }
}

void LoadRun::follow() {
    net::ClientRequest request;
    request.url = options_.api + "/v1/events?types=message.status";
    if (!last_event_.empty()) request.url += "&after=" + last_event_;
    request.headers = {{"Accept", "text/event-stream"},
                       {"Authorization", "Bearer " + options_.key}};
    parser_ = SseParser();
    client_->stream(
        std::move(request),
        [this, alive = alive_](std::string_view piece) {
            return *alive &&
                   parser_.feed(piece, [this](const SseEvent& event) { on_event(event); });
        },
        [this, alive = alive_](const net::ClientResponse& response) {
            if (!*alive) return;
            if (response.status >= 400 && response.status < 500 && response.status != 429) {
                problem_ = fmt::format("the event stream was refused with {}", response.status);
                return;
            }
            (void)thread_.after(reconnect_after, [this, alive = alive_] {
                if (*alive) follow();
            });
        });
}

void LoadRun::on_event(const SseEvent& event) {
    if (!event.id.empty()) last_event_ = event.id;
    if (!document_.parse(event.data)) return;
    const std::string id = text_at(document_.root(), "/data/message_id");
    if (id.empty()) return;
    last_news_ = Clock::now();
    tally_.state_came(id, load_state_from(text_at(document_.root(), "/data/state")));
}

bool LoadRun::is_over() {
    const bool all_answered = tally_.answered() >= options_.messages;
    if (all_answered && tally_.finished() >= tally_.accepted()) return true;
    // Channels without receipts end at `sent`, and some receipts never come: a silence ends it.
    return !pausing_ && Clock::now() - last_news_ > options_.patience;
}

void LoadRun::progress() {
    const auto now = Clock::now();
    const double span = std::chrono::duration<double>(now - last_progress_).count();
    if (span < 1) return;
    const std::size_t answered = tally_.answered();
    fmt::print(stderr, "{:>9}/{} answered  {:>8.0f}/s  {} accepted  {} settled  {} delivered\n",
               answered, options_.messages,
               static_cast<double>(answered - progress_answered_) / span, tally_.accepted(),
               tally_.settled(),
               tally_.in_state(LoadState::delivered) + tally_.in_state(LoadState::read));
    last_progress_ = now;
    progress_answered_ = answered;
}

}  // namespace postern::cli
