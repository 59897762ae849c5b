// The way out to visitors: a message is with them as soon as it stands in the conversation, and
// open windows are shown it at once.
#pragma once

#include "gateway/egress/courier.h"
#include "gateway/lines/line.h"
#include "gateway/webchat/hub.h"

namespace postern::webchat {

/// Life: made for each account; all of them share the hub, which outlives them. Nothing of it runs
/// on: each parcel is answered in the next turn of its thread.
class ChatCourier final : public egress::Courier {
  public:
    explicit ChatCourier(Hub& hub) : hub_(hub) {}

    void send(egress::Parcel parcel, net::IoThread& thread,
              std::function<void(egress::Handed)> done) override;
    /// There is nothing under way.
    void stop(std::chrono::milliseconds grace, std::function<void()> stopped) override;

  private:
    Hub& hub_;
};

/// A line of gateway/couriers.cc. Needs nothing of the settings.
[[nodiscard]] std::shared_ptr<egress::Courier> make_courier(const lines::Ground& ground,
                                                            const lines::Settings& settings,
                                                            std::string& problem);

}  // namespace postern::webchat
