// The list of listeners, one line each.
#include "gateway/sim/listeners.h"

#include <array>

#include "gateway/sim/smpp_centre.h"
#include "gateway/sim/smtp_listener.h"

namespace postern::sim {
namespace {

constexpr std::array kinds = {
    ListenerKind{"smpp", false, &SmppCentre::start},
    ListenerKind{"smtp", false, &start_smtp},
    ListenerKind{"smtps", true, &start_smtps},
};

}  // namespace

std::span<const ListenerKind> listener_kinds() {
    return kinds;
}

bool start_listeners(Engine& engine, const std::string& host,
                     const std::map<std::string, std::string, std::less<>>& wanted,
                     SideListeners& listeners, std::string& problem) {
    for (const ListenerKind& kind : listener_kinds()) {
        if (kind.certified && engine.certificate.certificate.empty()) continue;
        const auto given = wanted.find(kind.channel);
        const std::string listen = given != wanted.end() ? given->second : host + ":0";
        auto listener = kind.start(engine, listen, problem);
        if (!listener) return false;
        listeners.emplace(kind.channel, std::move(listener));
    }
    return true;
}

}  // namespace postern::sim
