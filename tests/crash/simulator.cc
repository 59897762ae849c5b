// The ledger is read in pages: a long run accepts more than one answer may hold.
#include "tests/crash/simulator.h"

#include <charconv>
#include <chrono>

#include <fmt/format.h>

#include "gateway/cli/document.h"
#include "tests/crash/daemon_rig.h"

namespace postern::crash {
namespace {

constexpr std::chrono::seconds ready_within{30};
constexpr std::size_t page_lines = 20'000;

/// 0 for a text that numbered_text never made. A template's text begins with its name.
std::int64_t number_of(std::string_view text) {
    const std::size_t at = text.find('#');
    const std::size_t end = text.find('.', std::min(at, text.size()));
    std::int64_t number = 0;
    if (end == text.npos) return 0;
    const auto [stop, error] = std::from_chars(text.data() + at + 1, text.data() + end, number);
    return error == std::errc{} && stop == text.data() + end ? number : 0;
}

}  // namespace

std::string numbered_text(std::int64_t number) {
    return fmt::format("#{}.", number);
}

std::unique_ptr<Simulator> Simulator::start(const std::string& channels, unsigned seed,
                                            const std::string& folder, std::string& problem,
                                            const std::string& target) {
    std::vector<std::string> arguments = {built("postern"), "simulate",          "--listen",
                                          "127.0.0.1:0",    "--channels",        channels,
                                          "--seed",         std::to_string(seed)};
    if (!target.empty()) arguments.insert(arguments.end(), {"--target", target});
    auto child = cli::Child::start(arguments, {}, folder + "/simulator.log", problem);
    std::string ready;
    cli::Document document;
    if (child && child->read_line(ready, ready_within) && document.parse(ready)) {
        const std::string url = "http://" + cli::text_at(document.root(), "/listen");
        return std::unique_ptr<Simulator>(new Simulator(std::move(child), url));
    }
    problem += " the simulator is not ready: " + ready;
    return nullptr;
}

std::string Simulator::set_faults(const std::string& json) {
    return api_.post("/_sim/faults", json).problem;
}

std::string Simulator::inbound(const std::string& json) {
    return api_.post("/_sim/inbound", json).problem;
}

Simulator::ReceiptsOpen Simulator::receipts(std::string& problem) {
    const cli::Answer answer = api_.get("/_sim/summary");
    cli::Document document;
    ReceiptsOpen open;
    if (!answer.ok() || !document.parse(answer.body)) {
        problem = "the simulator's summary cannot be read: " + answer.problem;
        return open;
    }
    const auto count = [&](const char* name) {
        return cli::integer_at(document.root(), std::string("/receipts/") + name);
    };
    open.acknowledged = count("acknowledged");
    open.given_up = count("given_up");
    open.waiting = count("posted") - open.acknowledged - open.given_up;
    return open;
}

std::map<std::int64_t, int> Simulator::accepted_sends(std::string& problem) {
    std::map<std::int64_t, int> times;
    std::int64_t after = 0;
    while (true) {
        const cli::Answer answer =
            api_.get(fmt::format("/_sim/ledger?raw=0&after={}&limit={}", after, page_lines));
        cli::Document document;
        if (!answer.ok() || !document.parse(answer.body)) {
            problem = "the ledger cannot be read: " + answer.problem;
            return times;
        }
        const std::int64_t before = after;
        cli::for_each_at(document.root(), "", [&](cli::Element line) {
            after = cli::integer_at(line, "/seq");
            ++times[number_of(cli::text_at(line, "/text"))];
        });
        if (after == before) return times;
    }
}

}  // namespace postern::crash
