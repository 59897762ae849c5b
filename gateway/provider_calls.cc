#include "gateway/provider_calls.h"

#include "gateway/webchat/signs.h"

namespace postern {

void EgressCalls::call(model::AccountNumber account, adapters::ProviderCall call,
                       net::IoThread& thread, std::function<void(const Answer&)> done) {
    if (webchat::show_sign(chats_, account, call)) {
        Answer shown;
        shown.status = 204;
        return thread.post([done = std::move(done), shown] { done(shown); });
    }
    egress_.call(account, std::move(call), thread,
                 [done = std::move(done)](egress::CallAnswer got) {
                     Answer answer;
                     answer.status = got.status;
                     answer.headers = std::move(got.headers);
                     answer.body = std::move(got.body);
                     answer.problem = std::move(got.problem);
                     done(answer);
                 });
}

}  // namespace postern
