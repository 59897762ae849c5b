// The `verify` table of the `receive` document. Used by receive.cc alone.
#pragma once

#include "adapters/http/receive.h"
#include "adapters/http/table.h"

namespace postern::adapters::http {

[[nodiscard]] VerifyRule parse_verify(Table table, BodyFormat body);

}  // namespace postern::adapters::http
