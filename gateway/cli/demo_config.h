// The configuration that the demo starts the daemon with: four accounts whose inline secrets are
// those that the simulator signs with.
#pragma once

#include <string>

namespace postern::cli {

struct DemoAddresses {
    std::string webhooks = "127.0.0.1:0";
    std::string api = "127.0.0.1:0";
    std::string metrics = "127.0.0.1:0";
};

/// TOML. `simulator` is the address that accounts would send to: nothing leaves the machine.
[[nodiscard]] std::string demo_config(const DemoAddresses& addresses, const std::string& storage,
                                      const std::string& simulator);

}  // namespace postern::cli
