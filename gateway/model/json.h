// Writes JSON text, always well-formed: strings that are not UTF-8 are repaired (U+FFFD), commas
// come by themselves, and JSON that came from outside goes in only after it was checked. Values, no
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "gateway/model/time.h"

namespace postern::model {

/// Appends to a string that it does not own. Keys and values must alternate in objects: callers are
/// our own code, nothing is checked.
class JsonWriter final {
  public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }
    JsonWriter& key(std::string_view name);

    JsonWriter& value(std::string_view text);
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    JsonWriter& value(double number);   // null if it is not finite
    JsonWriter& value(Instant moment);  // null for the epoch, which stands for «never»
    JsonWriter& null() { return raw("null"); }
    template <class T>
    requires std::is_integral_v<T> JsonWriter& value(T number) {
        if constexpr (std::is_same_v<T, bool>)
            return raw(number ? "true" : "false");
        else if constexpr (std::is_signed_v<T>)
            return signed_number(number);
        else
            return unsigned_number(number);
    }

    template <class T>
    JsonWriter& member(std::string_view name, const T& v) {
        key(name);
        return value(v);
    }
    /// The text, or null if there is none.
    JsonWriter& member_or_null(std::string_view name, std::string_view text);
    /// The text, or no member at all if there is none.
    JsonWriter& member_if(std::string_view name, std::string_view text);
    /// An object from outside; left out if it is empty or not one JSON object.
    JsonWriter& member_object(std::string_view name, std::string_view json);

    /// JSON that this process wrote itself.
    JsonWriter& raw(std::string_view json);

  private:
    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);
    JsonWriter& signed_number(std::int64_t number);
    JsonWriter& unsigned_number(std::uint64_t number);
    void separate();

    std::string& out_;
    bool first_ = true;  // nothing stands before the next value in this object or array
};

/// Appends `text` between quotes, escaped, with everything that is not UTF-8 replaced.
void append_json_string(std::string_view text, std::string& out);

/// The same object without white space; false (and `out` untouched) if `text` is not one JSON
/// object.
[[nodiscard]] bool minify_object(std::string_view text, std::string& out);

/// Whether the bytes are UTF-8 from end to end.
[[nodiscard]] bool is_utf8(std::string_view bytes);

}  // namespace postern::model
