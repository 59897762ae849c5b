// Small texts that outsiders send: what parses is written back as it was read.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "conf/address.h"
#include "conf/loader.h"
#include "conf/quantity.h"
#include "gateway/events/cursor.h"
#include "gateway/net/address.h"
#include "storage/backup_manifest.h"
#include "tests/fuzz/check.h"

namespace {

void cursor(std::string_view text) {
    postern::events::Cursor read;
    if (!postern::events::parse_cursor(text, read)) return;
    postern::events::Cursor again;
    POSTERN_FUZZ_CHECK(postern::events::parse_cursor(postern::events::format_cursor(read), again));
    POSTERN_FUZZ_CHECK(read == again);
}

void manifest(std::string_view text) {
    std::string problem;
    const auto read = postern::storage::parse_manifest(text, problem);
    if (!read) return;
    POSTERN_FUZZ_CHECK(postern::storage::format_manifest(*read) == text);
}

void address(std::string_view text) {
    const auto read = postern::net::parse_address(text);
    if (read) POSTERN_FUZZ_CHECK(postern::net::parse_address(read->to_string()) == read);
    (void)postern::net::parse_cidr(text);
    std::string host;
    std::uint16_t port = 0;
    if (postern::conf::parse_listen(text, host, port)) (void)postern::conf::is_loopback(host);
    (void)postern::conf::is_network(text);
    (void)postern::conf::is_base_url(text);
}

void quantity(std::string_view text) {
    postern::conf::Duration duration{};
    postern::conf::Duration again{};
    if (postern::conf::parse_duration(text, duration)) {
        POSTERN_FUZZ_CHECK(duration.count() >= 0);
        POSTERN_FUZZ_CHECK(
            postern::conf::parse_duration(postern::conf::show_duration(duration), again));
        POSTERN_FUZZ_CHECK(duration == again);
    }
    std::uint64_t size = 0;
    std::uint64_t size_again = 0;
    if (postern::conf::parse_size(text, size)) {
        POSTERN_FUZZ_CHECK(postern::conf::parse_size(postern::conf::show_size(size), size_again));
        POSTERN_FUZZ_CHECK(size == size_again);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    cursor(text);
    manifest(text);
    address(text);
    quantity(text);
    return 0;
}
