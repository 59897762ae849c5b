// A daemon with everything around it: providers that write and that take messages, applications
// that send, one that is delivered to, and people's odd jobs. It is killed and started again; what
// was promised on the way is known here. Test's thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/crash/daemon_history.h"
#include "tests/crash/daemon_load.h"
#include "tests/crash/daemon_rig.h"
#include "tests/crash/hook.h"
#include "tests/crash/odd_jobs.h"
#include "tests/crash/send_load.h"
#include "tests/crash/simulator.h"

namespace postern::crash {

/// POSTERN_FAILPOINT's setting, for the environment.
[[nodiscard]] std::string armed(const std::string& name, const std::string& action, unsigned nth);

/// Everything around one daemon.
class Town final {
  public:
    explicit Town(unsigned seed);

    DaemonRig rig;
    std::unique_ptr<Simulator> simulator;
    std::unique_ptr<DaemonLoad> load;
    std::unique_ptr<SendLoad> sends;
    std::unique_ptr<OddJobs> jobs;
    InboundWatch watch;

    void first_start();
    /// Starts with `environment`, aims everything at it; false if no ready line came.
    [[nodiscard]] bool start(const std::vector<std::string>& environment);
    /// Lives until the place is reached. True if it was.
    [[nodiscard]] bool reach(const std::string& name, const std::string& action, unsigned nth);
    /// Starts as always; what was acknowledged is there.
    void recover();
    /// No new messages out: an attempt that a kill cut waits a minute for evidence, and may do so
    /// while the other places are reached.
    void end_sending();
    /// All ends, and everything is as it must be.
    void settle_all();

  private:
    bool sending_ = true;
    Hook hook_;
};

}  // namespace postern::crash
