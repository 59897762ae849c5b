// What people write: parts in any order and spelling, alphabets, and what is kept of the
// unreadable.
#include "adapters/smpp/inbound.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "tests/adapters/smpp/octets.h"

namespace postern::adapters::smpp {
namespace {

using namespace std::chrono_literals;

ShortMessage from_person(std::string text) {
    ShortMessage out;
    out.source_ton = out.source_npi = out.dest_ton = out.dest_npi = 1;
    out.source = "573001234567";
    out.dest = "12345";
    out.text = std::move(text);
    return out;
}

/// As a centre spells it: a submission's body under another command.
Arrived arrived(ShortMessage message) {
    std::string raw = encode_submit(message, 1);
    raw[7] = static_cast<char>(command::deliver_sm);
    return {std::move(message), std::move(raw), 0};
}

ShortMessage part(const std::string& header, std::string text) {
    ShortMessage out = from_person(octets(header) + std::move(text));
    out.esm_class = esm::udh;
    return out;
}

ShortMessage sar(const char* reference, const char* total, const char* number, std::string text) {
    ShortMessage out = from_person(std::move(text));
    out.tlvs = {{tag::sar_msg_ref_num, octets(reference)},
                {tag::sar_total_segments, octets(total)},
                {tag::sar_segment_seqnum, octets(number)}};
    return out;
}

/// The texts that came together, in the order in which they did.
std::vector<std::string> feed(Reassembly& parts, std::vector<ShortMessage> messages) {
    std::vector<std::string> out;
    for (ShortMessage& message : messages) {
        const auto join = piece_of(message).join;
        if (!join) {
            ADD_FAILURE() << "no part";
            continue;
        }
        for (const Assembled& done : parts.add(arrived(std::move(message)), *join, 0s).done)
            out.push_back(message_of(done, Charset::gsm7, "id", {}).content.text);
    }
    return out;
}

TEST(SmppReassembly, JoinsPartsInAnyOrderByEachKindOfReference) {
    const std::vector<std::vector<ShortMessage>> ways = {
        {part("0500032a0301", "one "), part("0500032a0302", "two "), part("0500032a0303", "three")},
        {part("06080412340301", "one "), part("06080412340302", "two "),
         part("06080412340303", "three")},
        {sar("1234", "03", "01", "one "), sar("1234", "03", "02", "two "),
         sar("1234", "03", "03", "three")},
        // Another element stands before the one that joins.
        {part("0b0504c3500000"
              "00032a0301",
              "one "),
         part("0b0504c3500000"
              "00032a0302",
              "two "),
         part("0b0504c3500000"
              "00032a0303",
              "three")},
    };
    for (const auto& way : ways) {
        std::vector<std::size_t> order = {0, 1, 2};
        do {
            Reassembly parts;
            std::vector<ShortMessage> came;
            for (const std::size_t i : order) came.push_back(way[i]);
            EXPECT_EQ(feed(parts, came), std::vector<std::string>{"one two three"});
            EXPECT_EQ(parts.waiting(), 0u);
        } while (std::ranges::next_permutation(order).found);
    }
}

TEST(SmppReassembly, KeepsReferencesOfDifferentKindsAndPeopleApart) {
    Reassembly parts;
    ShortMessage other = part("0500032a0202", "other");
    other.source = "573009999999";
    EXPECT_TRUE(feed(parts, {part("0500032a0201", "a"), part("060804002a0202", "b"), other,
                             part("0500032a0302", "c")})
                    .empty());
    EXPECT_EQ(parts.waiting(), 4u);
    EXPECT_EQ(feed(parts, {part("0500032a0202", "z")}), std::vector<std::string>{"az"});
}

TEST(SmppReassembly, TakesARepeatedPartOnce) {
    Reassembly parts;
    const ShortMessage first = part("0500032a0201", "a");
    EXPECT_FALSE(parts.add(arrived(first), *piece_of(first).join, 0s).repeated);
    EXPECT_TRUE(parts.add(arrived(first), *piece_of(first).join, 0s).repeated);
    EXPECT_EQ(feed(parts, {part("0500032a0202", "b")}), std::vector<std::string>{"ab"});
}

TEST(SmppReassembly, BeginsAnotherMessageWhereItsReferenceCameRound) {
    Reassembly parts;
    const ShortMessage first = part("0500032a0201", "a");
    const ShortMessage other = part("0500032a0201", "B");
    EXPECT_TRUE(parts.add(arrived(first), *piece_of(first).join, 0s).waits);
    const auto added = parts.add(arrived(other), *piece_of(other).join, 5s);
    EXPECT_FALSE(added.repeated);
    EXPECT_TRUE(added.waits) << "what is done is the message before";
    ASSERT_EQ(added.done.size(), 1u);
    EXPECT_FALSE(added.done[0].whole());
    EXPECT_EQ(message_of(added.done[0], Charset::gsm7, "id", {}).content.text, "a[…]");
    EXPECT_EQ(parts.deadline(), std::chrono::microseconds(605s)) << "its patience is its own";
    EXPECT_TRUE(parts.add(arrived(other), *piece_of(other).join, 6s).repeated);
    const ShortMessage last = part("0500032a0202", "C");
    const auto ended = parts.add(arrived(last), *piece_of(last).join, 7s);
    EXPECT_FALSE(ended.waits);
    ASSERT_EQ(ended.done.size(), 1u);
    EXPECT_EQ(message_of(ended.done[0], Charset::gsm7, "id", {}).content.text, "BC");
    EXPECT_EQ(parts.waiting(), 0u);
}

TEST(SmppReassembly, GivesUpAfterItsPatienceWithAGapWhereAPartIsMissing) {
    Reassembly parts({.patience = 60s});
    EXPECT_TRUE(feed(parts, {part("0500032a0402", "two"), part("0500032a0404", "four")}).empty());
    EXPECT_EQ(parts.deadline(), std::chrono::microseconds(60s));
    EXPECT_TRUE(parts.expire(59s).empty());
    const auto given_up = parts.expire(60s);
    ASSERT_EQ(given_up.size(), 1u);
    EXPECT_FALSE(given_up[0].whole());
    const InboundMessage message = message_of(given_up[0], Charset::gsm7, "id", {});
    EXPECT_EQ(message.content.text, "[…]two[…]four");
    EXPECT_EQ(message.content.details_json,
              R"({"to":"12345","data_coding":0,"parts":4,"parts_missing":"1,3"})");
    EXPECT_FALSE(parts.deadline());
}

TEST(SmppReassembly, IsBoundedInMessagesAndOctets) {
    Reassembly few({.patience = 60s, .messages_max = 2});
    for (const char* header : {"050003010201", "050003020201"})
        EXPECT_TRUE(feed(few, {part(header, "x")}).empty());
    EXPECT_EQ(feed(few, {part("050003030201", "y")}), std::vector<std::string>{"x[…]"});
    EXPECT_EQ(few.waiting(), 2u);
    Reassembly small({.patience = 60s, .messages_max = 100, .bytes_max = 1000});
    std::size_t out = 0;
    for (unsigned i = 0; i < 50; ++i) {
        const std::string header = "050003" + to_hex(std::string(1, static_cast<char>(i))) + "0201";
        out += feed(small, {part(header, std::string(100, 'x'))}).size();
    }
    EXPECT_GT(out, 40u);
    EXPECT_LT(small.waiting(), 10u);
}

TEST(SmppReassembly, TakesANonsensicalHeaderForNone) {
    for (const char* header : {"0500032a0001", "0500032a0203", "0500032a0100", "050003"})
        EXPECT_FALSE(piece_of(part(header, "x")).join) << header;
    EXPECT_FALSE(piece_of(sar("1234", "01", "01", "x")).join);
    EXPECT_EQ(piece_of(part("0500032a0203", "x")).octets, "x");
}

TEST(SmppInbound, MakesAPersonOfAnInternationalNumber) {
    EXPECT_EQ(person_address(1, "573001234567"), "+573001234567");
    EXPECT_EQ(person_address(0, "573001234567"), "+573001234567");
    EXPECT_EQ(person_address(0, "+573001234567"), "+573001234567");
    EXPECT_EQ(person_address(2, "3001234567"), "3001234567");
    EXPECT_EQ(person_address(0, "12345"), "12345");
    EXPECT_EQ(person_address(5, "ACME"), "ACME");
    EXPECT_EQ(person_address(5, "A\xff"), "A\xef\xbf\xbd");
}

TEST(SmppInbound, KeepsOctetsThatAreNoText) {
    ShortMessage picture = from_person(octets("00ff10"));
    picture.data_coding = 4;
    Assembled one;
    one.parts.push_back(arrived(picture));
    const InboundMessage message = message_of(one, Charset::gsm7, "id", {});
    EXPECT_EQ(message.content.type, ContentType::unsupported);
    EXPECT_EQ(message.content.provider_type, "data_coding 4");
    EXPECT_EQ(message.content.details_json, R"({"octets":"00ff10","to":"12345","data_coding":4})");
}

TEST(SmppInbound, KeepsWhatAHeaderThatIsLongerThanTheMessageSpoils) {
    const ShortMessage broken = part("20000301", "Hola");
    Assembled one;
    one.parts.push_back(arrived(broken));
    const InboundMessage message = message_of(one, Charset::gsm7, "id", {});
    EXPECT_EQ(message.content.type, ContentType::unsupported);
    EXPECT_EQ(message.content.text, "");
    EXPECT_EQ(message.content.provider_type, "user_data_header");
    EXPECT_EQ(message.content.details_json,
              R"({"octets":"20000301486f6c61","to":"12345","data_coding":0})");
}

TEST(SmppInbound, ReadsAPayloadInsteadOfAShortMessage) {
    ShortMessage long_one = from_person("");
    long_one.tlvs = {{tag::message_payload, std::string(600, 'a')}};
    Assembled one;
    one.parts.push_back(arrived(long_one));
    EXPECT_EQ(message_of(one, Charset::gsm7, "id", {}).content.text, std::string(600, 'a'));
}

TEST(SmppInbound, DecodesWholePdusAgainAsQuarantineKeepsThem) {
    ShortMessage receipt = from_person("id:7 stat:DELIVRD");
    receipt.esm_class = esm::receipt;
    ShortMessage nameless = from_person("x");
    nameless.source.clear();
    const std::string broken = octets("0000001200000005000000000000000100ff");
    std::string pdus;
    for (const ShortMessage& one : {part("0500032a0202", "b"), receipt, from_person("hola"),
                                    nameless, part("0500032a0201", "a")})
        pdus += arrived(one).raw;
    pdus += broken + "rest";

    const InboundBatch batch = decode_pdus(pdus, Charset::gsm7, {});

    ASSERT_EQ(batch.items.size(), 3u);
    EXPECT_EQ(std::get<InboundStatus>(batch.items[0].what).external_id, "7");
    EXPECT_EQ(std::get<InboundMessage>(batch.items[1].what).content.text, "hola");
    EXPECT_EQ(std::get<InboundMessage>(batch.items[2].what).content.text, "ab");
    ASSERT_EQ(batch.undecoded.size(), 3u);
    EXPECT_EQ(batch.undecoded[1].raw, broken);
    EXPECT_EQ(batch.undecoded[2].raw, "rest");
}

TEST(SmppInbound, SurvivesEveryCutAndFlipOfAPdu) {
    const std::string whole =
        arrived(part("0500032a0201", "hola")).raw + arrived(sar("1234", "02", "01", "hola")).raw;
    for (std::size_t bytes = 0; bytes <= whole.size(); ++bytes) {
        const std::string cut = whole.substr(0, bytes);
        for (const Undecoded& one : decode_pdus(cut, Charset::gsm7, {}).undecoded)
            EXPECT_FALSE(one.reason.empty());
    }
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const char flip : {'\x01', '\x80', '\xff'}) {
            std::string bent = whole;
            bent[at] = static_cast<char>(bent[at] ^ flip);
            for (const InboundItem& item : decode_pdus(bent, Charset::gsm7, {}).items)
                EXPECT_FALSE(item.raw.empty());
        }
    }
}

TEST(SmppInbound, RefusesEveryWebhook) {
    AdapterConfig config;
    config.channel = "smpp";
    config.credentials["password"] = {Secret("s")};
    config.settings = {{"host", "localhost"}, {"system_id", "a"}};
    std::string problem;
    const auto adapter = adapters::make(config, problem);
    ASSERT_TRUE(adapter) << problem;
    EXPECT_EQ(adapter->verify({}, {}).kind, Verification::Kind::invalid);
    EXPECT_FALSE(adapter->handshake({}));
}

}  // namespace
}  // namespace postern::adapters::smpp
