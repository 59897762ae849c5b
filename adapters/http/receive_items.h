// The `message` and `status` tables of the `receive` document. Used by receive.cc alone.
#pragma once

#include <string_view>

#include "adapters/http/receive.h"
#include "adapters/http/table.h"

namespace postern::adapters::http {

/// Reads places, with the form that places take in this document: pointers, or names of fields.
class Places final {
  public:
    explicit Places(BodyFormat body) : form_(body != BodyFormat::json) {}

    /// Replaces `place` if the key is there. An empty string switches a field off.
    void read(Table& table, std::string_view key, Place& place) const;
    /// `time = "/at"` or `time = { pointer, format }`.
    void read_time(Table& table, TimeRule& rule) const;

  private:
    bool form_;
};

void read_message(Table& root, const Places& places, MessageRule& rule);
void read_status(Table& root, const Places& places, StatusRule& rule);

}  // namespace postern::adapters::http
