// The walk itself. Nothing is changed at a provider without a yes: typed, or --yes.
#include "gateway/cli/connect.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "gateway/cli/account_checks.h"
#include "gateway/cli/connect_steps.h"
#include "gateway/cli/connect_text.h"
#include "gateway/cli/output.h"
#include "gateway/sim/json_text.h"

namespace postern::cli {
namespace {

constexpr int wait_of_people_s = 120;
constexpr int receipt_s = 30;

struct Ask {
    std::string id;
    std::string url;
    std::string test_to;
    bool yes = false;
    int wait_s = -1;  // -1: as long as suits who asks
};

/// What is printed, step by step or, with --json, at the end as one object.
class Report final {
  public:
    Report(Context& context, std::string account)
        : context_(context), account_(std::move(account)) {}

    void say(const std::string& text) const {
        if (!context_.json) fmt::print("{}", text);
        std::fflush(stdout);
    }
    void step(std::string_view name, const StepResult& step) {
        say(step_text(step.result, name, step.found, step.advice));
        if (step.result == "fail") failed_ = true;
        steps_.key(name).begin_object().field("result", step.result).field("found", step.found);
        steps_.field("advice", step.advice).end_object();
    }
    void checked(const std::string& body, bool failed) {
        check_ = body;
        failed_ = failed_ || failed;
    }
    void begin() { steps_.begin_object(); }
    void end() {
        steps_.end_object();
        if (failed_) context_.exit_code = exit_failed;
        if (!context_.json) return;
        sim::JsonText out;
        out.begin_object().field("account", account_).field("result", failed_ ? "fail" : "ok");
        out.field_raw("check", check_).field_raw("steps", steps_.text()).end_object();
        fmt::print("{}\n", out.text());
    }
    /// A dot a second while something is waited for; nobody reads it in a file.
    [[nodiscard]] std::function<void()> ticking() const {
        if (context_.json || isatty(STDERR_FILENO) == 0) return {};
        return [] { fmt::print(stderr, "."); };
    }

