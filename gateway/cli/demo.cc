// `postern demo`: the gateway and its providers on loopback, with facts checked instead of claimed.
#include <csignal>
#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "gateway/cli/commands.h"
#include "gateway/cli/demo_script.h"

namespace postern::cli {
namespace {

struct Wanted {
    bool once = false;
    std::string daemon;
};

int demo(const Wanted& wanted, const Context& context) {
    const std::string daemon =
        wanted.daemon.empty() ? program_beside_us("posternd") : wanted.daemon;
    if (daemon.empty()) {
        fmt::print(stderr,
                   "postern demo: there is no posternd beside this program; use --daemon\n");
        return exit_failed;
    }
    // Blocked before any thread starts, so that only sigwait below sees them. Until then a Ctrl-C
    // waits for the chapters to end, which takes seconds.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::string problem;
    const auto stage = DemoStage::make(problem);
    if (!stage) {
        fmt::print(stderr, "postern demo: {}\n", problem);
        return exit_failed;
    }
    DemoReport report(context.json);
    if (!DemoScript(*stage, report, daemon).play()) {
        stage->keep_folder();
        fmt::print(stderr, "\nThe demo failed. The daemon's last words, from {}/posternd.log:\n{}",
                   stage->folder(), stage->log_tail());
        return exit_failed;
    }
    if (!wanted.once) {
        report.note("Ctrl-C ends it.");
        int signal = 0;
        sigwait(&signals, &signal);
    }
    report.chapter("The gateway ends");
    const int code = stage->stop_daemon();
    return report.fact(code == 0, fmt::format("posternd drained and exited with {}", code))
               ? 0
               : exit_failed;
}

}  // namespace

void add_demo(CLI::App& app, Context& context) {
    auto wanted = std::make_shared<Wanted>();
    CLI::App* command =
        app.add_subcommand("demo", "Gateway and simulated providers on loopback, facts checked");
    command->add_flag("--once", wanted->once, "End after the chapters, with exit code 0 or 1");
    command->add_option("--daemon", wanted->daemon, "posternd to start; else the one beside us")
        ->type_name("FILE");
    command->footer("Examples:\n  postern demo\n  postern demo --once --json");
    command->callback([&context, wanted] { context.exit_code = demo(*wanted, context); });
}

}  // namespace postern::cli
