// Reads one JSON object of the `receive` or `send` document and remembers what it met, so that
// every mistake is answered with the key and with what to write. Lives during make(). Thread: any.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/shared/json.h"

namespace postern::adapters::http {

class Table final {
  public:
    /// `path` is the object's own name ("receive.verify"). The first mistake goes to `problem`.
    Table(json::Object object, std::string path, std::string& problem)
        : object_(object), path_(std::move(path)), problem_(problem) {}

    [[nodiscard]] bool has(std::string_view key);
    [[nodiscard]] bool is_table(std::string_view key);
    /// Absent: what stands in. Another type than a string is a mistake.
    [[nodiscard]] std::string text(std::string_view key, std::string_view absent);
    /// One of `words`; absent: the first.
    [[nodiscard]] std::string word(std::string_view key, std::span<const std::string_view> words);
    /// A whole number within bounds.
    [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t absent, std::int64_t low,
                                       std::int64_t high);
    [[nodiscard]] std::optional<Table> table(std::string_view key);
    /// Whatever stands there; it lives as long as the document.
    [[nodiscard]] std::optional<json::Value> value(std::string_view key) { return find(key); }
    [[nodiscard]] bool flag(std::string_view key);
    /// All members, each a string: a map from the provider's words to ours.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> words_map();
    /// To be called last: a key that nothing asked for is a mistake.
    void finish();

    /// Notes "<path>.<key>: <advice>" unless a mistake is noted already.
    void wrong(std::string_view key, std::string_view advice);

  private:
    [[nodiscard]] std::optional<json::Value> find(std::string_view key);

    json::Object object_;
    std::string path_;
    std::string& problem_;
    std::vector<std::string> known_;
};

}  // namespace postern::adapters::http
