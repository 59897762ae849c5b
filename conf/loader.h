// TOML to Config: one pass that reports every problem with its file, line and nearest known key.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conf/config.h"

namespace postern::conf {

struct Loaded {
    Config config;
    std::vector<ConfError> errors;  // empty: usable
};

/// Relative paths in the file are relative to the file. Secrets are read here (files with group or
/// other permission bits are refused).
[[nodiscard]] Loaded load(const std::string& path);

/// The same from text, for tests and fuzzing. `base` is the folder for relative paths.
[[nodiscard]] Loaded parse(std::string_view toml, const std::string& name, const std::string& base);

/// "15m", "2s", "400d", "500ms" → milliseconds; false if it is none of these.
[[nodiscard]] bool parse_duration(std::string_view text, Duration& out);

/// Keys that differ and take effect only at the next start ("listen.api" …): what a reload reports.
[[nodiscard]] std::vector<std::string> needs_restart(Config before, Config after);

/// Every key that differs, by name and never by value: "egress.proxy", "account.wa-main.base_url",
/// "account.wa-main.credentials.app_secret", "account.sms" (it came or went), "route".
[[nodiscard]] std::vector<std::string> changed_keys(Config before, Config after);

/// The reference page of every key (README of conf/ is made from it): key, type, default, help.
[[nodiscard]] std::string reference();

}  // namespace postern::conf
