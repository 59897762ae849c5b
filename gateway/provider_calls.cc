#include "gateway/provider_calls.h"

#include "gateway/webchat/signs.h"

namespace postern {

namespace {

using Done = std::function<void(const api::ProviderCalls::Answer&)>;

/// For who waits for an answer as the API knows it.
std::function<void(egress::CallAnswer)> told(Done done) {
    return [done = std::move(done)](egress::CallAnswer got) {
        api::ProviderCalls::Answer answer;
        answer.status = got.status;
        answer.headers = std::move(got.headers);
        answer.body = std::move(got.body);
        answer.problem = std::move(got.problem);
        done(answer);
    };
}

}  // namespace

void EgressCalls::call(model::AccountNumber account, adapters::ProviderCall call,
                       net::IoThread& thread, std::function<void(const Answer&)> done) {
    if (webchat::show_sign(chats_, account, call)) {
        Answer shown;
        shown.status = 204;
        return thread.post([done = std::move(done), shown] { done(shown); });
    }
    egress_.call(account, std::move(call), thread, told(std::move(done)));
}

void EgressCalls::call_anyway(model::AccountNumber account, adapters::ProviderCall call,
                              net::IoThread& thread, std::function<void(const Answer&)> done) {
    egress_.call(account, std::move(call), thread, told(std::move(done)), true);
}

bool EgressCalls::try_login(model::AccountNumber account, net::IoThread& thread,
                            std::function<void(const Login&)> done) {
    return egress_.try_login(
        account, thread, [done = std::move(done)](const egress::Handed& handed) {
            const adapters::SendOutcome& outcome = handed.outcome;
            done({outcome.result == adapters::SendResult::accepted, outcome.code, outcome.detail});
        });
}

}  // namespace postern
