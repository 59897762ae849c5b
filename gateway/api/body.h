// A JSON body read field by field: every field at fault is named, and so is every field that nobody
// asked for. Used at once, on the call's thread; views die with the next body on that thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/api/problem.h"
#include "gateway/model/time.h"

namespace postern::api {

class Body final {
  public:
    /// `padded` is followed by simdjson's padding (net::Request::body). An empty body is `{}`.
    explicit Body(std::string_view padded);
    ~Body();

    // Each notes an error if the field is there and not so. `required`: if it is not there, too.
    [[nodiscard]] std::string text(std::string_view field, std::size_t bytes_max, bool required);
    [[nodiscard]] std::vector<std::string> texts(std::string_view field, std::size_t count_max,
                                                 bool required);
    [[nodiscard]] std::uint64_t number(std::string_view field, std::uint64_t low,
                                       std::uint64_t high, std::uint64_t absent);
    [[nodiscard]] model::Instant time(std::string_view field);  // the epoch if absent or null
    [[nodiscard]] bool has(std::string_view field) const;

    void fault(std::string_view field, std::string_view code, std::string detail);

    /// After the last field: what was wrong (400 for no JSON, 422 for its fields), or nothing.
    [[nodiscard]] std::optional<Problem> problem();

  private:
    struct Impl;
    Impl* impl_;  // the thread's own, reused
    std::vector<std::string> known_;
    std::vector<FieldError> errors_;
    bool malformed_ = false;
};

}  // namespace postern::api
