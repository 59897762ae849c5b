// The list of providers, and the call of a webhook before its answer.
#include "gateway/sim/connections.h"

#include <array>

#include "gateway/sim/receiver.h"

namespace postern::sim {
namespace {

struct Channel {
    std::string_view name;
    ConnectReader* read;
};

constexpr std::array<Channel, 7> channels = {{
    {"telegram", connect_telegram},
    {"whatsapp", connect_whatsapp},
    {"messenger", connect_messenger},
    {"instagram", connect_instagram},
    {"line", connect_line},
    {"viber", connect_viber},
    {"twilio", connect_twilio},
}};

}  // namespace

bool is_public_webhook(std::string_view url) {
    return is_http_url(url) &&
           (url.starts_with("https://") || url.starts_with("http://127.0.0.1:"));
}

Connections::~Connections() {
    engine_.on_thread([this] { client_.reset(); });
}

bool Connections::handle(const net::Request& request, net::Responder& responder) {
    std::string_view path = request.path;
    path.remove_prefix(1);
    const std::string_view name = take_segment(path);
    for (const Channel& channel : channels) {
        if (channel.name != name) continue;
        auto call = channel.read(request, path, engine_.accounts(), state_);
        if (!call) return false;
        if (call->webhook) {
            call_webhook(std::move(*call), std::move(responder));
        } else {
            responder.send(std::move(call->answer));
        }
        return true;
    }
    return false;
}

void Connections::call_webhook(ConnectCall call, net::Responder responder) {
    if (!client_) client_ = net::make_client(engine_.thread());
    auto waiting = std::make_shared<net::Responder>(std::move(responder));
    client_->send(std::move(*call.webhook),
                  [waiting, then = std::move(call.then)](const net::ClientResponse& got) {
                      waiting->send(then(got.error ? 0 : got.status, got.body));
                  });
}

}  // namespace postern::sim
