// Words of a verdict.
#include "gateway/cli/verdict_text.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "gateway/cli/output.h"

namespace postern::cli {
namespace {

std::optional<Element> decisive(Element verdict) {
    const std::string decision = text_at(verdict, "/decision");
    const std::string until = text_at(verdict, "/until");
    std::optional<Element> found;
    for_each_at(verdict, "/rules", [&](Element rule) {
        if (decision == "send" || text_at(rule, "/outcome") != decision) return;
        if (!found || (decision == "wait" && text_at(*found, "/until") != until &&
                       text_at(rule, "/until") == until))
            found = rule;
    });
    return found;
}

std::string cure_text(Element verdict) {
    const auto rule = decisive(verdict);
    const std::string cure = rule ? text_at(*rule, "/cure") : "";
    return cure.empty() ? "" : fmt::format(" What would help: {}.", cure);
}

}  // namespace

std::string one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
    return text;
}

std::string verdict_text(Element verdict) {
    const auto rule = decisive(verdict);
    if (!rule) return "every rule lets it pass";
    const bool waits = text_at(verdict, "/decision") == "wait";
    std::string words =
        fmt::format("{} {}", text_at(*rule, "/rule"), waits ? "makes it wait" : "refuses it");
    const std::string until = text_at(verdict, "/until");
    if (waits && !until.empty()) words += " until " + until;
    const std::string detail = text_at(*rule, "/detail");
    if (!detail.empty()) words += ": " + detail;
    return one_line(words + cure_text(verdict));
}

std::string story_text(Element story) {
    std::vector<std::vector<std::string>> rows;
    for_each_at(story, "/data", [&rows](Element step) {
        std::string words = text_at(step, "/text");
        Element verdict;
        if (step.at_pointer("/verdict").get(verdict) == simdjson::SUCCESS)
            words += cure_text(verdict);
        if (text_at(step, "/possible_duplicate") == "true")
            words += " The person may have got it twice.";
        rows.push_back({text_at(step, "/at"), text_at(step, "/state"), one_line(words)});
    });
    std::string out =
        fmt::format("{} is {}\n", text_at(story, "/message_id"), text_at(story, "/state"));
    const std::string choice = text_at(story, "/choice/text");
    if (!choice.empty()) out += fmt::format("account: {}\n", one_line(choice));
    out += rows.empty() ? "it came in: no rule was asked\n" : table_text(rows);
    Element now;
    if (story.at_pointer("/now").get(now) == simdjson::SUCCESS && now.is_object())
        out += fmt::format("now: {}\n", verdict_text(now));
    return out;
}

}  // namespace postern::cli
