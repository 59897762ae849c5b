// What kinds of value a section's key can hold. One KeySpec says everything about a key; parsing,
// bounds, the reference page, needs_restart and "did you mean" all come from it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "conf/config.h"
#include "conf/secrets.h"
#include "conf/tree.h"

namespace postern::conf {

template <class T>
using At = T& (*)(Config&);  // where the value lives; a captureless lambda

using Choices = std::span<const std::string_view>;

struct ChoiceField {
    At<std::string> at;
    Choices choices;  // none: any text
};
struct PathField {  // made relative to the file
    At<std::string> at;
};
struct UrlField {  // http or https, without user name, query or fragment
    At<std::string> at;
    bool only_origin = false;  // nothing behind host and port, and plain http: a proxy
};
struct ListenField {
    At<std::string> at;
};
struct FlagField {
    At<bool> at;
};
struct CountField {
    At<std::uint32_t> at;
    std::uint32_t min;
    std::uint32_t max;
};
struct LargeCountField {
    At<std::uint64_t> at;
    std::uint64_t min;
    std::uint64_t max;
};
struct SizeField {  // an integer of bytes, or "64MiB"
    At<std::uint64_t> at;
    std::uint64_t min;
    std::uint64_t max;
};
struct AgeField {  // "400d", in whole hours
    At<std::chrono::hours> at;
    std::chrono::hours min;
    std::chrono::hours max;
};
struct NetworksField {
    At<std::vector<std::string>> at;
};
struct TextsField {
    At<std::vector<std::string>> at;
};
struct SecretField {
    At<std::optional<SecretSource>> at;
};
struct LogKindField {
    At<LogKind> at;
};

using Field = std::variant<ChoiceField, PathField, ListenField, FlagField, CountField,
                           LargeCountField, SizeField, AgeField, NetworksField, TextsField,
                           SecretField, LogKindField, UrlField>;

enum class Applies : unsigned char { reload, restart };

struct KeySpec {
    std::string_view key;
    Field field;
    Applies applies;
    std::string_view help;
};

/// Reads a value into its place, or reports what is wrong with it under `key`.
void store(const Field& field, const Node& node, const std::string& key, Context& context,
           Config& config);

[[nodiscard]] std::string type_name(const Field& field);
/// In words ("1 to 16"); empty where there are none.
[[nodiscard]] std::string bounds(const Field& field);
/// The value as the file would spell it, or "" for one that is absent. Secrets show their source.
[[nodiscard]] std::string show(const Field& field, Config& config);

}  // namespace postern::conf
