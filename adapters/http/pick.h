// Takes values out of one item of a webhook, be it JSON or a form. Lives for one decode; the views
// it returns live as long as the body's parsed form. Thread: any.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "adapters/http/receive.h"
#include "adapters/shared/form.h"
#include "adapters/shared/json.h"

namespace postern::adapters::http {

class Item final {
  public:
    Item(json::Value value, std::string_view raw) : json_(value), raw_(raw) {}
    Item(const shared::Form& form, std::string_view raw) : form_(&form), raw_(raw) {}

    [[nodiscard]] std::string_view raw() const { return raw_; }

    /// A string as it is, a number or a boolean in its JSON spelling; empty for anything else, for
    /// nothing there, and for an empty place. Of several places the first that holds something.
    /// Bytes of a form that are no UTF-8 are read as Windows-1252.
    [[nodiscard]] std::string text(std::string_view place) const;
    [[nodiscard]] std::optional<double> number(std::string_view place) const;
    /// An absent, unreadable or absurd time reads as `now`.
    [[nodiscard]] Instant time(const TimeRule& rule, Instant now) const;
    /// What `{{query.NAME}}` is taken from; it lives as long as the item.
    void set_query(std::string_view query) { query_ = query; }
    /// What its digest is of, where its bytes differ from one request to the next; likewise.
    void set_said(std::string_view said) { said_ = said; }
    /// Which of its batch it is, from 0.
    void set_position(std::size_t position) { position_ = position; }
    [[nodiscard]] std::size_t position() const { return position_; }
    /// A digest of what the provider said, the same when it says it again: the item's bytes, or
    /// what set_said() named, with those parameters of the query.
    [[nodiscard]] std::string digest(std::span<const std::string> query_names,
                                     std::size_t bytes) const;
    /// JSON only.
    [[nodiscard]] std::optional<json::Value> value(std::string_view place) const;
    /// Whether it is made of fields, not of JSON.
    [[nodiscard]] bool has_fields() const { return form_ != nullptr; }
    /// The whole item as a JSON object (a form as an object of strings).
    [[nodiscard]] std::string as_json() const;

  private:
    [[nodiscard]] std::string text_at(std::string_view place) const;

    std::optional<json::Value> json_;
    const shared::Form* form_ = nullptr;
    std::string_view raw_;
    std::string_view query_;
    std::string_view said_;
    std::size_t position_ = 0;
};

/// A value found by walking a JSON pointer, with its own bytes.
struct Located {
    json::Value value;
    std::string_view raw;
};

/// `body` is the text of `root`. Nothing if the pointer leads nowhere.
[[nodiscard]] std::optional<Located> locate(json::Value root, std::string_view body,
                                            std::string_view pointer);

/// Takes the first of several places off `places`.
[[nodiscard]] std::string_view take_place(std::string_view& places);
/// NAME of `{{query.NAME}}`; empty for any other place.
[[nodiscard]] std::string_view query_name(std::string_view place);

[[nodiscard]] std::string scalar_text(json::Value value);

}  // namespace postern::adapters::http
