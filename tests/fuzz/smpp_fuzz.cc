// Any bytes from a message centre: a session outlives them in any pieces alike, and what it hands
// out can be read as a message, a receipt or a part without touching anything outside it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/smpp/inbound.h"
#include "adapters/smpp/receipt.h"
#include "adapters/smpp/session.h"
#include "tests/fuzz/check.h"

using namespace postern::adapters;
using namespace postern::adapters::smpp;
using namespace std::chrono_literals;

namespace {

struct Seen {
    std::string written;
    std::size_t delivered = 0;
    std::size_t malformed = 0;
    bool ended = false;
};

/// Bound, with one submission under way.
Seen run(std::string_view bytes, std::size_t step) {
    SessionOptions options;
    options.bind.system_id = "fuzz";
    Session session(options);
    Actions out;
    session.on_open(0s, out);
    session.on_bytes(encode_bare(command::bind_transceiver | command::response, 0, 1), 0s, out);
    POSTERN_FUZZ_CHECK(out.bound);
    session.submit(1, {}, 0s, out);
    out = {};
    while (!bytes.empty() && !out.end) {
        session.on_bytes(bytes.substr(0, step), 1s, out);
        bytes.remove_prefix(std::min(step, bytes.size()));
    }
    for (const Delivered& one : out.delivered) {
        if (!one.message) continue;
        (void)read_receipt(*one.message);
        const Piece piece = piece_of(*one.message);
        if (piece.join) POSTERN_FUZZ_CHECK(piece.join->part >= 1 && piece.join->total > 1);
        (void)decode_text(piece.octets, one.message->data_coding, Charset::gsm7);
    }
    POSTERN_FUZZ_CHECK(out.submitted.size() <= 1);
    return {out.write, out.delivered.size(), out.malformed, out.end.has_value()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);

    const Seen whole = run(bytes, std::max<std::size_t>(1, bytes.size()));
    const Seen pieces = run(bytes, 1 + data[0] % 32);

    POSTERN_FUZZ_CHECK(whole.written == pieces.written && whole.ended == pieces.ended);
    POSTERN_FUZZ_CHECK(whole.delivered == pieces.delivered && whole.malformed == pieces.malformed);
    const InboundBatch batch = decode_pdus(bytes, Charset::gsm7, {});
    for (const InboundItem& item : batch.items) {
        POSTERN_FUZZ_CHECK(item.raw.data() >= bytes.data());
        POSTERN_FUZZ_CHECK(item.raw.data() + item.raw.size() <= bytes.data() + bytes.size());
    }
    return 0;
}
