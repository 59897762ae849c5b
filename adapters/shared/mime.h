// From a media type to the kind of attachment that a person would call it. Thread: any.
#pragma once

#include <string_view>

#include "adapters/model/content.h"

namespace postern::adapters::shared {

/// `image/png` -> image; a vCard is a contact; what is unknown or absent is a document. Parameters
/// (`; charset=…`) and case do not matter.
[[nodiscard]] AttachmentKind kind_of_mime(std::string_view mime);

/// The same of a file's name or URL, by its ending: `…/a.JPG?x=1` -> image. For files of which
/// nothing else is told.
[[nodiscard]] AttachmentKind kind_of_name(std::string_view name);

/// The wire spelling (`image`, `voice` …); false if there is no such kind.
[[nodiscard]] bool kind_from_word(std::string_view word, AttachmentKind& kind);

}  // namespace postern::adapters::shared
