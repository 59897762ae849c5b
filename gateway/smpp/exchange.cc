#include "gateway/smpp/exchange.h"

#include <algorithm>
#include <utility>

#include "adapters/smpp/split.h"
#include "adapters/smpp/status.h"
#include "gateway/egress/classify.h"
#include "gateway/metrics/log.h"

namespace postern::smpp {

using adapters::SendOutcome;
using adapters::SendResult;
using adapters::smpp::Ended;
using adapters::smpp::Submitted;
using egress::Handed;
using egress::outcome_of;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t given_up_max = 10'000;

net::IoThread& home_of(net::IoPool& pool, const std::string& account) {
    return pool.at(std::hash<std::string>{}(account) % pool.size());
}

SendOutcome stopping() {
    return outcome_of(SendResult::transient, "stopping", "the gateway or the account stops");
}

}  // namespace

Exchange::Exchange(const lines::Ground& ground, const lines::Settings& settings,
                   adapters::smpp::Options options, std::shared_ptr<const net::LinkTrust> trust)
    : ground_(ground),
      account_(settings.config.account),
      options_(std::move(options)),
      health_(settings.health),
      home_(home_of(ground.io, account_)),
      ids_(options_.receipt_id),
      reference_(static_cast<std::uint16_t>(ground.random())) {
    const auto way_back = [this](const Way& way, std::uint32_t command, std::uint32_t sequence,
                                 std::uint32_t status) {
        return way.link < links_.size() &&
               links_[way.link]->answer(way.epoch, command, sequence, status);
    };
    arrivals_ =
        std::make_shared<Arrivals>(ground_, home_, account_, options_.charset, ids_, way_back);
    for (std::size_t i = 0; i < options_.binds.size(); ++i)
        links_.push_back(std::make_unique<Link>(home_, link_settings(i, trust), link_events(i)));
}

Exchange::~Exchange() {
    arrivals_->close();
}

Link::Settings Exchange::link_settings(std::size_t index,
                                       const std::shared_ptr<const net::LinkTrust>& trust) {
    Link::Settings out;
    const adapters::smpp::Endpoint& host = options_.hosts[index % options_.hosts.size()];
    out.connection.host = host.host;
    out.connection.port = std::to_string(host.port);
    out.connection.tls = options_.tls;
    out.connection.trust = trust;
    out.session.bind = options_.binds[index];
    out.session.window = options_.window;
    out.session.enquire_after = options_.enquire_after;
    out.clock = ground_.clock;
    out.random = ground_.random;
    return out;
}

LinkEvents Exchange::link_events(std::size_t index) {
    LinkEvents out;
    out.on_bound = [this] { on_bound(); };
    out.on_room = [this] { pump(); };
    out.on_submitted = [this](const Submitted& submitted) { on_submitted(submitted); };
    out.on_delivered = [this, index](adapters::smpp::Delivered delivered) {
        arrivals_->take({index, links_[index]->epoch()}, std::move(delivered));
    };
    out.on_malformed = [this](std::size_t pdus) {
        log::warn("smpp_malformed_pdus", {{"account", account_}, {"count", pdus}});
    };
    out.on_gone = [this, index](const LinkGone& gone) { on_gone(index, gone); };
    return out;
}

void Exchange::begin() {
    if (stopping_) return;
    health_->line.want(static_cast<std::uint32_t>(links_.size()), ground_.clock().wall);
    for (const auto& link : links_) link->open();
}

bool Exchange::any_bound() const {
    return std::ranges::any_of(links_, [](const auto& link) { return link->bound(); });
}

bool Exchange::all_refused() const {
    return std::ranges::all_of(links_, [](const auto& link) { return link->refused(); });
}

void Exchange::on_bound() {
    health_->line.up(ground_.clock().wall);
    log::info("smpp_bound", {{"account", account_}});
    pump();
}

void Exchange::on_gone(std::size_t index, const LinkGone& gone) {
    const auto now = ground_.clock();
    if (!gone.problem.empty()) {
        problem_ = gone.problem;
        log::warn("smpp_unbound", {{"account", account_}, {"problem", gone.problem}});
    }
    if (gone.was_bound) {
        health_->line.down(gone.problem, now.wall);
    } else if (!gone.problem.empty()) {
        health_->line.failed(gone.problem, now.wall);
    }
    for (const std::uint64_t token : gone.unanswered) sent_.erase(token);
    for (const std::uint64_t token : gone.unsent) sent_.erase(token);
    finish(outbox_.lost(index, gone.unanswered, gone.unsent, now.steady, now.wall));
    if (all_refused()) refuse(problem_);
    pump();
    check_stopped();
}

/// No bind of ours is let in: what waits, waits for an operator.
void Exchange::refuse(const std::string& problem) {
    finish(outbox_.give_up_waiting(outcome_of(SendResult::credential, "login_refused", problem)));
}

