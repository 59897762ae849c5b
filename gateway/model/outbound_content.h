// The contract's `content` object of a message that goes out, both ways: strict from outside,
// canonical to the store. What a channel can carry of it is the adapter's `check`. Thread: any.
#pragma once

#include <string>
#include <string_view>

#include "adapters/model/outbound.h"
#include "adapters/sending_adapter.h"

namespace postern::model {

/// Of `text`, and of a caption. Other fields are shorter; the API bounds the whole.
inline constexpr std::size_t content_text_bytes_max = 64 * 1024;
/// Of `html`, which an e-mail says again in.
inline constexpr std::size_t content_html_bytes_max = 128 * 1024;

/// False: `problem` names the first field at fault, relative to `content` ("buttons[3].title"; ""
/// is the whole), with a code (required, invalid, too_long, too_many, duplicate, unknown_field,
/// malformed_json) and words for the caller; `out` is then unspecified. A null is the same as no
/// field. `url` and `upload` of media exclude each other.
[[nodiscard]] bool parse_content(std::string_view json, adapters::OutboundContent& out,
                                 adapters::FieldProblem& problem);

/// The same object in one fixed order of fields, without those that are empty. parse_content reads
/// it back to an equal value, if `content` came from there.
[[nodiscard]] std::string write_content(const adapters::OutboundContent& content);

}  // namespace postern::model
