// The life of a connection, event by event: bind, window, answers, silence, nonsense, goodbye.
#include "adapters/smpp/session.h"

#include <gtest/gtest.h>

#include "adapters/smpp/status.h"
#include "tests/adapters/smpp/octets.h"

namespace postern::adapters::smpp {
namespace {

using namespace std::chrono_literals;

SessionOptions options_of(BindKind kind = BindKind::transceiver, std::size_t window = 2) {
    SessionOptions out;
    out.bind = {kind, "acme", Secret("s"), {}};
    out.window = window;
    return out;
}

Header header_of(std::string_view pdu) {
    Framer framer;
    framer.feed(pdu);
    return framer.next() == Framer::State::pdu ? framer.header() : Header{};
}

ShortMessage hello() {
    ShortMessage out;
    out.source = "1";
    out.dest = "2";
    out.text = "hello";
    return out;
}

std::string delivery(std::uint32_t sequence) {
    std::string raw = encode_submit(hello(), sequence);
    raw[7] = static_cast<char>(command::deliver_sm);
    return raw;
}

std::string submit_answer(std::uint32_t sequence, std::uint32_t status = 0,
                          std::string_view id = "id1") {
    Writer out(command::submit_sm | command::response, status, sequence);
    return status == 0 ? out.c_string(id, 65).finish() : out.finish();
}

/// Bound at zero.
struct Bound {
    explicit Bound(SessionOptions options = options_of()) : session(std::move(options)) {
        Actions open;
        session.on_open(0s, open);
        const Header bind = header_of(open.write);
        Actions answered;
        session.on_bytes(encode_bare(bind.command | command::response, 0, bind.sequence), 0s,
                         answered);
        EXPECT_TRUE(answered.bound);
    }
    Actions feed(std::string_view bytes, Session::Moment now = 1s) {
        Actions out;
        session.on_bytes(bytes, now, out);
        return out;
    }
    /// The sequence under which it left.
    std::uint32_t submit(std::uint64_t token, Session::Moment now = 1s) {
        Actions out;
        session.submit(token, hello(), now, out);
        return header_of(out.write).sequence;
    }
    Session session;
};

TEST(SmppSession, BindsAsItsAccountSays) {
    for (const auto& [kind, id] : {std::pair{BindKind::transceiver, command::bind_transceiver},
                                   std::pair{BindKind::transmitter, command::bind_transmitter},
                                   std::pair{BindKind::receiver, command::bind_receiver}}) {
        Session session(options_of(kind));
        Actions out;
        session.on_open(0s, out);
        EXPECT_EQ(header_of(out.write).command, id);
        EXPECT_EQ(session.room(), 0u);
    }
    EXPECT_EQ(Bound().session.room(), 2u);
    EXPECT_EQ(Bound(options_of(BindKind::receiver)).session.room(), 0u);
}

TEST(SmppSession, EndsWithTheStatusOfARefusedBind) {
    Session session(options_of());
    Actions out;
    session.on_open(0s, out);
    session.on_bytes(encode_bare(command::bind_transceiver | command::response, 0x0e, 1), 1s, out);
    ASSERT_TRUE(out.end);
    EXPECT_EQ(out.end->reason, EndReason::refused);
    EXPECT_EQ(out.end->status, 0x0eu);
    EXPECT_TRUE(is_refusal(0x0e));
    EXPECT_FALSE(is_refusal(status::already_bound));
}

TEST(SmppSession, EndsWhenTheBindIsNotAnswered) {
    Session session(options_of());
    Actions out;
    session.on_open(0s, out);
    EXPECT_EQ(session.deadline(), Session::Moment(10s));
    session.on_deadline(10s, out);
    ASSERT_TRUE(out.end);
    EXPECT_EQ(out.end->reason, EndReason::bind_timeout);
}

TEST(SmppSession, MatchesAnswersThatComeInAnotherOrderAndKeepsToItsWindow) {
    Bound link;
    const auto first = link.submit(11);
    const auto second = link.submit(12);
    EXPECT_EQ(link.session.room(), 0u);
    const Actions out =
        link.feed(submit_answer(second, 0, "b") + submit_answer(first, status::throttled));
    ASSERT_EQ(out.submitted.size(), 2u);
    EXPECT_EQ(out.submitted[0].token, 12u);
    EXPECT_EQ(out.submitted[0].message_id, "b");
    EXPECT_EQ(out.submitted[1].token, 11u);
    EXPECT_EQ(out.submitted[1].status, status::throttled);
    EXPECT_EQ(link.session.room(), 2u);
}

TEST(SmppSession, GivesUpOnAnAnswerAndStillTellsALateOne) {
    Bound link;
    const auto sequence = link.submit(11, 1s);
    Actions out;
    link.session.on_deadline(16s, out);
    ASSERT_EQ(out.submitted.size(), 1u);
    EXPECT_FALSE(out.submitted[0].answered);
    EXPECT_EQ(link.session.room(), 2u);
    const Actions late = link.feed(submit_answer(sequence, 0, "late"), 20s);
    ASSERT_EQ(late.submitted.size(), 1u);
    EXPECT_TRUE(late.submitted[0].answered && late.submitted[0].late);
    EXPECT_EQ(late.submitted[0].message_id, "late");
}

TEST(SmppSession, SaysWhatNobodyAnsweredWhenTheConnectionIsGone) {
    Bound link;
    (void)link.submit(11);
    const auto second = link.submit(12);
    (void)link.feed(submit_answer(second));
    EXPECT_EQ(link.session.close(), std::vector<std::uint64_t>{11});
    EXPECT_FALSE(link.session.deadline());
}

TEST(SmppSession, HandsOutDeliveriesAndAnswersWhenTold) {
    Bound link;
    const Actions out = link.feed(delivery(7));
    ASSERT_EQ(out.delivered.size(), 1u);
    EXPECT_EQ(out.delivered[0].message->text, "hello");
    EXPECT_EQ(out.delivered[0].raw, delivery(7));
    EXPECT_EQ(out.write, "");
    Actions answer;
    link.session.answer(command::deliver_sm, 7, 0, answer);
    EXPECT_EQ(to_hex(answer.write), "0000001180000005000000000000000700");
}

TEST(SmppSession, ChecksASilentLinkAndEndsOneThatDoesNotAnswer) {
    Bound link;
    EXPECT_EQ(link.session.deadline(), Session::Moment(30s));
    Actions first;
    link.session.on_deadline(30s, first);
    EXPECT_EQ(header_of(first.write).command, command::enquire_link);
    const Actions answered = link.feed(
        encode_bare(command::enquire_link | command::response, 0, header_of(first.write).sequence),
        31s);
    EXPECT_FALSE(answered.end);
    EXPECT_EQ(link.session.deadline(), Session::Moment(61s));
    Actions out;
    link.session.on_deadline(61s, out);
    link.session.on_deadline(71s, out);
    EXPECT_FALSE(out.end) << "one may be lost";
    link.session.on_deadline(81s, out);
    ASSERT_TRUE(out.end);
    EXPECT_EQ(out.end->reason, EndReason::silent);
}

TEST(SmppSession, AnswersTheCentresEnquiriesInEveryState) {
    Session session(options_of());
    Actions out;
    session.on_open(0s, out);
    out.write.clear();
    session.on_bytes(encode_bare(command::enquire_link, 0, 9), 1s, out);
    EXPECT_EQ(to_hex(out.write), "00000010800000150000000000000009");
    EXPECT_EQ(to_hex(Bound().feed(encode_bare(command::enquire_link, 0, 9)).write),
              "00000010800000150000000000000009");
}

TEST(SmppSession, OutlivesPdusThatMakeNoSense) {
    Bound link;
    const std::string nonsense[] = {
        encode_bare(0x7777, 0, 5),                                    // no such command
        encode_bare(command::submit_sm, 0, 6),                        // ours to send, not theirs
        octets("0000001200000005000000000000000800ff"),               // a delivery without fields
        encode_bare(command::submit_sm | command::response, 0, 999),  // of nothing
        encode_bare(command::generic_nack, 3, 998),
        encode_bare(command::generic_nack, 3, 0),
        octets("00020000000000050000000000000009") + std::string(0x20000 - 16, 'x'),
    };
    for (const std::string& pdu : nonsense) {
        const Actions out = link.feed(pdu);
        EXPECT_FALSE(out.end) << to_hex(pdu.substr(0, 16));
        for (const Delivered& one : out.delivered) EXPECT_FALSE(one.message);
    }
    EXPECT_EQ(link.session.state(), Session::State::bound);
    EXPECT_EQ(link.feed(delivery(7)).delivered.size(), 1u);
    EXPECT_EQ(to_hex(link.feed(encode_bare(0x7777, 0, 5)).write),
              "00000010800000000000000300000005");
}

TEST(SmppSession, EndsOnlyWhereTheStreamCannotBeFollowed) {
    Bound link;
    const Actions out = link.feed(octets("00000003000000050000000000000009"));
    ASSERT_TRUE(out.end);
    EXPECT_EQ(out.end->reason, EndReason::lost);
    EXPECT_EQ(to_hex(out.write), "00000010800000000000000200000000");
}

TEST(SmppSession, TakesARefusalOfTheWholePduForOneOfTheSubmission) {
    Bound link;
    const auto sequence = link.submit(11);
    const Actions out = link.feed(encode_bare(command::generic_nack, 2, sequence));
    ASSERT_EQ(out.submitted.size(), 1u);
    EXPECT_EQ(out.submitted[0].status, 2u);
    EXPECT_TRUE(out.submitted[0].answered);
}

TEST(SmppSession, LetsTheCentreSayGoodbye) {
    const Actions out = Bound().feed(encode_bare(command::unbind, 0, 4));
    EXPECT_EQ(to_hex(out.write), "00000010800000060000000000000004");
    ASSERT_TRUE(out.end);
    EXPECT_EQ(out.end->reason, EndReason::unbound);
}

TEST(SmppSession, SaysGoodbyeWhenTheLastSubmissionIsAnswered) {
    Bound link;
    const auto sequence = link.submit(11);
    Actions out;
    link.session.unbind(2s, out);
    EXPECT_EQ(out.write, "");
    EXPECT_EQ(link.session.room(), 0u);
    const Actions answered = link.feed(submit_answer(sequence), 3s);
    const Header goodbye = header_of(answered.write);
    EXPECT_EQ(goodbye.command, command::unbind);
    const Actions end =
        link.feed(encode_bare(command::unbind | command::response, 0, goodbye.sequence), 4s);
    ASSERT_TRUE(end.end);
    EXPECT_EQ(end.end->reason, EndReason::done);
}

TEST(SmppSession, RefusesDeliveriesBeforeItIsBound) {
    Session session(options_of());
    Actions open;
    session.on_open(0s, open);
    Actions out;
    session.on_bytes(delivery(3), 1s, out);
    EXPECT_TRUE(out.delivered.empty());
    EXPECT_EQ(to_hex(out.write), "00000010800000050000000400000003");
}

}  // namespace
}  // namespace postern::adapters::smpp
