// Any bytes as a PROXY header: bounded, never past its end, and the same when it comes as need()
// asks.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "gateway/net/proxy_protocol.h"
#include "tests/fuzz/check.h"

using namespace postern::net;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);

    std::size_t read = 0;
    ProxyHeader header = parse_proxy_header({});
    while (header.state == ProxyHeader::State::incomplete) {
        POSTERN_FUZZ_CHECK(header.bytes_more > 0);
        POSTERN_FUZZ_CHECK(read + header.bytes_more <= proxy_header_bytes_max);
        if (header.bytes_more > bytes.size() - read) return 0;
        read += header.bytes_more;
        header = parse_proxy_header(bytes.substr(0, read));
    }
    if (header.state == ProxyHeader::State::complete && header.source) {
        POSTERN_FUZZ_CHECK(!header.source->to_string().empty());
    }
    return 0;
}
