#include "gateway/provider_calls.h"

namespace postern {

void EgressCalls::call(model::AccountNumber account, adapters::ProviderCall call,
                       net::IoThread& thread, std::function<void(const Answer&)> done) {
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
