// E.164 without a library: for numbers that a provider vouches for, on the hot path of a webhook.
// What people type goes through phone.h; both give the same spelling for the same number.
// Pure functions. Thread: any.
#pragma once

#include <string>
#include <string_view>

namespace postern::adapters::shared {

/// `+`, then 7 to 15 digits, the first not 0. (E.164 allows 15; the shortest in use have 7.)
[[nodiscard]] bool is_e164(std::string_view text);

/// Canonical E.164 of `+573001234567` or of bare international digits such as a WhatsApp id
/// (`573001234567`); empty if it is neither. Mexico's former mobile digit (`52 1 …`, dropped in
/// 2019 but still in WhatsApp ids) is removed, as libphonenumber does, so that one person is one
/// address.
[[nodiscard]] std::string e164_from_provider(std::string_view text);

}  // namespace postern::adapters::shared
