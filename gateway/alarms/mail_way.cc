#include "gateway/alarms/mail_way.h"

#include <algorithm>
#include <utility>

#include "gateway/alarms/mail_words.h"
#include "gateway/metrics/log.h"

namespace postern::alarms {
namespace {

/// The adapter writes by it that a machine says this (adapters/email/send.h).
constexpr std::string_view category = "alarm";
constexpr std::chrono::hours worth_telling{24};

}  // namespace

void MailWay::tell(const std::vector<Telling>& what, std::function<void(std::string)> done) {
    done_ = std::move(done);
    problem_.clear();
    if (what.front().id != first_ || what.size() != count_) begin(what);
    egress::Parcel parcel;
    parcel.content.text = mail_text(what, host_);
    parcel.content.subject = mail_subject(what, host_);
    parcel.echo = first_;
    parcel.now = now_();
    parcel.expires = parcel.now + worth_telling;
    parcel.category = category;
    open_ = left_.size();
    for (const std::string& address : std::vector(left_)) {
        parcel.to = address;
        target_.courier->send(parcel, thread_,
                              [weak = weak_from_this(), address](const egress::Handed& handed) {
                                  if (const auto self = weak.lock())
                                      self->answered(address, handed);
                              });
    }
}

void MailWay::begin(const std::vector<Telling>& what) {
    first_ = what.front().id;
    count_ = what.size();
    left_ = target_.to;
    taken_ = 0;
}

void MailWay::answered(const std::string& address, const egress::Handed& handed) {
    const adapters::SendOutcome& outcome = handed.outcome;
    if (outcome.result == adapters::SendResult::accepted) {
        std::erase(left_, address);
        ++taken_;
    } else if (problem_.empty()) {
        // Without the server's words: they name addresses.
        problem_ = outcome.code;
        if (!outcome.provider_code.empty()) problem_ += " " + outcome.provider_code;
    }
    if (outcome.result == adapters::SendResult::permanent) {
        log::warn("alarm_address_refused", {{"code", outcome.code}});
        // Kept where nobody takes it: a person may mend that within the day.
        if (left_.size() > 1 || taken_ > 0) std::erase(left_, address);
    }
    if (--open_ > 0) return;
    if (left_.empty() && taken_ > 0) problem_.clear();
    std::exchange(done_, nullptr)(std::exchange(problem_, {}));
}

}  // namespace postern::alarms
