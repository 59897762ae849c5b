#include "gateway/imap/mail_box.h"

#include <algorithm>
#include <utility>

#include "adapters/shared/outcome.h"

namespace postern::imap {
namespace {

using namespace std::chrono_literals;
using adapters::email::ImapClient;
using adapters::email::ImapFailure;
using adapters::email::ImapMail;
using adapters::email::ImapProblem;
using adapters::email::ImapSettled;
using adapters::email::ImapWish;
using adapters::email::SmtpTls;

constexpr std::chrono::milliseconds connect_timeout = 15s;
/// Of an intake without room.
constexpr std::chrono::milliseconds ask_again_min = 1s;
constexpr std::chrono::milliseconds poll_every = 60s;
/// Rests without IDLE after which all of the mailbox is looked at, not its news alone.
constexpr unsigned rests_max = 25;
constexpr std::chrono::milliseconds goodbye_max = 500ms;

}  // namespace

void MailBox::end(std::chrono::milliseconds grace, std::function<void()> stopped) {
    over_ = true;
    connect_after_ = false;
    if (cancel_timer_) std::exchange(cancel_timer_, nullptr)();
    if (std::exchange(up_, false)) health_->receiving.down({}, ground_.clock().wall);
    // Who follows begins anew, and says so again if it is as bad.
    if (state_ != "ok") stop_account({});
    if (!link_ || !link_->is_open() || !client_) {
        link_.reset();
        return stopped();
    }
    client_->log_out();
    (void)link_->write(client_->take_output());
    // Whoever kept this has let go: the link's last word must still find it.
    stopped_ = [self = shared_from_this(), stopped = std::move(stopped)] { stopped(); };
    link_->finish(std::min(grace, goodbye_max));
}

void MailBox::connect() {
    if (over_) return;
    // One mail at a time, also over connections: the next one would bring the same again.
    if (handing_) {
        connect_after_ = true;
        return;
    }
    if (!server_.tokens) return open({});
    server_.tokens->ask(thread_, [weak = weak_from_this()](const tokens::Token& token) {
        const auto self = weak.lock();
        if (!self || self->over_) return;
        if (!token.secret.empty()) return self->open(token);
        const adapters::SendOutcome& why = token.refusal;
        if (why.result != adapters::SendResult::credential)
            return self->trouble(self->shown(why.detail));
        self->on_failure({ImapProblem::refused, why.detail});
    });
}

void MailBox::open(const tokens::Token& token) {
    const adapters::email::ImapAccount& account = *server_.account;
    adapters::email::ImapOptions options = account.imap;
    if (!token.secret.empty()) options.login.secret = token.secret;
    token_ = token.secret;
    client_.emplace(std::move(options), memory_);
    ++openings_;
    command_since_.reset();
    net::LinkOptions link;
    link.host = account.host;
    link.port = std::to_string(account.port);
    link.tls = account.imap.tls == SmtpTls::implicit;
    link.trust = server_.trust;
    link.connect_timeout = connect_timeout;
    net::LinkEvents events;
    const std::weak_ptr<MailBox> weak = weak_from_this();
    events.on_open = [weak] {
        if (const auto self = weak.lock(); self && !self->over_) self->arm();
    };
    events.on_bytes = [weak](std::string_view bytes) {
        const auto self = weak.lock();
        if (!self || self->over_ || !self->client_) return;
        self->memory_.now = self->ground_.clock().steady;
        self->client_->received(bytes);
        self->go_on();
    };
    events.on_secure = [weak] {
        const auto self = weak.lock();
        if (!self || self->over_ || !self->client_) return;
        self->client_->secured();
        self->go_on();
    };
    events.on_closed = [weak](const net::LinkEnd& end) {
        if (const auto self = weak.lock()) self->on_closed(end);
    };
    link_ = net::open_link(thread_, std::move(link), std::move(events));
}

void MailBox::on_closed(const net::LinkEnd& end) {
    if (stopped_) return std::exchange(stopped_, nullptr)();
    if (!over_ && link_) trouble(shown(end.problem));
}

/// Until there is nothing to do but to wait: for the server, for the intake, or for the time.
void MailBox::go_on() {
    if (client_->take_wish() == ImapWish::start_tls && !link_->start_tls())
        return trouble("TLS cannot be begun");
    if (client_->failure()) {
        const ImapFailure failure = *client_->failure();
        return on_failure(failure);
    }
    if (client_->selected()) well();
    if (auto problem = client_->take_mark_problem())
        note("the server does not mark a mail that was taken: " + shown(*problem));
    if (auto mail = client_->take_mail()) hand_over(std::move(*mail));
    // The intake may have answered within the call.
    if (!client_ || client_->failure()) return;
    std::string output = client_->take_output();
    if (!output.empty() && !link_->write(std::move(output)))
        return trouble("too much waits to be sent");
    arm();
}

void MailBox::arm() {
    if (client_->holds_mail() || client_->resting()) command_since_.reset();
    if (client_->holds_mail()) {
        // The server has time; on_taken() goes on.
        if (handing_ && cancel_timer_) std::exchange(cancel_timer_, nullptr)();
        return;
    }
    if (client_->resting()) {
        // A server that says that it is still there does not make the rest longer.
        if (rest_armed_) return;
        failures_ = 0;
        const std::chrono::milliseconds idle = server_.account->idle;
        const bool soon = !client_->idling() || client_->passed_over();
        wait(soon ? std::min(idle, poll_every) : idle, [](MailBox& self) { self.rested(); });
        rest_armed_ = true;
        return;
    }
    // A server that says something now and then does not make a command longer than it may be.
    const std::chrono::microseconds now = ground_.clock().steady;
    const bool another = std::exchange(command_, client_->commands()) != client_->commands();
    if (another || !command_since_) command_since_ = now;
    const auto late = [](MailBox& self) { self.trouble("no answer in time"); };
    const auto left = *command_since_ + client_->allowance() - now;
    // Not by a timer, which what comes next would put off.
    if (left <= std::chrono::microseconds{0}) return late(*this);
    const auto most = std::chrono::ceil<std::chrono::milliseconds>(left);
    wait(std::min<std::chrono::milliseconds>(client_->patience(), most), late);
}

/// An IDLE is begun anew before the server takes us for gone, and a NAT forgets us.
void MailBox::rested() {
    rest_armed_ = false;
    const bool all = client_->idling() || client_->passed_over() || ++rests_ >= rests_max;
    if (all) rests_ = 0;
    client_->look(all);
    go_on();
}

void MailBox::hand_over(ImapMail mail) {
    handing_ = true;
    ingress::Arrival arrival;
    arrival.account = name_;
    arrival.method = "IMAP";
    arrival.target = adapters::email::imap_target(*server_.account, mail);
    arrival.raw = std::make_shared<const std::string>(std::move(mail.bytes));
    arrival.undecodable = std::move(mail.problem);
    ground_.intake.take(std::move(arrival), thread_,
                        [self = shared_from_this(), opening = openings_, validity = mail.validity,
                         uid = mail.uid](const ingress::TakeResult& result) {
                            self->handing_ = false;
                            self->on_taken(opening, validity, uid, result);
                        });
}

void MailBox::on_taken(std::uint64_t of_opening, std::uint32_t validity, std::uint32_t uid,
                       const ingress::TakeResult& result) {
    const bool durable = result.taken == ingress::Taken::durable;
    ImapSettled how = result.set_aside.empty() ? ImapSettled::taken : ImapSettled::set_aside;
    if (!durable) how = ImapSettled::later;
    if (over_) return;
    if (durable) failures_ = 0;
    if (!client_ || client_->failure() || of_opening != openings_) {
        // The connection went meanwhile: the next one marks it.
        memory_.keep(validity, uid, how);
        if (std::exchange(connect_after_, false)) connect();
        return;
    }
    client_->settle(how);
    if (durable) {
        // Not within the intake's call, which may be within ours.
        thread_.post([weak = weak_from_this()] {
            const auto self = weak.lock();
            if (self && !self->over_ && self->client_) self->go_on();
        });
        return;
    }
    // No room, or the account goes with a reload.
    wait(std::max<std::chrono::milliseconds>(result.retry_after, ask_again_min), [](MailBox& self) {
        self.client_->look(false);
        self.go_on();
    });
}

/// The client goes with its link, and what was waited for with both: what it was doing is in
/// `memory_`.
void MailBox::hang_up() {
    if (cancel_timer_) std::exchange(cancel_timer_, nullptr)();
    rest_armed_ = false;
    client_.reset();
    link_.reset();
}

void MailBox::wait(std::chrono::milliseconds time, std::function<void(MailBox&)> then) {
    if (cancel_timer_) std::exchange(cancel_timer_, nullptr)();
    rest_armed_ = false;
    if (over_) return;
    cancel_timer_ = thread_.after(time, [weak = weak_from_this(), then = std::move(then)] {
        const auto self = weak.lock();
        if (self && !self->over_) then(*self);
    });
}

/// A server's words, fit to be shown: it may repeat what it was told.
std::string MailBox::shown(std::string_view words) const {
    return adapters::shared::detail_of(words, server_.account->credentials);
}

}  // namespace postern::imap
