#include "gateway/couriers.h"

#include <array>

#include "gateway/imap/receiver.h"
#include "gateway/polling/telegram_poll.h"
#include "gateway/smpp/courier.h"
#include "gateway/smtp/courier.h"
#include "gateway/webchat/courier.h"

namespace postern {
namespace {

struct Driver {
    std::string_view channel;
    lines::MakeCourier courier;    // null: it is sent to by HTTP
    lines::MakeReceiver receiver;  // null: it comes in by webhooks, or with the courier
};

constexpr std::array drivers = {
    Driver{"telegram", nullptr, &polling::make_telegram_poll},
    Driver{"smpp", &smpp::make_courier, nullptr},
    Driver{"email", &smtp::make_smtp_courier, &imap::make_imap_receiver},
    Driver{"webchat", &webchat::make_courier, nullptr},
};

}  // namespace

std::optional<lines::Line> make_line(const lines::Ground& ground, const lines::Settings& settings,
                                     std::string& problem) {
    for (const Driver& driver : drivers) {
        if (driver.channel != settings.config.channel) continue;
        lines::Line line;
        if (driver.courier != nullptr) line.courier = driver.courier(ground, settings, problem);
        if (problem.empty() && driver.receiver != nullptr)
            line.receiver = driver.receiver(ground, settings, problem);
        // One half that was made already ends here, never begun.
        if (!problem.empty() && line.courier) line.courier->stop({}, [] {});
        if (!problem.empty() || (!line.courier && !line.receiver)) return std::nullopt;
        return line;
    }
    return std::nullopt;
}

}  // namespace postern
