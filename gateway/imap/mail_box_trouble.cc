// What goes wrong with a mailbox, and that it is well again: who is told, and when it is tried
// next. On the mailbox's thread.
#include <utility>

#include "gateway/imap/mail_box.h"
#include "gateway/lines/account_news.h"
#include "gateway/lines/backoff.h"
#include "gateway/metrics/log.h"

namespace postern::imap {
namespace {

using namespace std::chrono_literals;
using adapters::email::ImapFailure;
using adapters::email::ImapProblem;

constexpr std::chrono::milliseconds backoff_min = 1s;
constexpr std::chrono::milliseconds backoff_max = 60s;
/// What wants a person: a password tried again and again locks the account at the server.
constexpr std::chrono::milliseconds refused_min = 60s;
constexpr std::chrono::milliseconds refused_max = 15min;

bool wants_a_person(ImapProblem problem) {
    return problem == ImapProblem::refused || problem == ImapProblem::no_mailbox ||
           problem == ImapProblem::cannot_mark || problem == ImapProblem::no_mechanism ||
           problem == ImapProblem::no_tls;
}

}  // namespace

/// The mailbox is open. That alone ends no row of failures: a server that is unwell may let in, and
/// give nothing.
void MailBox::well() {
    token_spoiled_ = false;
    if (!std::exchange(up_, true)) health_->receiving.up(ground_.clock().wall);
    if (std::exchange(state_, "ok") == "ok") return;
    stop_account({});
    tell("ok", "the mailbox is open again");
}

void MailBox::on_failure(const ImapFailure& failure) {
    const std::string problem = shown(failure.detail);
    const bool login = failure.problem == ImapProblem::refused;
    if (login && server_.tokens && client_ && !std::exchange(token_spoiled_, true)) {
        // A token may be taken back before its time: once with a fresh one.
        server_.tokens->spoil(token_);
        hang_up();
        return connect();
    }
    const std::string state(to_string(failure.problem));
    if (!wants_a_person(failure.problem)) {
        return trouble(state + ": " + problem);
    }
    if (std::exchange(state_, state) != state) {
        log::error("imap_stopped", {{"account", name_}, {"state", state}, {"problem", problem}});
        stop_account(state + ": " + problem);
        tell(state, problem);
    }
    trouble(state + ": " + problem, true);
}

void MailBox::trouble(const std::string& problem, bool for_a_person) {
    const model::Instant now = ground_.clock().wall;
    if (std::exchange(up_, false)) {
        health_->receiving.down(problem, now);
    } else {
        health_->receiving.failed(problem, now);
    }
    note(problem);
    hang_up();
    const auto time = lines::backoff(failures_++, for_a_person ? refused_min : backoff_min,
                                     for_a_person ? refused_max : backoff_max, ground_.random());
    wait(time, [](MailBox& self) { self.connect(); });
}

void MailBox::note(const std::string& problem) {
    const auto table = ground_.accounts.load();
    if (const ingress::Account* account = table->find(name_))
        account->health->error("IMAP: " + problem, ground_.clock().wall);
    if (failures_ <= 1) log::warn("imap_failed", {{"account", name_}, {"problem", problem}});
}

/// Where the alarms see it.
void MailBox::stop_account(const std::string& reason) {
    const auto table = ground_.accounts.load();
    if (const ingress::Account* account = table->find(name_)) account->health->stop(reason);
}

void MailBox::tell(std::string_view state, const std::string& problem) {
    lines::tell_account_news(ground_, thread_, name_, {"imap", "IMAP", server_.account->mailbox},
                             state, problem);
}

}  // namespace postern::imap
