// Everybody who is told of alarms by mail, each by a hook of their own: an address that the relay
// puts off holds up nobody else's alarms.
//
// Life: as the hooks'. configure() and stop(): main thread; the rest: any.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/alarms/hook.h"
#include "gateway/alarms/mail_way.h"

namespace postern::alarms {

class Mailing final {
  public:
    static constexpr std::size_t addresses_max = 10;

    /// The hooks are on `thread`.
    Mailing(net::IoThread& thread, std::function<model::Instant()> now);

    /// Who stays keeps what waits for them; what waits for who leaves goes to who comes instead, if
    /// anybody does. A null courier: nobody is told. `host` names the machine.
    void configure(const std::shared_ptr<egress::Courier>& courier,
                   const std::vector<std::string>& to, const std::string& host);
    void tell(const std::vector<Notice>& notices);
    /// As Hook::stop.
    void stop();

    /// Of all addresses together.
    [[nodiscard]] Hook::Figures figures() const;

  private:
    struct Reader {
        std::unique_ptr<Hook> hook;
        std::string address;  // empty: nobody
    };

    net::IoThread& thread_;
    const std::function<model::Instant()> now_;
    std::array<Reader, addresses_max> readers_;  // the addresses are the main thread's
};

}  // namespace postern::alarms