  private:
    Context& context_;
    std::string account_;
    std::string check_ = "null";
    sim::JsonText steps_;
    bool failed_ = false;
};

std::string body_of(const Ask& ask) {
    sim::JsonText json;
    json.begin_object();
    if (!ask.url.empty()) json.field("url", ask.url);
    return json.end_object().take();
}

bool someone_types(const Context& context) {
    return !context.json && isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0;
}

bool confirmed(const Ask& ask, const Context& context, Element check) {
    if (ask.yes) return true;
    const std::string url = text_at(check, "/webhook_url");
    if (!someone_types(context)) {
        fmt::print(stderr, "postern: the webhook is left as it is; --yes sets it to {}\n", url);
        return false;
    }
    fmt::print("Let {} send to {}? [y/N] ", text_at(check, "/identity"), url);
    std::fflush(stdout);
    std::string answer;
    return std::getline(std::cin, answer) && (answer == "y" || answer == "Y" || answer == "yes");
}

/// Checks, and connects where that is wanted; false: there is nothing to go on with.
bool settle(Api& api, const Ask& ask, Context& context, Report& report, Document& last) {
    const std::string path = "/v1/accounts/" + percent_encoded(ask.id);
    Answer answer = api.post(path + "/check", body_of(ask));
    if (!accepted(answer, context) || !last.parse(answer.body)) return false;
    report.say(fmt::format("{} ({})\n", ask.id, text_at(last.root(), "/channel")));
    const std::string url = text_at(last.root(), "/webhook_url");
    if (url.starts_with("http")) report.step("public_address", probe_public(url));
    const bool wanted = !url.empty() && (!ask.url.empty() || wants_connecting(last.root()));
    if (wanted && confirmed(ask, context, last.root())) {
        answer = api.post(path + "/connect", body_of(ask));
        if (!accepted(answer, context) || !last.parse(answer.body)) return false;
    }
    report.checked(answer.body, text_at(last.root(), "/result") == "fail");
    report.say(checks_text(last.root()));
    const std::string console = console_text(last.root());
    if (!console.empty()) report.say("What is left to a person:\n" + console);
    if (url.empty() && wants_connecting(last.root()))
        report.say("  Say where providers reach this gateway: --url https://…\n");
    return true;
}

void walk(const Ask& ask, Context& context) {
    Api api(context.api, context.key);
    Report report(context, ask.id);
    InboundMark before;
    std::string ignored;
    const bool known = read_inbound(api, ask.id, before, ignored);
    Document last;
    report.begin();
    if (!settle(api, ask, context, report, last)) return;
    const bool people = someone_types(context);
    const int wait_s = ask.wait_s >= 0 ? ask.wait_s : people ? wait_of_people_s : 0;
    if (known && wait_s > 0) {
        const std::string identity = text_at(last.root(), "/identity");
        report.say(fmt::format("Now write to {} from a phone; waiting {} s (Ctrl-C ends it) …\n",
                               identity.empty() ? "the account" : identity, wait_s));
        report.step("inbound", wait_inbound(api, ask.id, before, std::chrono::seconds(wait_s),
                                            report.ticking()));
    }
    if (!ask.test_to.empty()) {
        std::string id;
        const auto limit = std::chrono::seconds(std::max(wait_s, receipt_s));
        report.step("test", send_test(api, ask.id, ask.test_to, limit, id, report.ticking()));
    }
    report.end();
}

/// All accounts, and what each lacks.
void overview(Context& context) {
    Api api(context.api, context.key);
    std::vector<std::string> ids;
    Answer problem;
    if (!list_accounts(api, ids, problem)) {
        (void)accepted(problem, context);
        return;
    }
    std::vector<std::vector<std::string>> rows = {{"ACCOUNT", "CHANNEL", "RESULT", "LACKS"}};
    std::string all;
    for (const AccountCheck& check : check_accounts(context, ids)) {
        Document document;
        if (!check.answer.ok() || !document.parse(check.answer.body)) {
            context.exit_code = exit_failed;
            rows.push_back({check.account, "", "fail", check.answer.problem});
            continue;
        }
        const std::string result = text_at(document.root(), "/result");
        if (result == "fail") context.exit_code = exit_failed;
        const std::string lack = lack_of(document.root());
        rows.push_back({check.account, text_at(document.root(), "/channel"), result,
                        lack.empty() ? "nothing" : lack});
        all += (all.empty() ? "" : ",") + check.answer.body;
    }
    if (context.json) {
        fmt::print("{{\"data\":[{}]}}\n", all);
    } else {
        fmt::print("{}", table_text(rows));
    }
}

}  // namespace

void add_connect(CLI::App& accounts, Context& context) {
    auto ask = std::make_shared<Ask>();
    CLI::App* command = accounts.add_subcommand(
        "connect", "Walks through an account: credentials, webhook, first message in, test out");
    command->add_option("ID", ask->id, "Account; without it all of them, and what each lacks");
    command
        ->add_option(
            "--url", ask->url,
            "Where providers reach this gateway: https://… (not as configured: owner only)")
        ->type_name("URL");
    command->add_option("--test-to", ask->test_to, "Send a test there and wait for its receipt")
        ->type_name("ADDRESS");
    command->add_flag("--yes", ask->yes, "Set the webhook without asking");
    command->add_option("--wait", ask->wait_s, "Seconds for something to come in; 0: none")
        ->check(CLI::Range(0, 3600));
    command->footer(
        "Examples:\n  postern accounts connect\n"
        "  postern accounts connect tg-support --url https://gw.example.com\n"
        "  postern accounts connect wa-main --url https://gw.example.com --yes \\\n"
        "    --test-to +573001234567\n\n"
        "The daemon makes the calls with its own credentials. A webhook at a provider is changed\n"
        "only after a yes; to a URL that is not configured only with a key that may do everything "
        "(*).\n"
        "Exit code 1 if a step failed.");
    command->callback([&context, ask] {
        if (ask->id.empty()) return overview(context);
        walk(*ask, context);
    });
}

}  // namespace postern::cli
