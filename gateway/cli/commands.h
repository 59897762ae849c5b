// The commands of `postern`: each adds itself to the parser and runs when it was named. One .cc a
// command or family of commands.
#pragma once

#include <CLI/CLI.hpp>

#include "gateway/cli/context.h"

namespace postern::cli {

void add_status(CLI::App& app, Context& context);
void add_events(CLI::App& app, Context& context);
void add_accounts(CLI::App& app, Context& context);
void add_keys(CLI::App& app, Context& context);
void add_send(CLI::App& app, Context& context);
void add_messages(CLI::App& app, Context& context);
void add_get(CLI::App& app, Context& context);  // get: in messages.cc
void add_why(CLI::App& app, Context& context);  // why: in messages.cc
void add_suppressions(CLI::App& app, Context& context);
void add_templates(CLI::App& app, Context& context);
void add_dead_letters(CLI::App& app, Context& context);
void add_contacts(CLI::App& app, Context& context);
void add_subscriptions(CLI::App& app, Context& context);
void add_trace(CLI::App& app, Context& context);
void add_quarantine(CLI::App& app, Context& context);
void add_audit(CLI::App& app, Context& context);
void add_mode(CLI::App& app, Context& context);
void add_pauses(CLI::App& app, Context& context);  // pause, resume, pauses
void add_backup(CLI::App& app, Context& context);  // backup
void add_restore(CLI::App& app, Context& context);
void add_verify(CLI::App& app, Context& context);
void add_doctor(CLI::App& app, Context& context);
void add_simulate(CLI::App& app, Context& context);
void add_load(CLI::App& app, Context& context);
void add_demo(CLI::App& app, Context& context);
void add_completion(CLI::App& app, Context& context);

/// Builds the whole parser; `context` outlives it.
void build(CLI::App& app, Context& context);

/// Parses, runs, answers the exit code. The only place of the program that catches.
[[nodiscard]] int run(int argc, const char* const* argv);

}  // namespace postern::cli
