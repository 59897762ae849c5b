#include "gateway/smpp/link.h"

#include <algorithm>
#include <utility>

#include "adapters/smpp/status.h"

namespace postern::smpp {

using adapters::smpp::Actions;
using adapters::smpp::Session;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds backoff_first = 1s;
constexpr std::chrono::milliseconds backoff_most = 60s;
/// A bind that held so long was a good one.
constexpr std::chrono::seconds good = 60s;
/// Centres lock out who tries a wrong password often.
constexpr std::chrono::milliseconds refused_pause = 15min;
constexpr std::chrono::seconds refused_retry_min = 60s;
/// The centre still holds the connection before; it finds out in a minute or two.
constexpr std::chrono::milliseconds already_bound_pause = 60s;
constexpr std::chrono::milliseconds already_bound_spread = 30s;
constexpr std::chrono::milliseconds last_words = 1s;

}  // namespace

Link::Link(net::IoThread& home, Settings settings, LinkEvents events)
    : home_(home), settings_(std::move(settings)), events_(std::move(events)) {}

Link::~Link() {
    close();
}

void Link::open() {
    reopens_ = true;
    if (!link_) connect();
}

void Link::connect() {
    ++epoch_;
    bound_told_ = false;
    written_at_.clear();
    leaving_.reset();
    session_ = std::make_unique<Session>(settings_.session);
    net::LinkEvents events;
    const auto guarded = [this, alive = std::weak_ptr(alive_), epoch = epoch_](auto act) {
        return [this, alive, epoch, act](auto&&... arguments) {
            if (!alive.expired() && epoch == epoch_ && link_)
                act(*this, std::forward<decltype(arguments)>(arguments)...);
        };
    };
    events.on_open = guarded([](Link& self) {
        Actions actions;
        self.session_->on_open(self.now(), actions);
        self.carry_out(std::move(actions));
    });
    events.on_bytes = guarded([](Link& self, std::string_view bytes) {
        Actions actions;
        self.session_->on_bytes(bytes, self.now(), actions);
        self.carry_out(std::move(actions));
    });
    events.on_closed = guarded([](Link& self, const net::LinkEnd& end) { self.on_closed(end); });
    link_ = net::open_link(home_, settings_.connection, std::move(events));
}

void Link::on_closed(const net::LinkEnd& end) {
    gone(end.problem, adapters::smpp::status::ok);
}

void Link::write(std::string bytes) {
    if (bytes.empty() || !link_) return;
    if (!link_->write(std::move(bytes))) gone("the centre does not take what it is sent", 0);
}

/// Outcomes first, since nobody else knows of them: the session has let go of those submissions,
/// and the write below, or an owner that is told, may end the connection. They hold without it.
void Link::carry_out(Actions actions) {
    const std::weak_ptr<bool> alive = alive_;
    const std::uint64_t epoch = epoch_;
    const auto stale = [&] { return alive.expired() || epoch != epoch_ || !link_; };
    for (const adapters::smpp::Submitted& one : actions.submitted) {
        if (epoch == epoch_) written_at_.erase(one.token);
        events_.on_submitted(one);
        if (alive.expired()) return;
    }
    if (stale()) return;
    write(std::move(actions.write));
    if (stale()) return;
    if (actions.malformed > 0) events_.on_malformed(actions.malformed);
    if (actions.bound) {
        bound_told_ = true;
        bound_at_ = now();
        refused_at_ = {};
        events_.on_bound();
    }
    for (adapters::smpp::Delivered& one : actions.delivered) {
        if (stale()) return;
        events_.on_delivered(std::move(one));
    }
    if (stale()) return;
    if (actions.end) {
        std::string problem(to_string(actions.end->reason));
        const std::uint32_t status = actions.end->status;
        if (status != adapters::smpp::status::ok) problem += ": " + adapters::smpp::name_of(status);
        if (actions.end->reason == adapters::smpp::EndReason::done) problem.clear();
        return gone(std::move(problem), status);
    }
    if (actions.bound || !actions.submitted.empty()) events_.on_room();
    if (!stale()) arm();
}

