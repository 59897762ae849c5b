// The channels of this build: one line each. A new channel adds its header and its line.
#include "adapters/registry.h"

#include <algorithm>
#include <array>

#include "adapters/email/email.h"
#include "adapters/email/send.h"
#include "adapters/http/http.h"
#include "adapters/http/send.h"
#include "adapters/instagram/instagram.h"
#include "adapters/instagram/send.h"
#include "adapters/line/line.h"
#include "adapters/line/send.h"
#include "adapters/long_text.h"
#include "adapters/messenger/messenger.h"
#include "adapters/messenger/send.h"
#include "adapters/smpp/send.h"
#include "adapters/smpp/smpp.h"
#include "adapters/telegram/send.h"
#include "adapters/telegram/telegram.h"
#include "adapters/twilio/send.h"
#include "adapters/twilio/twilio.h"
#include "adapters/viber/send.h"
#include "adapters/viber/viber.h"
#include "adapters/vonage/send.h"
#include "adapters/vonage/vonage.h"
#include "adapters/webchat/send.h"
#include "adapters/webchat/webchat.h"
#include "adapters/wechat/send.h"
#include "adapters/wechat/wechat.h"
#include "adapters/whatsapp/send.h"
#include "adapters/whatsapp/whatsapp.h"

namespace postern::adapters {
namespace {

using Make = std::unique_ptr<HttpAdapter> (*)(const AdapterConfig&, std::string&);
using MakeSending = std::unique_ptr<SendingAdapter> (*)(const AdapterConfig&, std::string&);

struct Channel {
    std::string_view name;
    Make make;
    MakeSending make_sending = nullptr;  // null: cannot send yet
};

constexpr std::array registered = {
    Channel{"whatsapp", &whatsapp::make, &whatsapp::make_sending},
    Channel{"messenger", &messenger::make, &messenger::make_sending},
    Channel{"instagram", &instagram::make, &instagram::make_sending},
    Channel{"telegram", &telegram::make, &telegram::make_sending},
    Channel{"line", &line::make, &line::make_sending},
    Channel{"viber", &viber::make, &viber::make_sending},
    Channel{"wechat", &wechat::make, &wechat::make_sending},
    Channel{"twilio", &twilio::make, &twilio::make_sending},
    Channel{"vonage", &vonage::make, &vonage::make_sending},
    Channel{"smpp", &smpp::make, &smpp::make_sending},
    Channel{"email", &email::make, &email::make_sending},
    Channel{"webchat", &webchat::make, &webchat::make_sending},
    Channel{"http", &http::make, &http::make_sending},
};

constexpr auto names = [] {
    std::array<std::string_view, registered.size()> all{};
    std::transform(registered.begin(), registered.end(), all.begin(),
                   [](const Channel& channel) { return channel.name; });
    return all;
}();

const Channel* find(const AdapterConfig& config, std::string& problem) {
    for (const Channel& channel : registered) {
        if (channel.name == config.channel) return &channel;
    }
    problem = "channel \"" + config.channel + "\" is none of this build's:";
    for (const std::string_view name : names) problem.append(" ").append(name);
    return nullptr;
}

}  // namespace

std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem) {
    const Channel* const channel = find(config, problem);
    return channel == nullptr ? nullptr : channel->make(config, problem);
}

std::unique_ptr<SendingAdapter> make_sending_adapter(const AdapterConfig& config,
                                                     std::string& problem) {
    const Channel* const channel = find(config, problem);
    if (channel == nullptr || channel->make_sending == nullptr) return nullptr;
    return with_long_text(channel->make_sending(config, problem), config);
}

std::span<const std::string_view> channels() {
    return names;
}

}  // namespace postern::adapters
