// Tells somebody by mail, through the relay of an e-mail account but beside its queue: no rule, no
// quiet hours and no pause of that account hold an alarm, and it needs no disk. What began within a
// minute goes as one mail. Thread: the hook's.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/alarms/way.h"
#include "gateway/egress/courier.h"
#include "gateway/net/io_thread.h"

namespace postern::alarms {

struct MailTarget {
    std::shared_ptr<egress::Courier> courier;  // stopped by whoever made it, after this
    std::string to;
};

class MailWay final : public Way, public std::enable_shared_from_this<MailWay> {
  public:
    /// Of a mail: enough for an hour (Board::notices_per_hour_max).
    static constexpr std::size_t notices_max = 60;

    MailWay(MailTarget target, net::IoThread& thread, std::string host,
            std::function<model::Instant()> now)
        : target_(std::move(target)),
          thread_(thread),
          host_(std::move(host)),
          now_(std::move(now)) {}

    [[nodiscard]] std::size_t at_once_max() const override { return notices_max; }
    [[nodiscard]] std::chrono::milliseconds rest() const override {
        return std::chrono::minutes(1);
    }
    void tell(const std::vector<Telling>& what, std::function<void(std::string)> done) override;

  private:
    const MailTarget target_;
    net::IoThread& thread_;
    const std::string host_;
    const std::function<model::Instant()> now_;
};

}  // namespace postern::alarms
