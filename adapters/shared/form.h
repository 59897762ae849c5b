// application/x-www-form-urlencoded, both ways, and the query of a URL, which is the same thing.
// Strict where a lenient reader would guess: providers sign the decoded fields, so what we decode
// must be exactly what was sent. Pure functions. Thread: any.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

namespace postern::adapters::shared {

struct FormField {
    std::string name;
    std::string value;
    auto operator<=>(const FormField&) const = default;
};

/// More fields than any provider sends; a hostile body must not become a million strings.
constexpr std::size_t form_fields_max = 2000;

/// The fields in their order, duplicates kept.
class Form final {
  public:
    Form() = default;
    explicit Form(std::vector<FormField> fields) : fields_(std::move(fields)) {}

    /// The first value of that name (case-sensitive); empty if absent.
    [[nodiscard]] std::string_view value(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const;
    [[nodiscard]] std::span<const FormField> fields() const { return fields_; }

  private:
    std::vector<FormField> fields_;
};

/// `+` is a space, `%` is followed by two hexadecimal digits, a pair without `=` has an empty
/// value, empty pairs are skipped. Errors: Errc::not_form for a broken escape, a raw control
/// character or too many fields. Values are bytes: they may be invalid UTF-8 (see utf8.h).
[[nodiscard]] boost::system::result<Form> parse_form(std::string_view text);

/// One component, by the same rules; an error for a broken escape.
[[nodiscard]] boost::system::result<std::string> decode_form_component(std::string_view text);

/// The reverse: unreserved characters and `*-._` as they are, space as `+`, the rest as %XX.
[[nodiscard]] std::string encode_form(std::span<const FormField> fields);

}  // namespace postern::adapters::shared
