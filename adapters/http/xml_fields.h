// XML as a provider posts it, made flat: so that its places are names of fields like a form's.
// Thread: any.
#pragma once

#include <optional>
#include <string_view>

#include "adapters/shared/form.h"

namespace postern::adapters::http {

/// Each element that holds words is a field, each attribute one with `@` before its name; what
/// stands within others is named by them, without the root: `<r><from type="a">1</from></r>` is
/// `from` and `from/@type`. Left out: names beyond 256 bytes with all below them, fields beyond
/// 2,000, values beyond 4 MiB in all. Nothing: no whole document.
[[nodiscard]] std::optional<shared::Form> xml_fields(std::string_view text);

}  // namespace postern::adapters::http
