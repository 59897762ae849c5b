// Arming, and what happens at the place that is armed.
#include "storage/failpoint.h"

#include <signal.h>
#include <unistd.h>

#include <charconv>

namespace postern::storage {
namespace {

enum class Action : std::uint8_t { kill, stall, eio };

/// Written before any thread starts, read at the armed place alone.
Action armed_action = Action::kill;
std::atomic<std::uint64_t> passes_left{0};

bool read_action(std::string_view word, Action& action) {
    if (word == "kill") action = Action::kill;
    if (word == "stall") action = Action::stall;
    if (word == "eio") action = Action::eio;
    return word == "kill" || word == "stall" || word == "eio";
}

std::string_view take_word(std::string_view& text) {
    const std::size_t at = text.find(':');
    const std::string_view word = text.substr(0, at);
    text.remove_prefix(at == text.npos ? text.size() : at + 1);
    return word;
}

/// By write(2) alone: the process may end in the next moment.
void say(std::string_view name) {
    char line[80] = "failpoint: ";
    std::size_t size = 11;
    for (const char c : name) {
        if (size < sizeof line - 1) line[size++] = c;
    }
    line[size++] = '\n';
    const ssize_t written = ::write(STDERR_FILENO, line, size);
    (void)written;
}

}  // namespace

std::atomic<std::uint32_t> armed_failpoint{no_failpoint};

bool reach_failpoint() {
    // Of several threads one is the n-th; those after it pass, as if the place were off.
    if (passes_left.fetch_sub(1) != 1) return false;
    say(failpoints[armed_failpoint.load()].name);
    if (armed_action == Action::eio) return true;
    if (armed_action == Action::kill) ::kill(::getpid(), SIGKILL);
    for (;;) ::pause();
}

bool arm_failpoint(std::string_view text, std::string& problem) {
    if (text.empty()) return true;
    const std::string whole(text);
    const std::string_view name = take_word(text);
    const std::string_view action = take_word(text);
    std::uint32_t number = 0;
    while (number < failpoints.size() && failpoints[number].name != name) ++number;
    if (number == failpoints.size()) {
        problem = whole + ": there is no failpoint of this name";
        return false;
    }
    if (!read_action(action, armed_action) ||
        (armed_action == Action::eio && !failpoints[number].file_operation)) {
        problem = whole + ": kill and stall work everywhere, eio at a file operation";
        return false;
    }
    std::uint64_t nth = 1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), nth);
    const bool all = error == std::errc{} && end == text.data() + text.size() && nth > 0;
    if (!text.empty() && !all) {
        problem = whole + ": the pass is a number from 1";
        return false;
    }
    passes_left.store(nth);
    armed_failpoint.store(number);
    return true;
}

}  // namespace postern::storage
