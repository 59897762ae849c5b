// What a medium is, by its first bytes, and what follows for whoever gets it. Pure; nothing is
// decoded. Thread: any.
#pragma once

#include <string>
#include <string_view>

namespace postern::media {

/// As many first bytes as sniff() can use.
inline constexpr std::size_t sniffed_bytes = 512;

/// The type that the bytes give away ("image/jpeg"); empty: they could be anything.
[[nodiscard]] std::string_view sniff(std::string_view first_bytes);

/// The type without parameters, in lower case ("Image/PNG; q=1" is "image/png"); empty if that is
/// no type.
[[nodiscard]] std::string plain_type(std::string_view type);

struct Judged {
    std::string mime;
    std::string problem;  // set: the claim and the bytes contradict each other dangerously
};
/// The type to keep, as it is registered ("audio/mpeg" for "audio/mp3"). A claim of nothing (or of
/// any bytes) gives way to what the bytes say; a claim of one kind over bytes of another, or over
/// markup and programs that say otherwise, is refused.
[[nodiscard]] Judged judge_type(std::string_view claimed, std::string_view first_bytes);

/// Types that no browser runs anything of: the only ones that are shown rather than saved.
[[nodiscard]] bool is_shown_inline(std::string_view mime);

/// A name without folders and control characters, at most 255 bytes; may be empty.
[[nodiscard]] std::string safe_filename(std::string_view name);

/// `inline` or `attachment`, with the name in both spellings of RFC 6266.
[[nodiscard]] std::string disposition(std::string_view mime, std::string_view filename);

}  // namespace postern::media
