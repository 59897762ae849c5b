// Walks the bytes of a JSON text in step with its parsed value, to find which bytes an item had:
// the parser forgets them, quarantine and `unsupported` need them. Thread: any; no allocation.
#pragma once

#include <string_view>

#include "adapters/shared/json.h"

namespace postern::adapters::json {

/// Stands before a value. Only for text that `parse` accepted; on other text it stops early, within
/// bounds. Each value must be either entered and left, or skipped.
class Cursor final {
  public:
    explicit Cursor(std::string_view text) : text_(text) {}

    /// Steps over the value, and returns its bytes.
    std::string_view skip();

    void enter() {
        to_content();
        step();
    }
    /// Steps to the next element, or out of the array. Mirrors an iterator over the parsed array.
    void next_element();
    /// Steps over the next key to its value.
    void next_member();
    void leave();

  private:
    void to_content();
    void step() { at_ += at_ < text_.size() ? 1 : 0; }
    void skip_string();
    void skip_nested();

    std::string_view text_;
    std::size_t at_ = 0;
};

/// Calls `visit(value, cursor)` for each element; `visit` must consume the element from the cursor.
template <class Visit>
void each_element(Array array, Cursor& cursor, Visit&& visit) {
    cursor.enter();
    for (const Value value : array) {
        cursor.next_element();
        visit(value, cursor);
    }
    cursor.leave();
}

/// Calls `visit(key, value, cursor)` for each member; `visit` must consume the value from the
/// cursor.
template <class Visit>
void each_member(Object object, Cursor& cursor, Visit&& visit) {
    cursor.enter();
    for (const auto [key, value] : object) {
        cursor.next_member();
        visit(key, value, cursor);
    }
    cursor.leave();
}

}  // namespace postern::adapters::json
