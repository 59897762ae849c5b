// Typed look-ups in one checked JSON value. What is absent leaves the default; what has another
// shape than the loader lets pass is noted once, so a mistake between the two never goes silent.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "gateway/policy/account_policy.h"

namespace postern::policy {

using Json = simdjson::dom::element;

/// The members of one object; `name` is the key that problems are told by.
class Members final {
  public:
    Members(std::string name, Json value, std::string& problem);

    [[nodiscard]] bool has(std::string_view key) const;
    [[nodiscard]] std::string_view text(std::string_view key);
    void number(std::string_view key, double& out);
    void count(std::string_view key, std::uint64_t& out);
    void duration(std::string_view key, std::chrono::milliseconds& out);
    /// Empty if it is absent.
    [[nodiscard]] std::vector<Json> list(std::string_view key);
    /// Notes `what` about `key`, unless something was noted before.
    void fault(std::string_view key, std::string_view what);

  private:
    [[nodiscard]] bool find(std::string_view key, Json& out) const;

    std::string name_;
    simdjson::dom::object object_;
    bool good_ = false;
    std::string& problem_;
};

/// "1/6s", "10/m": so many in each such time.
[[nodiscard]] bool parse_pace(std::string_view text, Pace& out);

/// A list of categories.
[[nodiscard]] Categories read_categories(Members& members, std::string_view key);

/// quiet_hours, which has a grammar of its own.
void read_quiet_hours(Json value, std::string& problem, AccountPolicy& out);

// How often, with whose consent, and not the same again: settings_caps.cc.
void read_caps(Json value, std::string& problem, AccountPolicy& out);
void read_consent(Json value, std::string& problem, AccountPolicy& out);
void read_duplicates(Json value, std::string& problem, AccountPolicy& out);

}  // namespace postern::policy
