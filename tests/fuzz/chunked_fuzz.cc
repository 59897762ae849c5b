// Any bytes as a chunked body: the answer, the content and the rest do not depend on how they came.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/net/chunked.h"
#include "tests/fuzz/check.h"

using namespace postern::net;

namespace {

constexpr std::size_t body_bytes_max = 1024;

struct Result {
    ChunkState state = ChunkState::more;
    std::string body;
    std::size_t left = 0;
};

Result decode(std::string_view bytes, std::size_t step) {
    ChunkedDecoder decoder(body_bytes_max);
    Result result;
    while (!bytes.empty() && result.state == ChunkState::more) {
        std::string_view piece = bytes.substr(0, step);
        const std::size_t given = piece.size();
        result.state = decoder.feed(piece, result.body);
        bytes.remove_prefix(given - piece.size());
        if (result.state == ChunkState::more) POSTERN_FUZZ_CHECK(piece.empty());
    }
    result.left = bytes.size();
    return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);

    const Result whole = decode(bytes, std::max<std::size_t>(1, bytes.size()));
    const Result pieces = decode(bytes, 1 + data[0] % 16);

    POSTERN_FUZZ_CHECK(whole.state == pieces.state);
    POSTERN_FUZZ_CHECK(whole.body.size() <= body_bytes_max);
    if (whole.state != ChunkState::done) return 0;
    POSTERN_FUZZ_CHECK(whole.body == pieces.body && whole.left == pieces.left);
    return 0;
}
