// What systemd and we tell each other: readiness, watchdog, listening sockets. Without systemd all
// of it does nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace postern {

class Service final {
  public:
    /// "READY=1", "STOPPING=1", "WATCHDOG=1", "STATUS=…", "EXTEND_TIMEOUT_USEC=…".
    void tell(std::string_view state) const;
    /// How often the watchdog wants to hear from us; zero: no watchdog.
    [[nodiscard]] std::chrono::microseconds watchdog_interval() const;
    /// The inherited listening socket whose FileDescriptorName is `name`; -1: none.
    [[nodiscard]] int inherited_socket(std::string_view name) const;
};

}  // namespace postern
