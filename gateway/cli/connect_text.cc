// Lines from answers; what comes from a provider is made printable.
#include "gateway/cli/connect_text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "gateway/cli/verdict_text.h"

namespace postern::cli {
namespace {

constexpr std::size_t step_width = 14;

/// What a connect mends, as adapters name it.
constexpr std::array<std::string_view, 7> mendable = {
    "retries", "webhook", "subscription", "set_webhook", "subscribe", "events", "updates"};

}  // namespace

std::string_view tick_of(std::string_view result) {
    if (result == "ok") return "✓";
    if (result == "warn") return "!";
    return result == "fail" ? "✗" : "·";
}

std::string step_text(std::string_view result, std::string_view step, std::string_view found,
                      std::string_view advice) {
    std::string name(step);
    std::replace(name.begin(), name.end(), '_', ' ');
    std::string out = fmt::format("  {} {:<{}} {}\n", tick_of(result), name, step_width,
                                  one_line(std::string(found)));
    if (!advice.empty())
        out += fmt::format("    {:<{}} → {}\n", "", step_width, one_line(std::string(advice)));
    return out;
}

std::string checks_text(Element answer) {
    std::string out;
    for_each_at(answer, "/checks", [&out](Element check) {
        out += step_text(text_at(check, "/result"), text_at(check, "/check"),
                         text_at(check, "/found"), text_at(check, "/advice"));
    });
    return out;
}

std::string console_text(Element answer) {
    std::string out;
    std::string place;
    for_each_at(answer, "/console", [&](Element field) {
        const std::string where = text_at(field, "/where");
        if (where != place) out += fmt::format("  In {}:\n", one_line(where));
        place = where;
        out += fmt::format("      {}: {}\n", one_line(text_at(field, "/field")),
                           one_line(text_at(field, "/value")));
    });
    return out;
}

std::string lack_of(Element answer) {
    std::string worst;
    bool failed = false;
    for_each_at(answer, "/checks", [&](Element check) {
        const std::string result = text_at(check, "/result");
        const bool fails = result == "fail";
        if (failed || (!fails && (result != "warn" || !worst.empty()))) return;
        failed = fails;
        worst = one_line(text_at(check, "/found"));
    });
    return worst;
}

bool wants_connecting(Element answer) {
    bool wants = false;
    for_each_at(answer, "/checks", [&wants](Element check) {
        const std::string result = text_at(check, "/result");
        const std::string name = text_at(check, "/check");
        const bool off = result == "fail" || result == "warn";
        wants =
            wants || (off && std::find(mendable.begin(), mendable.end(), name) != mendable.end());
    });
    return wants;
}

}  // namespace postern::cli
