// The demo's chapters: each does something for real, then checks through the public API that what
// was promised happened. A chapter answers false when going on makes no sense.
#pragma once

#include <string>

#include "gateway/cli/demo_report.h"
#include "gateway/cli/demo_stage.h"

namespace postern::cli {

class DemoScript final {
  public:
    /// Both outlive the script. `daemon` is the program to start.
    DemoScript(DemoStage& stage, DemoReport& report, std::string daemon)
        : stage_(stage), report_(report), daemon_(std::move(daemon)) {}

    /// All chapters in order; true if every fact was true.
    [[nodiscard]] bool play();

  private:
    [[nodiscard]] bool start();
    [[nodiscard]] bool message_of_each_channel();
    [[nodiscard]] bool contact_and_timeline();
    [[nodiscard]] bool duplicate();
    [[nodiscard]] bool forgery();
    [[nodiscard]] bool crash();
    void addresses();

    DemoStage& stage_;
    DemoReport& report_;
    std::string daemon_;
    std::string contact_;  // of the first message
    std::string message_;  // that went out
};

}  // namespace postern::cli
