// Any bytes as a request head: the verdict does not depend on how they were split, and what is let
// through lies within the bytes and has one reading.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/net/gate.h"
#include "tests/fuzz/check.h"

using namespace postern::net;

namespace {

GateResult in_pieces(std::string_view bytes, std::size_t step, Head& head) {
    std::size_t checked = 0;
    GateResult result;
    for (std::size_t end = step; result.state == GateState::incomplete; end += step) {
        const std::string_view so_far = bytes.substr(0, end);
        result = scan(so_far, {}, head, checked);
        if (so_far.size() == bytes.size()) break;
    }
    return result;
}

bool within(std::string_view part, std::string_view whole) {
    return part.empty() || (part.data() >= whole.data() &&
                            part.data() + part.size() <= whole.data() + whole.size());
}

bool clean(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

void check_head(const Head& head, std::string_view bytes) {
    POSTERN_FUZZ_CHECK(head.bytes <= bytes.size());
    POSTERN_FUZZ_CHECK(bytes.substr(0, head.bytes).ends_with("\r\n\r\n"));
    POSTERN_FUZZ_CHECK(within(head.method, bytes) && clean(head.method) && !head.method.empty());
    POSTERN_FUZZ_CHECK(within(head.target, bytes) && clean(head.target) && !head.target.empty());
    POSTERN_FUZZ_CHECK(head.framing == Framing::length || head.content_length == 0);
    for (const Header& field : head.fields) {
        POSTERN_FUZZ_CHECK(within(field.name, bytes) && clean(field.name) && !field.name.empty());
        POSTERN_FUZZ_CHECK(within(field.value, bytes) && clean(field.value));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    Head whole;
    Head pieces;

    std::size_t checked = 0;
    const GateResult one = scan(bytes, {}, whole, checked);
    const GateResult many = in_pieces(bytes, 1 + data[0] % 16, pieces);

    // An early refusal may come for another reason, but what completes completes alike.
    const bool completes = one.state == GateState::complete;
    POSTERN_FUZZ_CHECK(completes == (many.state == GateState::complete));
    if (!completes) return 0;
    check_head(whole, bytes);
    POSTERN_FUZZ_CHECK(whole.bytes == pieces.bytes && whole.method == pieces.method);
    POSTERN_FUZZ_CHECK(whole.target == pieces.target &&
                       whole.fields.size() == pieces.fields.size());
    POSTERN_FUZZ_CHECK(whole.framing == pieces.framing);
    POSTERN_FUZZ_CHECK(whole.content_length == pieces.content_length);
    return 0;
}
