// What a mail says of notices: what, since when, what to do. Plain text for whoever is woken by it.
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/alarms/way.h"

namespace postern::alarms {

/// One or two sentences on what to do about it, with the commands.
[[nodiscard]] std::string_view advice(Kind kind);

[[nodiscard]] std::string mail_subject(const std::vector<Telling>& what, std::string_view host);
[[nodiscard]] std::string mail_text(const std::vector<Telling>& what, std::string_view host);

}  // namespace postern::alarms
