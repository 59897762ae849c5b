#include "gateway/webchat/courier.h"

#include "adapters/webchat/shown.h"

namespace postern::webchat {

void ChatCourier::send(egress::Parcel parcel, net::IoThread& thread,
                       std::function<void(egress::Handed)> done) {
    const std::string id = to_string(parcel.message);
    Push push;
    push.frame = show(parcel.content, adapters::webchat::Shown{id, parcel.now});
    push.message = parcel.message.sequence();
    hub_.push(parcel.account, parcel.to, std::move(push));
    egress::Handed handed;
    handed.outcome.result = adapters::SendResult::accepted;
    handed.outcome.external_id = id;
    thread.post([done = std::move(done), handed = std::move(handed)] { done(handed); });
}

void ChatCourier::stop(std::chrono::milliseconds, std::function<void()> stopped) {
    stopped();
}

std::shared_ptr<egress::Courier> make_courier(const lines::Ground& ground, const lines::Settings&,
                                              std::string& problem) {
    if (ground.chats == nullptr) problem = "this gateway serves no web chats";
    return ground.chats == nullptr ? nullptr : std::make_shared<ChatCourier>(*ground.chats);
}

}  // namespace postern::webchat
