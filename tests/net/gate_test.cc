// The gate and the chunk decoder as pure functions: the whole corpus, split at every byte.
#include "gateway/net/gate.h"

#include <gtest/gtest.h>

#include "gateway/net/beast_view.h"
#include "gateway/net/chunked.h"
#include "tests/net/framing_corpus.h"

namespace postern::net::test {
namespace {

struct Seen {
    int status = 0;  // 200: head (and chunked body) accepted; 0: more is wanted
    std::size_t used = 0;
    std::string body;
};

Seen read_chunked(std::string_view bytes, std::size_t head, std::size_t cut) {
    Seen seen{200, head, {}};
    ChunkedDecoder decoder(1024 * 1024);
    const auto split = std::max(cut, head);
    for (auto piece : {bytes.substr(head, split - head), bytes.substr(split)}) {
        auto rest = piece;
        const auto state = decoder.feed(rest, seen.body);
        seen.used += piece.size() - rest.size();
        if (state == ChunkState::done) return seen;
        if (state != ChunkState::more) return {400, 0, {}};
    }
    seen.status = 0;
    return seen;
}

/// What the session would see if the bytes came in two pieces.
Seen read_split(const std::string& bytes, std::size_t cut) {
    Head head;
    std::size_t checked = 0;
    auto result = scan(std::string_view(bytes).substr(0, cut), {}, head, checked);
    if (result.state == GateState::incomplete) result = scan(bytes, {}, head, checked);
    if (result.state == GateState::incomplete) return {};
    if (result.state == GateState::refused) return {result.status, 0, {}};
    if (!beast_agrees(std::string_view(bytes).substr(0, head.bytes), head)) return {400, 0, {}};
    if (head.framing == Framing::chunked) return read_chunked(bytes, head.bytes, cut);
    return {200, head.bytes + static_cast<std::size_t>(head.content_length), {}};
}

/// At every byte; within the filling of a long head, where the bytes are alike, at some.
std::size_t next_cut(const std::string& bytes, std::size_t cut) {
    const bool filling = cut > 64 && cut + 200 < bytes.size() && bytes.size() > 8 * 1024;
    return cut + (filling ? 131 : 1);
}

TEST(Gate, RefusesEachCorpusRowHoweverItIsSplit) {
    for (const auto& row : refused_requests()) {
        const auto bytes = row.bytes + marker;
        for (std::size_t cut = 0; cut <= bytes.size(); cut = next_cut(bytes, cut)) {
            ASSERT_EQ(read_split(bytes, cut).status, row.status) << row.name << " cut at " << cut;
        }
    }
}

TEST(Gate, AcceptsValidRequestsHoweverTheyAreSplitAndUsesExactlyTheirBytes) {
    for (const auto& row : accepted_requests()) {
        const auto bytes = row.bytes + marker;
        for (std::size_t cut = 0; cut <= bytes.size(); cut = next_cut(bytes, cut)) {
            const auto seen = read_split(bytes, cut);
            ASSERT_EQ(seen.status, 200) << row.name << " cut at " << cut;
            ASSERT_EQ(seen.used, row.bytes.size()) << row.name << " cut at " << cut;
        }
    }
}

TEST(Gate, RefusesEachCorpusRowFedByteByByte) {
    for (const auto& row : refused_requests()) {
        if (!row.in_head) continue;
        const auto bytes = row.bytes + marker;
        Head head;
        std::size_t checked = 0;
        GateResult result;
        for (std::size_t end = 0; end <= bytes.size(); ++end) {
            result = scan(std::string_view(bytes).substr(0, end), {}, head, checked);
            if (result.state != GateState::incomplete) break;
        }
        EXPECT_EQ(result.state, GateState::refused) << row.name;
        EXPECT_EQ(result.status, row.status) << row.name;
    }
}

TEST(Gate, ReportsWhatTheHeadSays) {
    const std::string bytes =
        "POST /webhooks/wa-main?x=1 HTTP/1.1\r\nHost: h\r\nX-Sig:  abc \r\nContent-Length: 7\r\n"
        "Expect: 100-continue\r\nConnection: x, Close\r\n\r\n";
    Head head;
    std::size_t checked = 0;

    ASSERT_EQ(scan(bytes, {}, head, checked).state, GateState::complete);

    EXPECT_EQ(head.method, "POST");
    EXPECT_EQ(head.target, "/webhooks/wa-main?x=1");
    EXPECT_EQ(head.framing, Framing::length);
    EXPECT_EQ(head.content_length, 7U);
    EXPECT_TRUE(head.expect_continue);
    EXPECT_FALSE(head.keep_alive);
    ASSERT_EQ(head.fields.size(), 5U);
    EXPECT_EQ(head.fields[1].value, "abc");
    EXPECT_EQ(head.bytes, bytes.size());
}

int scan_status(const std::string& bytes, const GateLimits& limits) {
    Head head;
    std::size_t checked = 0;
    const auto result = scan(bytes, limits, head, checked);
    return result.state == GateState::refused    ? result.status
           : result.state == GateState::complete ? 200
                                                 : 0;
}

TEST(Gate, HoldsTheHeaderByteLimitToTheByte) {
    const GateLimits limits{1000, 100, 500};
    const auto head_of = [](std::size_t size) {
        const std::string start = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
        return start + std::string(size - start.size() - 4, 'a') + "\r\n\r\n";
    };
    EXPECT_EQ(scan_status(head_of(999), limits), 200);
    EXPECT_EQ(scan_status(head_of(1000), limits), 200);
    EXPECT_EQ(scan_status(head_of(1001), limits), 431);
    EXPECT_EQ(scan_status(head_of(1001).substr(0, 999), limits), 0);
    EXPECT_EQ(scan_status(head_of(1001).substr(0, 1000), limits), 431);
}

TEST(Gate, HoldsTheFieldAndTargetLimits) {
    const GateLimits limits{16 * 1024, 10, 100};
    const auto with_fields = [](int count) {
        std::string head = "GET / HTTP/1.1\r\nHost: h\r\n";
        for (int i = 1; i < count; ++i) head += "X: y\r\n";
        return head + "\r\n";
    };
    EXPECT_EQ(scan_status(with_fields(9), limits), 200);
    EXPECT_EQ(scan_status(with_fields(10), limits), 200);
    EXPECT_EQ(scan_status(with_fields(11), limits), 431);
    const auto with_target = [](std::size_t size) {
        return "GET /" + std::string(size - 1, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n";
    };
    EXPECT_EQ(scan_status(with_target(99), limits), 200);
    EXPECT_EQ(scan_status(with_target(100), limits), 200);
    EXPECT_EQ(scan_status(with_target(101), limits), 414);
}

TEST(Gate, AgreesWithBeastOnAHeadOfTheLargestSize) {
    const GateLimits limits;
    std::string bytes = "GET / HTTP/1.1\r\nHost: h\r\n";
    while (bytes.size() < 15'000) bytes += "X-Header: " + std::string(190, 'v') + "\r\n";
    bytes += "\r\n";
    Head head;
    std::size_t checked = 0;
    ASSERT_EQ(scan(bytes, limits, head, checked).state, GateState::complete);
    EXPECT_TRUE(beast_agrees(bytes, head));
}

TEST(ChunkedDecoder, HoldsTheBodyLimitToTheByte) {
    const auto feed = [](std::size_t size) {
        ChunkedDecoder decoder(100);
        std::string body;
        char digits[8];
        std::snprintf(digits, sizeof digits, "%zx", size - 1);
        const auto bytes =
            std::string(digits) + "\r\n" + std::string(size - 1, 'a') + "\r\n1\r\nb\r\n0\r\n\r\n";
        std::string_view rest = bytes;
        return decoder.feed(rest, body);
    };
    EXPECT_EQ(feed(99), ChunkState::done);
    EXPECT_EQ(feed(100), ChunkState::done);
    EXPECT_EQ(feed(101), ChunkState::too_large);
}

TEST(ChunkedDecoder, NeverHoldsMoreThanItsLimit) {
    ChunkedDecoder decoder(100);
    std::string body;
    std::string_view rest = "ffffffff\r\naaaa";
    EXPECT_EQ(decoder.feed(rest, body), ChunkState::too_large);
    EXPECT_TRUE(body.empty());
}

}  // namespace
}  // namespace postern::net::test
