#include "gateway/smtp/desk.h"

#include <algorithm>
#include <utility>

namespace postern::smtp {

using adapters::LimitScope;
using adapters::SendResult;
using namespace std::chrono_literals;

namespace {

/// What waited longer for a connection goes back to the core, which knows what else to do with it.
constexpr std::chrono::microseconds wait_max = 60s;
constexpr std::chrono::milliseconds watch_every = 1s;
/// A domain that asked to slow down without saying for how long.
constexpr std::chrono::microseconds pause_usual = 60s;
constexpr std::size_t pauses_max = 10'000;

std::string domain_of(std::string_view address) {
    const auto parsed = adapters::email::mail_address(address);
    return parsed ? parsed->domain : std::string{};
}

}  // namespace

void Desk::take(egress::Parcel parcel, std::function<void(egress::Handed)> done) {
    if (stopping_) {
        return refuse(std::move(done), handed(SendResult::transient, "stopping",
                                              "the account's connections are being closed"));
    }
    heed_lock();
    const std::string domain = domain_of(parcel.to);
    if (const Pause* const pause = pause_of(domain)) {
        egress::Handed held;
        held.outcome = pause->outcome;
        held.end = egress::CallEnd::cancelled;
        held.sent = false;
        return refuse(std::move(done), std::move(held));
    }
    if (waiting_.size() >= waiting_max) {
        return refuse(std::move(done), handed(SendResult::transient, "queue_full",
                                              "1,000 mails wait for a connection already"));
    }
    waiting_.push_back({std::move(parcel), std::move(done), domain, relay_.clock().steady, false});
    // Never within this call: an answer may come of it.
    thread_.post([self = shared_from_this()] { self->pump(); });
}

void Desk::try_login(std::function<void(egress::Handed)> done) {
    if (stopping_) {
        return refuse(std::move(done), handed(SendResult::transient, "stopping",
                                              "the account's connections are being closed"));
    }
    heed_lock();
    if (const Pause* const pause = pause_of({})) {
        return refuse(std::move(done),
                      handed(pause->outcome.result, pause->outcome.code, pause->outcome.detail));
    }
    Job job;
    job.done = std::move(done);
    job.waiting_since = relay_.clock().steady;
    job.trial = true;
    connect(std::move(job));
}

void Desk::refuse(std::function<void(egress::Handed)> done, egress::Handed handed) {
    thread_.post([done = std::move(done), handed = std::move(handed)]() mutable {
        done(std::move(handed));
    });
}

/// What another thread heard of the login holds for this one.
void Desk::heed_lock() {
    const model::Now now = relay_.clock();
    const std::chrono::microseconds until{relay_.locked_until->load(std::memory_order_relaxed)};
    if (until <= now.steady || pauses_.contains(std::string_view{})) return;
    Pause pause{until, handed(SendResult::credential, "password_refused",
                              "the relay refused the login lately: it is not tried again yet")
                           .outcome};
    pause.outcome.retry_at = now.wall + (until - now.steady);
    pauses_[std::string{}] = std::move(pause);
}

const Desk::Pause* Desk::pause_of(const std::string& domain) {
    const auto now = relay_.clock().steady;
    for (const std::string& key : {std::string{}, domain}) {
        const auto found = pauses_.find(key);
        if (found == pauses_.end()) continue;
        if (found->second.until > now) return &found->second;
        pauses_.erase(found);
    }
    return nullptr;
}

/// Gives what waits to connections, in order; what its domain's limit holds back is passed over.
void Desk::pump() {
    if (std::exchange(pumping_, true)) return;
    for (std::size_t i = 0; i < waiting_.size();) {
        if (under_way_[waiting_[i].domain] >= relay_.account->connections_domain_max) {
            ++i;
        } else if (!place(waiting_[i])) {
            break;
        } else {
            waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
        }
    }
    pumping_ = false;
    std::erase_if(under_way_, [](const auto& entry) { return entry.second == 0; });
    if (!waiting_.empty()) watch();
    end_if_empty();
}

/// True: it is on its way, and `job` is empty.
bool Desk::place(Job& job) {
    const std::string domain = job.domain;
    for (const auto& connection : connections_) {
        if (!connection->is_idle() || !connection->take(job)) continue;
        ++under_way_[domain];
        return true;
    }
    if (connections_.size() + awaiting_token_ >= relay_.account->connections_max) return false;
    ++under_way_[domain];
    connect(std::move(job));
    return true;
}

void Desk::connect(Job job) {
    auto connection = std::make_shared<Connection>(relay_, thread_, *this);
    if (!tokens_) return open(connection, std::move(job), {});
    ++awaiting_token_;
    auto held = std::make_shared<Job>(std::move(job));
    tokens_->ask(thread_, [self = shared_from_this(), connection, held](const Token& token) {
        --self->awaiting_token_;
        self->open(connection, std::move(*held), token);
    });
}

void Desk::open(const std::shared_ptr<Connection>& connection, Job job, const Token& token) {
    if (tokens_ && token.secret.empty()) {
        egress::Handed none;
        none.outcome = token.refusal;
        none.sent = false;
        return answered(std::move(job), std::move(none));
    }
    job.token = token.secret;
    connections_.push_back(connection);
    connection->open(std::move(job), token.secret);
}

void Desk::release(const Job& job) {
    const auto found = under_way_.find(job.domain);
    if (found != under_way_.end() && found->second > 0) --found->second;
}

void Desk::answered(Job job, egress::Handed handed) {
    if (tokens_ && !job.again && handed.outcome.code == "password_refused") {
        // A token may be taken back before its time: once with a fresh one.
        tokens_->spoil(job.token);
        job.again = true;
        return put_back(std::move(job));
    }
    release(job);
    note(job, handed);
    job.done(std::move(handed));
    thread_.post([self = shared_from_this()] { self->pump(); });
}

void Desk::put_back(Job job) {
    release(job);
    if (stopping_) {
        return job.done(handed(SendResult::transient, "stopping",
                               "the account's connections are being closed"));
    }
    job.waiting_since = relay_.clock().steady;
    waiting_.push_front(std::move(job));
    thread_.post([self = shared_from_this()] { self->pump(); });
}

/// A refused login is not tried again for a while, lest the account be locked; a domain that wants
/// less mail gets none for as long.
void Desk::note(const Job& job, const egress::Handed& handed) {
    const adapters::SendOutcome& outcome = handed.outcome;
    const bool login = outcome.result == SendResult::credential && outcome.retry_at.has_value();
    const bool domain = outcome.code == "domain_rate_limited";
    if (!login && !domain) return;
    const model::Now now = relay_.clock();
    Pause pause{now.steady + pause_usual, outcome};
    if (outcome.retry_at) pause.until = now.steady + (*outcome.retry_at - now.wall);
    pause.outcome.retry_at = now.wall + (pause.until - now.steady);
    if (login) relay_.locked_until->store(pause.until.count(), std::memory_order_relaxed);
    if (pauses_.size() >= pauses_max) pauses_.clear();
    const bool all = login || outcome.scope != LimitScope::recipient;
    pauses_[all ? std::string{} : job.domain] = std::move(pause);
}

void Desk::idle(Connection& connection) {
    if (stopping_) return connection.retire();
    thread_.post([self = shared_from_this()] { self->pump(); });
}

void Desk::gone(Connection& connection) {
    std::erase_if(connections_, [&](const auto& other) { return other.get() == &connection; });
    thread_.post([self = shared_from_this()] { self->pump(); });
}

/// While something waits: what has waited too long is given back.
void Desk::watch() {
    if (std::exchange(watching_, true)) return;
    (void)thread_.after(watch_every, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        self->watching_ = false;
        self->expire();
        if (!self->waiting_.empty()) self->watch();
    });
}

