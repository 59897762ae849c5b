#include "gateway/alarms/mail_way.h"

#include <utility>

#include "gateway/alarms/mail_words.h"

namespace postern::alarms {
namespace {

/// The adapter writes by it that a machine says this (adapters/email/send.h).
constexpr std::string_view category = "alarm";
constexpr std::chrono::hours worth_telling{24};

/// Without the server's words: they name addresses. An address that is refused for good is tried on
/// like the others: a person may mend that within the day.
std::string problem_of(const adapters::SendOutcome& outcome) {
    if (outcome.result == adapters::SendResult::accepted) return {};
    std::string problem = outcome.code.empty() ? "refused" : outcome.code;
    if (!outcome.provider_code.empty()) problem += " " + outcome.provider_code;
    return problem;
}

}  // namespace

void MailWay::tell(const std::vector<Telling>& what, std::function<void(std::string)> done) {
    egress::Parcel parcel;
    parcel.to = target_.to;
    parcel.content.text = mail_text(what, host_);
    parcel.content.subject = mail_subject(what, host_);
    parcel.echo = what.front().id;
    parcel.now = now_();
    parcel.expires = parcel.now + worth_telling;
    parcel.category = category;
    target_.courier->send(
        std::move(parcel), thread_,
        [weak = weak_from_this(), done = std::move(done)](const egress::Handed& handed) {
            if (weak.lock()) done(problem_of(handed.outcome));
        });
}

}  // namespace postern::alarms
