// `postern load`: sends messages through the API at a rate, follows what becomes of them, and
// compares the outcome with what the simulated providers got.
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <memory>

#include <fmt/format.h>

#include "gateway/cli/api.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/document.h"
#include "gateway/cli/load_run.h"
#include "gateway/sim/json_text.h"

namespace postern::cli {
namespace {

constexpr std::size_t ledger_page = 20'000;

struct Wanted {
    LoadOptions options;
    std::vector<std::string> accounts;
    std::string sim;
    double limit = 0;
    bool greet = false;
    int patience_s = 30;
};

std::string random_run() {
    std::array<unsigned char, 5> bytes{};
    if (RAND_bytes(bytes.data(), bytes.size()) != 1) return "run";
    std::string run;
    for (const unsigned char byte : bytes) run += fmt::format("{:02x}", byte);
    return run;
}

bool read_accounts(const Wanted& wanted, Api& api, LoadOptions& options, Context& context) {
    const Answer answer = api.get("/v1/accounts?limit=200");
    Document document;
    if (!accepted(answer, context) || !document.parse(answer.body)) return false;
    for (const std::string& id : wanted.accounts) {
        LoadAccount account{id, {}, wanted.limit};
        for_each_at(document.root(), "/data", [&account, &wanted](Element element) {
            if (text_at(element, "/id") != account.id) return;
            account.channel = text_at(element, "/channel");
            const double configured =
                std::strtod(text_at(element, "/sending/limits/per_second").c_str(), nullptr);
            if (wanted.limit <= 0) account.per_second = configured;
        });
        if (account.channel.empty()) {
            fmt::print(stderr, "postern load: there is no account '{}'\n", id);
            context.exit_code = exit_failed;
            return false;
        }
        options.accounts.push_back(std::move(account));
    }
    return true;
}

/// Where the stream of events ends now: only what follows is ours.
bool read_cursor(Api& api, LoadOptions& options, Context& context) {
    const Answer answer = api.get("/v1/events?after=latest&limit=1");
    Document document;
    if (!accepted(answer, context) || !document.parse(answer.body)) return false;
    options.cursor = text_at(document.root(), "/next_cursor");
    return true;
}

std::uint64_t ledger_end(Api& sim, Context& context) {
    const Answer answer = sim.get("/_sim/summary");
    Document document;
    if (!accepted(answer, context) || !document.parse(answer.body)) return 0;
    return static_cast<std::uint64_t>(integer_at(document.root(), "/ledger/accepted"));
}

/// Every contact writes once, as people must before a 24-hour window is open.
bool greet(const LoadOptions& options, Api& sim, Context& context) {
    for (const LoadAccount& account : options.accounts) {
        for (std::uint64_t contact = 0; contact < options.contacts; ++contact) {
            std::string from = load_address(account.channel, contact);
            // The simulator's people are digits; it puts the plus where the provider has one.
            if (from.front() == '+') from.erase(0, 1);
            sim::JsonText json;
            json.begin_object().field("account", account.id).field("channel", account.channel);
            json.field("from", from).field("kind", "text").field("text", "hello").end_object();
            const Answer answer = sim.post("/_sim/inbound", json.take());
            Document document;
            if (!accepted(answer, context) || !document.parse(answer.body)) return false;
            if (integer_at(document.root(), "/acknowledged") > 0) continue;
            fmt::print(stderr,
                       "postern load: the gateway takes no webhooks of '{}' from this simulator; "
                       "`postern accounts requests {}` says why\n",
                       account.id, account.id);
            context.exit_code = exit_failed;
            return false;
        }
    }
    return true;
}

bool read_ledger(Api& sim, std::uint64_t after, LoadTally& tally, Context& context) {
    while (true) {
        const Answer answer =
            sim.get(fmt::format("/_sim/ledger?raw=0&limit={}&after={}", ledger_page, after));
        Document document;
        if (!accepted(answer, context) || !document.parse(answer.body)) return false;
        std::size_t lines = 0;
        for_each_at(document.root(), "", [&](Element line) {
            ++lines;
            after = static_cast<std::uint64_t>(integer_at(line, "/seq"));
            tally.arrived(text_at(line, "/text"));
        });
        if (lines < ledger_page) return true;
    }
}

std::vector<LoadLimiter> read_limiters(const LoadOptions& options, Api& sim, std::uint64_t after) {
    std::vector<LoadLimiter> limiters;
    for (const LoadAccount& account : options.accounts) {
        LoadLimiter limiter;
        limiter.account = account.id;
        limiter.configured = account.per_second;
        const Answer answer = sim.get(
            fmt::format("/_sim/rate?account={}&after={}", percent_encoded(account.id), after));
        Document document;
        if (!answer.ok() || !document.parse(answer.body)) continue;
        const Element root = document.root();
        const auto count = static_cast<double>(integer_at(root, "/count"));
        const auto span_us =
            static_cast<double>(integer_at(root, "/last") - integer_at(root, "/first"));
        // n arrivals have n - 1 spans between them.
        limiter.measured = span_us > 0 ? (count - 1) * 1e6 / span_us : count;
        for_each_at(root, "/worst", [&limiter](Element worst) {
            if (integer_at(worst, "/window_ms") != 1000) return;
            limiter.worst_window = static_cast<std::uint64_t>(integer_at(worst, "/count"));
        });
        limiters.push_back(std::move(limiter));
    }
    return limiters;
}

/// Runs it on a thread of its own; `run` must be ended there by `finish`.
void run_to_the_end(net::IoPool& pool, const LoadOptions& options, std::unique_ptr<LoadRun>& run) {
    std::promise<void> over;
    pool.at(0).post([&] {
        run = std::make_unique<LoadRun>(pool.at(0), options, [&over] { over.set_value(); });
        run->start();
    });
    over.get_future().wait();
}

void finish(net::IoPool& pool, std::unique_ptr<LoadRun>& run) {
    std::promise<void> gone;
    pool.at(0).post([&] {
        run.reset();
        gone.set_value();
    });
    gone.get_future().wait();
    pool.stop();
}

/// The run itself and the comparison; the tally is only read once the run is over.
void report(const LoadOptions& options, Api* sim, std::uint64_t ledger_before, Context& context) {
    const auto pool = net::make_io_pool(1);
    std::unique_ptr<LoadRun> run;
    run_to_the_end(*pool, options, run);
    // On its thread, where late events may still be coming in.
    std::promise<LoadTally> taken;
    double duration_s = 0;
    std::string problem;
    pool->at(0).post([&] {
        duration_s = run->duration_s();
        problem = run->problem();
        taken.set_value(run->tally());
    });
    LoadTally tally = taken.get_future().get();
    finish(*pool, run);
    if (!problem.empty()) fmt::print(stderr, "postern load: {}\n", problem);
    std::vector<LoadLimiter> limiters;
    const bool compared = sim != nullptr && read_ledger(*sim, ledger_before, tally, context);
    if (compared) limiters = read_limiters(options, *sim, ledger_before);
    fmt::print("{}\n", tally.report(duration_s, compared, limiters));
    const auto comparison = tally.compare();
    const bool good = problem.empty() && tally.answered() == options.messages &&
                      (!compared || comparison.lost == 0);
    if (!good) context.exit_code = exit_failed;
}

void load(const Wanted& wanted, Context& context) {
    LoadOptions options = wanted.options;
    options.api =
        context.api.find("://") == std::string::npos ? "http://" + context.api : context.api;
    while (!options.api.empty() && options.api.back() == '/') options.api.pop_back();
    options.key = context.key;
    options.run = random_run();
    options.patience = std::chrono::seconds(wanted.patience_s);
    Api api(context.api, context.key);
    if (!read_accounts(wanted, api, options, context)) return;
    std::unique_ptr<Api> sim;
    std::uint64_t ledger_before = 0;
    if (!wanted.sim.empty()) {
        sim = std::make_unique<Api>(wanted.sim, std::string());
        ledger_before = ledger_end(*sim, context);
        if (wanted.greet && !greet(options, *sim, context)) return;
    }
    if (context.exit_code != 0 || !read_cursor(api, options, context)) return;
    report(options, sim.get(), ledger_before, context);
}

}  // namespace

void add_load(CLI::App& app, Context& context) {
    auto wanted = std::make_shared<Wanted>();
    LoadOptions& options = wanted->options;
    CLI::App* command = app.add_subcommand("load", "Send many messages and account for each");
    command->add_option("--accounts", wanted->accounts, "Accounts to send from, in turn")
        ->delimiter(',')
        ->required();
    command->add_option("--contacts", options.contacts, "How many recipients")
        ->check(CLI::Range(1, 10'000'000))
        ->capture_default_str();
    command->add_option("--messages", options.messages, "How many messages")
        ->check(CLI::Range(1, 10'000'000))
        ->capture_default_str();
    command->add_option("--categories", options.categories, "Categories, in turn")
        ->delimiter(',')
        ->check(CLI::IsMember(
            {"reply", "transactional", "authentication", "marketing", "collections"}));
    command->add_option("--rate", options.rate, "Messages a second; without it, all at once");
    command->add_option("--batch", options.batch, "Messages a request; 1: POST /v1/messages")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    command->add_option("--window", options.window, "Requests without an answer at most")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    command->add_option("--sim", wanted->sim,
                        "Address of `postern simulate`: compares with its ledger");
    command->add_flag("--greet", wanted->greet,
                      "Every contact writes first, through the simulator: opens the windows");
    command->add_option("--limit", wanted->limit,
                        "The accounts' configured rate, for the report, where the API has none");
    command->add_option("--patience", wanted->patience_s, "Seconds without news that end the run")
        ->check(CLI::Range(1, 86'400))
        ->capture_default_str();
    command->footer(
        "Examples:\n"
        "  postern load --accounts sms-main --messages 1000 --rate 100 --sim 127.0.0.1:9000\n"
        "  postern load --accounts wa-main,tg-main --contacts 500 --messages 20000 --batch 100 \\\n"
        "      --categories transactional --greet --sim 127.0.0.1:9000 --json\n\n"
        "The report is one JSON object. Exit code 1: something was lost, or never answered.");
    command->callback([&context, wanted] { load(*wanted, context); });
}

}  // namespace postern::cli
