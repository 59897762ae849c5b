// `postern mode`: whether messages leave at all.
#include <memory>

#include <fmt/format.h>

#include "gateway/cli/api.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/output.h"

namespace postern::cli {

void add_mode(CLI::App& app, Context& context) {
    auto mode = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand(
        "mode", "Show or set the mode; inactive: only test messages to test recipients leave");
    command->add_option("MODE", *mode, "active or inactive; without it the mode is shown")
        ->check(CLI::IsMember({"active", "inactive"}));
    command->footer("Examples:\n  postern mode\n  postern mode inactive");
    command->callback([&context, mode] {
        Api api(context.api, context.key);
        const Answer answer = mode->empty()
                                  ? api.get("/v1/mode")
                                  : api.post("/v1/mode", fmt::format(R"({{"mode":"{}"}})", *mode));
        if (accepted(answer, context)) print_record(answer.body, context);
    });
}

}  // namespace postern::cli
