// Meta's limits of a message ("Send Messages", Instagram Platform, read 2026), so that a mistake is
// the caller's 422.
#include "adapters/instagram/send.h"
#include "adapters/meta/send_api.h"

namespace postern::adapters::instagram {

std::optional<FieldProblem> check(const OutboundContent& content) {
    return meta::check_message(content, {.channel = "Instagram", .words = {.bytes_max = 1000}});
}

}  // namespace postern::adapters::instagram