void Exchange::send(egress::Parcel parcel, net::IoThread& asked, Done done) {
    const auto now = ground_.clock();
    Letter letter{parcel.to, parcel.echo, &asked, std::move(done)};
    if (stopping_) return answer(std::move(letter), {.outcome = stopping(), .sent = false});
    if (all_refused()) {
        for (const auto& link : links_) link->retry_refused();
        return answer(std::move(letter),
                      {.outcome = outcome_of(SendResult::credential, "login_refused", problem_),
                       .sent = false});
    }
    auto parts = adapters::smpp::submissions(
        parcel.content.text, {parcel.to, ++reference_, parcel.expires, now.wall}, options_);
    if (parts.empty() || parcel.content.type != adapters::ContentType::text) {
        return answer(std::move(letter),
                      {.outcome = outcome_of(SendResult::permanent, "unsendable",
                                             "SMPP carries text of at most 255 parts"),
                       .sent = false});
    }
    const std::uint64_t id = ++letters_taken_;
    if (!outbox_.add(id, std::move(parts), now.steady)) {
        SendOutcome full = outcome_of(SendResult::rate_limited, "queue_full",
                                      "too much waits for this account's binds");
        full.retry_at = now.wall + 1s;
        return answer(std::move(letter), {.outcome = std::move(full), .sent = false});
    }
    letters_.emplace(id, std::move(letter));
    pump();
}

void Exchange::pump() {
    const auto room = [this](std::size_t index) { return links_[index]->room(); };
    while (const auto next = outbox_.next(room, links_.size(), ground_.clock().steady)) {
        const Letter& letter = letters_.at(next->message);
        sent_[next->token] = {letter.echo, letter.to, next->number, next->parts};
        links_[next->session]->submit(next->token, *next->part);
    }
    arm();
}

void Exchange::arm() {
    if (cancel_timer_) std::exchange(cancel_timer_, nullptr)();
    const auto now = ground_.clock().steady;
    const auto at = outbox_.deadline(now);
    if (!at) return;
    const auto delay = std::chrono::ceil<std::chrono::milliseconds>(*at - now);
    cancel_timer_ = home_.after(std::max(delay, 1ms), [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        self->cancel_timer_ = nullptr;
        const auto then = self->ground_.clock();
        self->finish(
            self->outbox_.overdue(then.steady, then.wall, self->any_bound(), self->problem_));
        self->pump();
    });
}

void Exchange::on_submitted(const Submitted& submitted) {
    if (submitted.late) return on_late(submitted);
    const auto now = ground_.clock();
    const auto taken = [&](std::uint64_t message, std::size_t part, std::size_t parts,
                           const std::string& id) {
        const Letter& letter = letters_.at(message);
        if (!id.empty()) ids_.submitted(letter.echo, letter.to, id, part, parts, now.steady);
    };
    finish(outbox_.answered(submitted, now.steady, now.wall, taken));
    if (submitted.answered) {
        sent_.erase(submitted.token);
        return;
    }
    given_up_.push_back(submitted.token);
    if (given_up_.size() <= given_up_max) return;
    sent_.erase(given_up_.front());
    given_up_.pop_front();
}

/// Nobody had known whether the centre took it. It did.
void Exchange::on_late(const Submitted& submitted) {
    const auto found = sent_.find(submitted.token);
    if (found == sent_.end()) return;
    const Sent sent = std::move(found->second);
    sent_.erase(found);
    if (submitted.status != adapters::smpp::status::ok || submitted.message_id.empty()) return;
    ids_.submitted(sent.echo, sent.to, submitted.message_id, sent.number, sent.parts,
                   ground_.clock().steady);
    if (sent.parts == 1)
        arrivals_->take_late(ids_.canonical(submitted.message_id), sent.echo, sent.to);
}

void Exchange::finish(std::vector<Ended> ended) {
    for (Ended& one : ended) {
        const auto found = letters_.find(one.message);
        if (found == letters_.end()) continue;
        Letter letter = std::move(found->second);
        letters_.erase(found);
        Handed handed;
        handed.status = static_cast<std::uint16_t>(std::min<std::uint32_t>(one.status, 0xffff));
        handed.sent = one.sent;
        if (one.outcome.result == SendResult::accepted) {
            handed.request = one.outcome.external_id;
            one.outcome.external_id = ids_.canonical(one.outcome.external_id);
        }
        // Whether the centre can be reached is known here, and better than by counting failures.
        if (!one.sent) handed.end = egress::CallEnd::cancelled;
        handed.outcome = std::move(one.outcome);
        answer(std::move(letter), std::move(handed));
    }
}

void Exchange::answer(Letter letter, Handed handed) {
    letter.asked->post([done = std::move(letter.done), handed = std::move(handed)]() mutable {
        done(std::move(handed));
    });
}

void Exchange::stop(std::chrono::milliseconds grace, std::function<void()> stopped) {
    stopping_ = true;
    stopped_ = std::move(stopped);
    itself_ = shared_from_this();
    finish(outbox_.give_up_waiting(stopping()));
    for (const auto& link : links_) link->unbind();
    (void)home_.after(grace, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        for (const auto& link : self->links_) link->close();
        self->drained_ = true;
        self->check_stopped();
    });
    arrivals_->flush([this] {
        drained_ = true;
        check_stopped();
    });
    check_stopped();
}

void Exchange::check_stopped() {
    const bool ended = std::ranges::all_of(links_, [](const auto& link) { return link->ended(); });
    if (!stopping_ || !stopped_ || !ended || !drained_) return;
    arrivals_->close();
    finish(outbox_.give_up_all(stopping()));
    if (cancel_timer_) std::exchange(cancel_timer_, nullptr)();
    health_->line.want(0, ground_.clock().wall);
    // Not from within an event of a link: its last share goes with this.
    home_.post([self = shared_from_this(), stopped = std::exchange(stopped_, nullptr)] {
        self->links_.clear();
        self->itself_.reset();
        stopped();
    });
}

}  // namespace postern::smpp