void Desk::expire() {
    const auto since = relay_.clock().steady - wait_max;
    // What was put back stands before what waits for longer.
    std::vector<Job> late;
    for (auto job = waiting_.begin(); job != waiting_.end();) {
        if (job->waiting_since > since) {
            ++job;
            continue;
        }
        late.push_back(std::move(*job));
        job = waiting_.erase(job);
    }
    for (Job& job : late) {
        job.done(handed(SendResult::transient, "queue_full",
                        "no connection to the relay became free within a minute"));
    }
}

void Desk::stop(std::chrono::milliseconds grace, std::function<void()> stopped) {
    stopping_ = true;
    stopped_ = std::move(stopped);
    for (Job& job : std::exchange(waiting_, {})) {
        job.done(handed(SendResult::transient, "stopping", "the account's connections are closed"));
    }
    for (const auto& connection : std::vector(connections_)) connection->retire();
    (void)thread_.after(grace, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        for (const auto& connection : std::vector(self->connections_)) {
            connection->abort("the gateway is stopping");
        }
    });
    end_if_empty();
}

void Desk::end_if_empty() {
    if (!stopping_ || !stopped_ || !connections_.empty() || awaiting_token_ != 0) return;
    if (!waiting_.empty()) return;
    std::exchange(stopped_, nullptr)();
}

}  // namespace postern::smtp
