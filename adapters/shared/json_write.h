// Writing small JSON objects by hand: the `details_json` and `referral_json` of the model. Thread:
// any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::adapters::json {

/// Appends `text` as a JSON string with its quotes. Control characters are escaped; bytes that are
/// not UTF-8 become U+FFFD, so the result is always JSON.
void append_quoted(std::string& out, std::string_view text);

/// One object, member by member. Names are ours and need no escaping. An object without members
/// finishes as an empty string, which is what the model wants for "no details".
class ObjectWriter final {
  public:
    ObjectWriter& text(std::string_view name, std::string_view value);
    /// Only if there is something to say.
    ObjectWriter& text_if(std::string_view name, std::string_view value);
    ObjectWriter& integer(std::string_view name, std::int64_t value);
    ObjectWriter& flag_if(std::string_view name, bool value);
    /// `json` is JSON already.
    ObjectWriter& raw(std::string_view name, std::string_view json);

    /// The object; the writer is empty afterwards.
    [[nodiscard]] std::string finish();

  private:
    void name(std::string_view name);

    std::string out_;
};

}  // namespace postern::adapters::json
