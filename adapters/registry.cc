// The channels of this build: one line each. A new channel adds its header and its line.
#include "adapters/registry.h"

#include <algorithm>
#include <array>

#include "adapters/http/http.h"
#include "adapters/telegram/telegram.h"
#include "adapters/twilio/twilio.h"
#include "adapters/whatsapp/whatsapp.h"

namespace postern::adapters {
namespace {

using Make = std::unique_ptr<HttpAdapter> (*)(const AdapterConfig&, std::string&);

struct Channel {
    std::string_view name;
    Make make;
};

constexpr std::array registered = {
    Channel{"whatsapp", &whatsapp::make},
    Channel{"telegram", &telegram::make},
    Channel{"twilio", &twilio::make},
    Channel{"http", &http::make},
};

constexpr auto names = [] {
    std::array<std::string_view, registered.size()> all{};
    std::transform(registered.begin(), registered.end(), all.begin(),
                   [](const Channel& channel) { return channel.name; });
    return all;
}();

}  // namespace

std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem) {
    for (const Channel& channel : registered) {
        if (channel.name == config.channel) return channel.make(config, problem);
    }
    problem = "channel \"" + config.channel + "\" is none of this build's:";
    for (const std::string_view name : names) problem.append(" ").append(name);
    return nullptr;
}

std::span<const std::string_view> channels() {
    return names;
}

}  // namespace postern::adapters
