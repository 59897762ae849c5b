// multipart/form-data, as some gateways post what others post urlencoded. Thread: any.
#pragma once

#include <optional>
#include <string_view>

#include "adapters/shared/form.h"

namespace postern::adapters::http {

/// Whether a Content-Type says so.
[[nodiscard]] bool is_multipart(std::string_view content_type);

/// The fields with a name and no file name, in their order, to the byte. Nothing: no boundary, or
/// none of it in `body`.
[[nodiscard]] std::optional<shared::Form> multipart_fields(std::string_view content_type,
                                                           std::string_view body);

}  // namespace postern::adapters::http
