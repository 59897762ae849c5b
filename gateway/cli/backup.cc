// `postern backup PATH`: the running daemon makes a consistent copy on its own machine.
#include <filesystem>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include "gateway/cli/api.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/output.h"
#include "gateway/sim/json_text.h"

namespace postern::cli {

void add_backup(CLI::App& app, Context& context) {
    auto path = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand(
        "backup", "Copy everything stored, without stopping; the path is on the daemon's machine");
    command->add_option("PATH", *path, "Folder to make; it must not exist")->required();
    command->footer(
        "Examples:\n  postern backup /var/backups/postern/2027-01-31\n\n"
        "Check it with `postern verify PATH`. Keep the master key apart from it: without the key\n"
        "nothing in it can be read.");
    command->callback([&context, path] {
        Api api(context.api, context.key);
        std::error_code error;
        sim::JsonText json;
        json.begin_object().field("path", std::filesystem::absolute(*path, error).string());
        json.end_object();
        const Answer answer = api.post("/v1/backups", json.take());
        if (accepted(answer, context)) print_record(answer.body, context);
    });
}

}  // namespace postern::cli
