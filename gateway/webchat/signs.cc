#include "gateway/webchat/signs.h"

#include "adapters/webchat/arrival.h"
#include "adapters/webchat/send.h"
#include "gateway/webchat/frames.h"

namespace postern::webchat {

bool show_sign(Hub& hub, model::AccountNumber account, const adapters::ProviderCall& call) {
    if (call.url == adapters::webchat::typing_call) {
        hub.push(account, call.body, {.frame = frames::typing()});
        return true;
    }
    if (call.url != adapters::webchat::read_call) return false;
    const std::string_view id = call.body;
    const std::string_view name = adapters::webchat::client_name(id);
    hub.push(account, id.substr(0, id.size() - name.size() - 1), {.frame = frames::read(name)});
    return true;
}

}  // namespace postern::webchat
