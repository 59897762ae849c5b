// Writes JSON text, nothing else. Two spellings: plain UTF-8, and Meta's (non-ASCII as \uXXXX,
// slash escaped), because signatures cover the bytes and a gateway must hash what it received.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace postern::sim {

enum class JsonSpelling : unsigned char { utf8, ascii };

/// Builds one value. The caller keeps begin and end in pairs; commas are put in by themselves.
class JsonText final {
  public:
    explicit JsonText(JsonSpelling spelling = JsonSpelling::utf8) : spelling_(spelling) {}

    JsonText& begin_object();
    JsonText& end_object();
    JsonText& begin_array();
    JsonText& end_array();
    JsonText& key(std::string_view name);
    JsonText& value(std::string_view text);
    JsonText& value(const char* text) { return value(std::string_view(text)); }
    template <std::integral Integer>
    requires(!std::same_as<Integer, bool>) JsonText& value(Integer number) {
        return raw(std::to_string(number));
    }
    JsonText& value(bool truth) { return raw(truth ? "true" : "false"); }
    /// Six decimals: enough for coordinates and milliseconds.
    JsonText& value(double number);
    /// JSON that is already text.
    JsonText& raw(std::string_view json);

    template <class Value>
    JsonText& field(std::string_view name, const Value& content) {
        return key(name).value(content);
    }
    JsonText& field_raw(std::string_view name, std::string_view json) {
        return key(name).raw(json);
    }

    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] std::string take() { return std::move(text_); }

  private:
    void separate();

    std::string text_;
    JsonSpelling spelling_;
    bool comma_ = false;
};

/// The quoted spelling of `text`. Bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string quoted(std::string_view text, JsonSpelling spelling = JsonSpelling::utf8);

}  // namespace postern::sim
