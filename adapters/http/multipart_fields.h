// multipart/form-data, as some gateways post what others post urlencoded. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/shared/form.h"

namespace postern::adapters::http {

/// Whether a Content-Type says so.
[[nodiscard]] bool is_multipart(std::string_view content_type);

struct Multipart {
    std::vector<shared::FormField> fields;
    /// The parts that are files, as they came but for the boundary, which is another in each
    /// request: tells one upload from another.
    std::string files;
};

/// The fields with a name and no file name, in their order, to the byte, of the first 2,000 parts.
/// A part with a head beyond 8 KiB is left out. Nothing: no boundary, or none of it in `body`.
[[nodiscard]] std::optional<Multipart> multipart_fields(std::string_view content_type,
                                                        std::string_view body);

}  // namespace postern::adapters::http
