// PDUs against byte vectors that npm `smpp` 0.5.1 decodes, and what must not be read from broken
// ones.
#include "adapters/smpp/pdu.h"

#include <gtest/gtest.h>

#include "adapters/smpp/messages.h"
#include "adapters/smpp/split.h"
#include "tests/adapters/smpp/octets.h"

namespace postern::adapters::smpp {
namespace {

/// A login of the vectors.
Bind acme() {
    return {BindKind::transceiver, "acme", Secret("s3cr3t"), {}};
}

std::string hex_of_submission(std::string_view text, LongMode mode, std::string_view source,
                              std::size_t part, std::uint16_t reference, std::uint32_t sequence) {
    Options options;
    options.source = address_of(source);
    options.long_mode = mode;
    auto parts = submissions(text, {"+15005550006", reference, {}, {}}, options);
    ShortMessage& sm = parts.at(part);
    sm.registered_delivery = sequence == 3 ? 1 : 0;
    return to_hex(encode_submit(sm, sequence));
}

TEST(SmppPdu, SpellsABindAndALinkCheckAsTheVectorsDo) {
    EXPECT_EQ(to_hex(encode(acme(), 1)),
              "0000002100000009000000000000000161636d6500733363723374000034000000");
    EXPECT_EQ(to_hex(encode_bare(command::enquire_link, 0, 2)), "00000010000000150000000000000002");
    EXPECT_EQ(to_hex(encode_bare(command::unbind, 0, 10)), "0000001000000006000000000000000a");
    EXPECT_EQ(to_hex(encode_bare(command::generic_nack, 3, 0x63)),
              "00000010800000000000000300000063");
    EXPECT_EQ(to_hex(encode_delivered(command::deliver_sm, 0, 8)),
              "0000001180000005000000000000000800");
}

TEST(SmppPdu, SpellsASubmissionInGsm7AsTheVectorDoes) {
    EXPECT_EQ(
        hex_of_submission("Hi @ {1}", LongMode::udh, "+447700900000", 0, 0, 3),
        "0000004200000004000000000000000300010134343737303039303030303000010131353030353535303"
        "03036000000000000010000000a48692000201b28311b29");
}

TEST(SmppPdu, SpellsEachWayToJoinPartsAsTheVectorsDo) {
    // One part of two: the vectors hold a short text, so the same part is written by hand.
    ShortMessage sm;
    sm.source_ton = 5;
    sm.source = "ACME";
    sm.dest_ton = sm.dest_npi = 1;
    sm.dest = "15005550006";
    sm.registered_delivery = 1;
    sm.data_coding = 8;
    const std::string text = octets("041f04400438043204350442");
    ShortMessage udh = sm;
    udh.esm_class = esm::udh;
    udh.text = octets("0500032a0201") + text;
    EXPECT_EQ(to_hex(encode_submit(udh, 4)),
              "0000004200000004000000000000000400050041434d4500010131353030353535303030360040000000"
              "0001000800120500032a0201041f04400438043204350442");
    ShortMessage sar = sm;
    sar.text = text;
    sar.tlvs = {{tag::sar_msg_ref_num, octets("1234")},
                {tag::sar_total_segments, octets("02")},
                {tag::sar_segment_seqnum, octets("01")}};
    EXPECT_EQ(to_hex(encode_submit(sar, 6)).substr(0, 32), "0000004c000000040000000000000006");
    ShortMessage payload = sm;
    payload.validity = "000000001000000R";
    payload.tlvs = {{tag::message_payload, text}};
    EXPECT_EQ(to_hex(encode_submit(payload, 7)).substr(0, 32), "00000050000000040000000000000007");
    for (const ShortMessage& one : {udh, sar, payload}) {
        const auto read =
            decode_short_message(std::string_view(encode_submit(one, 9)).substr(header_bytes));
        ASSERT_TRUE(read);
        EXPECT_EQ(*read, one);
    }
}

TEST(SmppPdu, ReadsADeliveryOfTheVectors) {
    const std::string mo = octets(
        "0000003c0000000500000000000000090001013135303035353530303036000101343437373030393030303030"
        "000000000000000000000453544f50");
    const auto message = decode_short_message(std::string_view(mo).substr(header_bytes));
    ASSERT_TRUE(message);
    EXPECT_EQ(message->source, "15005550006");
    EXPECT_EQ(message->dest, "447700900000");
    EXPECT_EQ(message->text, "STOP");
}

TEST(SmppPdu, ReadsNothingFromABodyThatIsCutAnywhere) {
    const std::string whole =
        encode_submit({"", 1, 1, "1", 1, 1, "2", 0, 0, 0, "", "", 0, 0, "text", {}}, 1);
    const std::string_view body = std::string_view(whole).substr(header_bytes);
    for (std::size_t bytes = 0; bytes < body.size(); ++bytes)
        EXPECT_FALSE(decode_short_message(body.substr(0, bytes))) << bytes;
    EXPECT_TRUE(decode_short_message(body));
}

TEST(SmppPdu, KeepsATextWhoseParametersAreBroken) {
    const std::string whole =
        encode_submit({"", 1, 1, "1", 1, 1, "2", 0, 0, 0, "", "", 0, 0, "text", {}}, 1);
    const std::string body = whole.substr(header_bytes) + octets("020cffff01");
    EXPECT_TRUE(decode_short_message(body));
    const std::string empty =
        encode_submit({"", 1, 1, "1", 1, 1, "2", 0, 0, 0, "", "", 0, 0, "", {}}, 1)
            .substr(header_bytes) +
        octets("0424ffff01");
    EXPECT_FALSE(decode_short_message(empty));
}

TEST(SmppFramer, CutsTheSamePdusHoweverTheBytesCome) {
    const std::string stream = encode_bare(command::enquire_link, 0, 1) + encode(acme(), 2) +
                               encode_bare(command::unbind, 0, 3);
    for (std::size_t step = 1; step <= stream.size(); ++step) {
        Framer framer;
        std::vector<std::uint32_t> sequences;
        for (std::size_t at = 0; at < stream.size(); at += step) {
            framer.feed(std::string_view(stream).substr(at, step));
            while (framer.next() == Framer::State::pdu)
                sequences.push_back(framer.header().sequence);
        }
        EXPECT_EQ(sequences, (std::vector<std::uint32_t>{1, 2, 3})) << "in steps of " << step;
    }
}

TEST(SmppFramer, PassesOverAPduThatIsTooLongAndGoesOn) {
    Framer framer;
    const std::string after = encode_bare(command::enquire_link, 0, 7);
    const std::string header = octets("00020000000000050000000000000006");
    framer.feed(header);
    EXPECT_EQ(framer.next(), Framer::State::skipped);
    EXPECT_EQ(framer.header().sequence, 6u);
    framer.feed(std::string(0x20000 - header_bytes, 'x') + after);
    ASSERT_EQ(framer.next(), Framer::State::pdu);
    EXPECT_EQ(framer.header().sequence, 7u);
}

TEST(SmppFramer, IsLostAfterALengthThatCannotBe) {
    for (const char* length : {"00000000", "0000000f", "7fffffff"}) {
        Framer framer;
        framer.feed(octets(length) + octets("000000150000000000000001"));
        EXPECT_EQ(framer.next(), Framer::State::lost) << length;
    }
}

}  // namespace
}  // namespace postern::adapters::smpp
