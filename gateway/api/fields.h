// One JSON object read field by field: every field at fault is named with its whole path, and so is
// every field that nobody asked for, with the known name nearest to it. For bodies that hold
// objects and lists of objects; a flat body is body.h. Used at once, on the thread that parsed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "gateway/api/problem.h"
#include "gateway/model/time.h"

namespace postern::api {

class Fields final {
  public:
    /// `path`: what stands before a name, "to." or "". `object` may be no object: then all is
    /// absent, and the caller has said so.
    Fields(simdjson::dom::element object, std::string path, std::vector<FieldError>& errors);

    /// Of no object: for faults that are found later.
    explicit Fields(std::vector<FieldError>& errors) : errors_(errors) {}

    // Each notes an error if the field is there and not so. A null is the same as no field.
    [[nodiscard]] std::string text(std::string_view name, std::size_t bytes_max);
    [[nodiscard]] bool flag(std::string_view name);
    [[nodiscard]] model::Instant time(std::string_view name);  // the epoch if absent
    [[nodiscard]] std::vector<std::string> texts(std::string_view name, std::size_t count_max);
    /// Whatever stands there.
    [[nodiscard]] std::optional<simdjson::dom::element> value(std::string_view name);
    /// An object; nothing if it is absent or something else.
    [[nodiscard]] std::optional<simdjson::dom::element> object(std::string_view name);

    void fault(std::string_view name, std::string_view code, std::string detail);
    void required(std::string_view name) { fault(name, "required", "This field is required."); }
    /// "Did you mean …" among these words where one is near.
    void unknown_word(std::string_view name, std::string_view word,
                      const std::vector<std::string_view>& words);

    /// After the last field: names those that nobody asked for.
    void finish();

  private:
    simdjson::dom::object object_;
    bool good_ = false;
    std::string path_;
    std::vector<FieldError>& errors_;
    std::vector<std::string_view> known_;
};

/// The one of `known` that is at most two slips of the finger away; empty if none is.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       const std::vector<std::string_view>& known);

}  // namespace postern::api