/// The connection is over. What it still has to say is said, and nothing more is heard of it.
void Link::gone(std::string problem, std::uint32_t status) {
    if (!link_) return;
    LinkGone gone;
    gone.was_bound = bound_told_;
    gone.problem = std::move(problem);
    gone.refused = !gone.was_bound && adapters::smpp::is_refusal(status);
    const std::uint64_t left = link_->may_have_left();
    for (const std::uint64_t token : session_->close()) {
        const auto at = written_at_.find(token);
        const bool unsent = at != written_at_.end() && at->second >= left;
        (unsent ? gone.unsent : gone.unanswered).push_back(token);
    }
    leaving_ = std::move(link_);
    leaving_->finish(last_words);
    if (cancel_timer_) std::exchange(cancel_timer_, nullptr)();
    if (gone.was_bound && now() - bound_at_ >= good) failures_ = 0;
    if (gone.refused) refused_at_ = now();
    if (reopens_) reopen_after(delay_after(status));
    events_.on_gone(std::move(gone));
}

std::chrono::milliseconds Link::delay_after(std::uint32_t status) {
    const auto spread = [this](std::chrono::milliseconds most) {
        return std::chrono::milliseconds(settings_.random() %
                                         static_cast<std::uint64_t>(most.count() + 1));
    };
    if (refused()) return refused_pause;
    if (status == adapters::smpp::status::already_bound)
        return already_bound_pause + spread(already_bound_spread);
    const unsigned doublings = std::min(failures_++, 6U);
    return spread(std::min(backoff_most, backoff_first * (1 << doublings)));
}

void Link::reopen_after(std::chrono::milliseconds delay) {
    if (cancel_reopen_) cancel_reopen_();
    cancel_reopen_ = home_.after(delay, [this, alive = std::weak_ptr(alive_)] {
        if (alive.expired()) return;
        cancel_reopen_ = nullptr;
        if (reopens_ && !link_) connect();
    });
}

void Link::retry_refused() {
    if (!refused() || link_ || now() - refused_at_ < refused_retry_min) return;
    reopen_after(0ms);
}

void Link::arm() {
    if (cancel_timer_) std::exchange(cancel_timer_, nullptr)();
    if (!session_ || !link_) return;
    const auto at = session_->deadline();
    if (!at) return;
    const auto delay = std::chrono::ceil<std::chrono::milliseconds>(*at - now());
    cancel_timer_ = home_.after(std::max(delay, 1ms), [this, alive = std::weak_ptr(alive_)] {
        if (alive.expired()) return;
        cancel_timer_ = nullptr;
        if (!link_) return;
        Actions actions;
        session_->on_deadline(now(), actions);
        carry_out(std::move(actions));
    });
}

bool Link::bound() const {
    return link_ && session_ && session_->state() == Session::State::bound;
}

std::size_t Link::room() const {
    return link_ && session_ ? session_->room() : 0;
}

void Link::submit(std::uint64_t token, const adapters::smpp::ShortMessage& message) {
    Actions actions;
    const bool first = session_->outstanding() == 0;
    written_at_[token] = link_->written();
    session_->submit(token, message, now(), actions);
    write(std::move(actions.write));
    // Later ones have later deadlines.
    if (first && link_) arm();
}

bool Link::answer(std::uint64_t epoch, std::uint32_t command, std::uint32_t sequence,
                  std::uint32_t status) {
    if (epoch != epoch_ || !link_) return false;
    Actions actions;
    session_->answer(command, sequence, status, actions);
    if (actions.write.empty()) return false;
    write(std::move(actions.write));
    return true;
}

void Link::unbind() {
    reopens_ = false;
    if (cancel_reopen_) std::exchange(cancel_reopen_, nullptr)();
    if (!link_) return;
    Actions actions;
    if (session_->state() == Session::State::closed) return close();
    session_->unbind(now(), actions);
    carry_out(std::move(actions));
}

void Link::close() {
    reopens_ = false;
    if (cancel_reopen_) std::exchange(cancel_reopen_, nullptr)();
    gone({}, adapters::smpp::status::ok);
}

}  // namespace postern::smpp
