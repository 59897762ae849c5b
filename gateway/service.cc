// libsystemd's notify, watchdog and socket activation.
#include "gateway/service.h"

#include <cstdlib>

#include <systemd/sd-daemon.h>

namespace postern {

void Service::tell(std::string_view state) const {
    (void)sd_notify(0, std::string(state).c_str());
}

std::chrono::microseconds Service::watchdog_interval() const {
    std::uint64_t us = 0;
    return sd_watchdog_enabled(0, &us) > 0 ? std::chrono::microseconds(us)
                                           : std::chrono::microseconds{};
}

int Service::inherited_socket(std::string_view name) const {
    char** names = nullptr;
    const int count = sd_listen_fds_with_names(0, &names);
    int found = -1;
    for (int i = 0; i < count; ++i) {
        if (name == names[i]) found = SD_LISTEN_FDS_START + i;
        std::free(names[i]);
    }
    std::free(names);
    return found;
}

}  // namespace postern
