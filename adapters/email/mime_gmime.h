// GMime, started once, and owners for what it hands out (private to mime*.cc). GMime shares nothing
// between messages but tables that it makes when it starts. Thread: any.
#pragma once

#include <memory>
#include <string>

#include <gmime/gmime.h>

namespace postern::adapters::email {

struct Unref {
    void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

/// Takes a string that GLib allocated.
[[nodiscard]] inline std::string taken(char* text) {
    std::string out = text == nullptr ? "" : text;
    g_free(text);
    return out;
}

/// Lenient, and UTF-8 before windows-1252 for bytes that nobody declared. Immutable.
[[nodiscard]] GMimeParserOptions* mime_options();

}  // namespace postern::adapters::email
