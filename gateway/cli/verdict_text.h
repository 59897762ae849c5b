// Verdicts and the story of a message in words for people: the rule that decided, its detail, until
// when, and what would help. Pure; answers of the API in, lines out.
#pragma once

#include <string>

#include "gateway/cli/document.h"

namespace postern::cli {

/// "every rule lets it pass", or "quiet_hours makes it wait until …: detail What would help: cure".
/// The rule that decided is the first that refuses or, of several waits, the longest.
[[nodiscard]] std::string verdict_text(Element verdict);

/// The answer of GET /v1/messages/{id}/why: who, then a line a step, then what the rules say now.
[[nodiscard]] std::string story_text(Element story);

/// For a terminal: control bytes as spaces.
[[nodiscard]] std::string one_line(std::string text);

}  // namespace postern::cli
