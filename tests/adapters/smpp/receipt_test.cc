// Receipts in parameters and in words, and the submission that each is about.
#include "adapters/smpp/receipt.h"

#include <span>

#include <gtest/gtest.h>

#include "adapters/smpp/inbound.h"
#include "adapters/smpp/receipt_ids.h"
#include "tests/adapters/smpp/octets.h"

namespace postern::adapters::smpp {
namespace {

using namespace std::chrono_literals;

ShortMessage receipt_of(std::string text, std::vector<Tlv> tlvs = {}) {
    ShortMessage out;
    out.esm_class = esm::receipt;
    out.source_ton = 1;
    out.source = "15005550006";
    out.text = std::move(text);
    out.tlvs = std::move(tlvs);
    return out;
}

TEST(SmppReceipt, ReadsTheVectorWithItsParameters) {
    const std::string pdu = octets(
        "000000b30000000500000000000000080001013135303035353530303036000101343437373030393030303030"
        "0"
        "00400000000000000006469643a613162326333207375623a30303120646c7672643a303031207375626d69742"
        "0"
        "646174653a3236303131353130333020646f6e6520646174653a32363031313531303331207374"
        "61743a44454c49565244206572723a30303020746578743a4869001e0007613162326333000427000102042300"
        "0"
        "3030000");
    const auto message = decode_short_message(std::string_view(pdu).substr(header_bytes));
    ASSERT_TRUE(message && is_receipt(*message));
    const auto receipt = read_receipt(*message);
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->id, "a1b2c3");
    EXPECT_EQ(receipt->state, ReceiptState::delivered);
    EXPECT_EQ(receipt->error, "000");
    EXPECT_EQ(receipt->network, "030000");
    EXPECT_EQ(receipt->done,
              Instant{std::chrono::sys_days{std::chrono::year{2026} / 1 / 15}} + 10h + 31min);
}

struct Told {
    std::string text;
    std::string id;
    ReceiptState state;
    std::string error;
};

void expect_read(std::span<const Told> all) {
    for (const Told& told : all) {
        const auto receipt = read_receipt(receipt_of(told.text));
        ASSERT_TRUE(receipt) << told.text;
        EXPECT_EQ(receipt->id, told.id) << told.text;
        EXPECT_EQ(receipt->state, told.state) << told.text;
        EXPECT_EQ(receipt->error, told.error) << told.text;
    }
}

TEST(SmppReceipt, ReadsTheWordsOfCentresWhateverTheirOrderAndCase) {
    const Told all[] = {
        {"id:1 sub:001 dlvrd:001 submit date:2601151030 done date:2601151031 stat:DELIVRD err:000 "
         "text:id:9 stat:UNDELIV",
         "1", ReceiptState::delivered, "000"},
        {"ID:0A-b STAT:delivered ERR:0", "0A-b", ReceiptState::delivered, "0"},
        {"stat:UNDELIV err:1b2 id:77 donedate:260115103155", "77", ReceiptState::failed, "1b2"},
        {"id: 5 stat: EXPIRED", "5", ReceiptState::failed, ""},
        {"id:5 stat:REJECTED err:011", "5", ReceiptState::failed, "011"},
        {"id:5 stat:ACCEPTD", "5", ReceiptState::sent, ""},
        {"id:5 stat:ENROUTE", "5", ReceiptState::sent, ""},
        {"id:5 stat:DELETED", "5", ReceiptState::failed, ""},
        {"id:5 stat:UNKNOWN", "5", ReceiptState::failed, ""},
        {"id:5 sub:001 dlvrd:000 stat:DELIVRD", "5", ReceiptState::delivered, ""},
        {"id:8f-2 err:000 dlvrd:001 done date:2601151031 text: stat:DELIVRD", "8f-2",
         ReceiptState::delivered, "000"},
        {"id:5 stat:DND_REJECTED err:123", "5", ReceiptState::failed, "123"},
        {"id:5 stat:BLACKLISTED", "5", ReceiptState::failed, ""},
        {"id:5 stat:2 err:0", "5", ReceiptState::delivered, "0"},
        {"id:5 stat:MAYBE err:000", "5", ReceiptState::sent, "000"},
        {"id:5 stat:MAYBE err:0c1", "5", ReceiptState::failed, "0c1"},
    };
    expect_read(all);
}

TEST(SmppReceipt, FindsAnIdBehindTheWordsOfItsCentre) {
    const Told all[] = {
        {"4790000000SMSAlert^id:1054BC63 sub:0 dlvrd:1 submit date:2601151030 "
         "done date:2601151031 stat:DELIVRD err: text:",
         "1054BC63", ReceiptState::delivered, ""},
        {"15005550006447700900000#id:11f8f466 sub:001 stat:UNDELIV err:001 Text:a", "11f8f466",
         ReceiptState::failed, "001"},
        {"XMS=id:86 submit date:2601151030 done date:2601151030 stat:DELIVRD", "86",
         ReceiptState::delivered, ""},
        {"guid:7 msg_id:86 stat:DELIVRD", "86", ReceiptState::delivered, ""},
        {"XMS=id:7 id:86 stat:DELIVRD", "86", ReceiptState::delivered, ""},
    };
    expect_read(all);
    for (const char* text : {"stat:DELIVRD", "guid:7 stat:DELIVRD", "id: sub:001 stat:UNDELIV",
                             "stat:DELIVRD err:000 text:a?id:7"}) {
        EXPECT_FALSE(read_receipt(receipt_of(text))) << text;
    }
}

TEST(SmppReceipt, ReadsDatesWithACenturyAndWithSignsBetween) {
    const Instant minute =
        Instant{std::chrono::sys_days{std::chrono::year{2026} / 1 / 15}} + 10h + 31min;
    for (const char* date : {"2601151031", "260115103100", "202601151031", "20260115103100",
                             "2026011510310000", "2026-01-15 10:31:00", "2026-01-15T10:31:00.000Z",
                             "26/01/15 10:31", "2601151031 IMSI: MSC:"}) {
        const auto receipt =
            read_receipt(receipt_of("id:5 done date:" + std::string(date) + " stat:DELIVRD"));
        ASSERT_TRUE(receipt) << date;
        EXPECT_EQ(receipt->done, minute) << date;
    }
    for (const char* date : {"", "0000000000", "ND", "20260115", "2613151031", "1768473060"}) {
        const auto receipt =
            read_receipt(receipt_of("id:5 done date:" + std::string(date) + " stat:DELIVRD"));
        ASSERT_TRUE(receipt) << date;
        EXPECT_EQ(receipt->done, std::nullopt) << date;
    }
}

TEST(SmppReceipt, NeverTellsAFailureAsDelivered) {
    for (const char* stat :
         {"NON_DELIVERED", "NONDELIVRD", "NON-DELIVERED", "NOT_DELIVERED", "UNDELIVERED",
          "FAILED_DELIVERY", "DELIVERY_FAILED", "DELIVERY_EXPIRED", "REJECTED_DELIVERY",
          "delivery_rejected", "DELIVERY IMPOSSIBLE", "Delivery  failed", "DELIVERY_ERROR",
          "DELIVRD_INVALID"}) {
        const auto receipt = read_receipt(receipt_of("id:5 stat:" + std::string(stat) + " err:0"));
        ASSERT_TRUE(receipt) << stat;
        EXPECT_EQ(receipt->state, ReceiptState::failed) << stat;
    }
    for (const char* stat : {"DELIVERY_PENDING", "DELIVERY ATTEMPTED", "SOON_DELIVERED"}) {
        const auto receipt = read_receipt(receipt_of("id:5 stat:" + std::string(stat) + " err:0"));
        ASSERT_TRUE(receipt) << stat;
        EXPECT_EQ(receipt->state, ReceiptState::sent) << stat;
    }
    for (const char* stat : {"DELIVERED_TO_HANDSET", "DELIVERY", "DELIVERED Payment failed"}) {
        const auto receipt = read_receipt(receipt_of("id:5 stat:" + std::string(stat)));
        ASSERT_TRUE(receipt) << stat;
        EXPECT_EQ(receipt->state, ReceiptState::delivered) << stat;
    }
    EXPECT_EQ(read_receipt(receipt_of("id:5 stat:DELIVERY \r\n IMPOSSIBLE err:1"))->stat,
              "DELIVERY IMPOSSIBLE");
}

TEST(SmppReceipt, TakesAStateOfZeroForNoneBesideAText) {
    const Tlv zero{tag::message_state, std::string(1, '\0')};
    const auto told = read_receipt(receipt_of("id:5 stat:DELIVRD err:000", {zero}));
    ASSERT_TRUE(told);
    EXPECT_EQ(told->state, ReceiptState::delivered);
    EXPECT_EQ(told->stat, "DELIVRD");
    const auto scheduled = read_receipt(receipt_of("id:5", {zero}));
    ASSERT_TRUE(scheduled);
    EXPECT_EQ(scheduled->state, ReceiptState::sent);
    EXPECT_EQ(scheduled->stat, "SCHEDLD");
}

TEST(SmppReceipt, PrefersParametersToWords) {
    const auto receipt = read_receipt(receipt_of(
        "id:1 stat:UNDELIV",
        {{tag::receipted_message_id, std::string("2\0", 2)}, {tag::message_state, "\x02"}}));
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->id, "2");
    EXPECT_EQ(receipt->state, ReceiptState::delivered);
}

TEST(SmppReceipt, IsOneByItsParametersWhereTheCentreForgetsTheClass) {
    ShortMessage message = receipt_of(
        "", {{tag::receipted_message_id, std::string("7\0", 2)}, {tag::message_state, "\x05"}});
    message.esm_class = 0;
    ASSERT_TRUE(is_receipt(message));
    EXPECT_EQ(read_receipt(message)->state, ReceiptState::failed);
    message.tlvs.pop_back();
    EXPECT_FALSE(is_receipt(message));
}

TEST(SmppReceipt, TellsTheDayInFourteenDigitsToo) {
    const auto receipt = read_receipt(receipt_of("id:5 stat:DELIVRD done date:20260115103155"));
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->done,
              Instant{std::chrono::sys_days{std::chrono::year{2026} / 1 / 15}} + 10h + 31min + 55s);
}

TEST(SmppReceipt, IsNoneWithoutAnIdOrAState) {
    for (const char* text :
         {"", "hello", "id:5", "stat:DELIVRD", "id:5 stat: err:1", "grid:5 stat:"})
        EXPECT_FALSE(read_receipt(receipt_of(text))) << text;
}

TEST(SmppReceipt, TellsWhomItIsAboutAndWhatTheCentreSaid) {
    const ShortMessage message = receipt_of("id:5 stat:UNDELIV err:042 done date:2601151031");
    const Instant now = Instant{std::chrono::sys_days{std::chrono::year{2026} / 1 / 15}} + 12h;
    const auto status = status_of(*read_receipt(message), message, "ours", now);
    EXPECT_EQ(status.external_id, "ours");
    EXPECT_EQ(status.recipient, "+15005550006");
    ASSERT_TRUE(status.error);
    EXPECT_EQ(status.error->code, "042");
    EXPECT_EQ(status.provider_time, now - 1h - 29min);
    EXPECT_EQ(status.details_json, R"({"stat":"UNDELIV","err":"042","id":"5"})");
}

Receipt told(std::string id, ReceiptState state = ReceiptState::delivered) {
    Receipt out;
    out.id = std::move(id);
    out.state = state;
    return out;
}

TEST(SmppReceipt, TellsOfAFailureWhatTheNetworkOrTheCentreSays) {
    const auto judged = [](std::string stat, std::string network) {
        Receipt receipt;
        receipt.stat = std::move(stat);
        receipt.network = std::move(network);
        ProviderError error;
        judge(receipt, error);
        return std::pair(error.result, error.word);
    };
    using enum SendResult;
    EXPECT_EQ(judged("UNDELIV", "030001"), std::pair(permanent, std::string("invalid_recipient")));
    EXPECT_EQ(judged("UNDELIV", "03001b"), std::pair(transient, std::string("recipient_absent")));
    EXPECT_EQ(judged("undeliverable", ""), std::pair(permanent, std::string("undeliverable")));
    EXPECT_EQ(judged("EXPIRED", "030000"), std::pair(permanent, std::string("expired")));
    EXPECT_EQ(judged("DND_REJECTED", ""), std::pair(permanent, std::string("rejected")));
    EXPECT_EQ(judged("UNKNOWN", "020001"), std::pair(permanent, std::string()));
}

TEST(SmppReceiptIds, FindTheMessageWhateverTheSpelling) {
    struct Spelling {
        const char* submitted;
        const char* told;
    };
    for (const Spelling& one :
         {Spelling{"a1b2c3", "a1b2c3"}, Spelling{"A1B2C3", "a1b2c3"}, Spelling{"0000A1", "a1"},
          Spelling{"12ab", "4779"}, Spelling{"00012AB", "0000004779"}, Spelling{"4779", "12AB"},
          Spelling{"0000004779", "000012ab"}}) {
        ReceiptIds ids(ReceiptId::automatic);
        ids.submitted("msg.1", "+573001234567", one.submitted, 0, 1, 0s);
        const auto found = ids.told(told(one.told), "573001234567", 1s);
        ASSERT_TRUE(found);
        EXPECT_EQ(found->echo, "msg.1") << one.submitted << " " << one.told;
        EXPECT_EQ(found->external_id, one.submitted);
    }
}

TEST(SmppReceiptIds, BelieveAnotherBaseOfTheSamePersonAlone) {
    ReceiptIds ids(ReceiptId::automatic);
    ids.submitted("msg.1", "+573001234567", "64", 0, 1, 0s);
    EXPECT_EQ(ids.told(told("100"), "+15005550006", 1s)->echo, "");
    EXPECT_EQ(ids.told(told("100"), "+573001234567", 1s)->echo, "msg.1");
}

TEST(SmppReceiptIds, SpellWhatIsForgottenByTheAccountsRule) {
    struct Rule {
        ReceiptId rule;
        const char* submitted;
        const char* told;
    };
    for (const Rule& one :
         {Rule{ReceiptId::exact, "0A", "0A"}, Rule{ReceiptId::hex_to_dec, "00012AB", "04779"},
          Rule{ReceiptId::dec_to_hex, "4779", "000012AB"},
          Rule{ReceiptId::ci_trim_zero, "000aB", "AB"}}) {
        ReceiptIds ids(one.rule);
        const std::string kept = ids.canonical(one.submitted);
        EXPECT_EQ(ids.told(told(one.told), "", 1s)->external_id, kept) << one.submitted;
        ids.submitted("msg.1", "+1", one.submitted, 0, 1, 0s);
        EXPECT_EQ(ids.told(told(one.told), "", 1s)->echo, "msg.1") << one.submitted;
    }
}

TEST(SmppReceiptIds, SayThatALongMessageArrivedWhenAllOfItDid) {
    ReceiptIds ids(ReceiptId::automatic);
    for (std::size_t part = 0; part < 3; ++part)
        ids.submitted("msg.1", "+1", "p" + std::to_string(part), part, 3, 0s);
    EXPECT_FALSE(ids.told(told("p2"), "+1", 1s));
    EXPECT_FALSE(ids.told(told("p2"), "+1", 1s)) << "a repeated receipt is no other part";
    EXPECT_FALSE(ids.told(told("p0"), "+1", 1s));
    const auto last = ids.told(told("p1"), "+1", 1s);
    ASSERT_TRUE(last);
    EXPECT_EQ(last->external_id, "p0");
    EXPECT_EQ(last->state, ReceiptState::delivered);
}

TEST(SmppReceiptIds, SayThatALongMessageFailedWhenOnePartDid) {
    ReceiptIds ids(ReceiptId::automatic);
    ids.submitted("msg.1", "+1", "p0", 0, 2, 0s);
    ids.submitted("msg.1", "+1", "p1", 1, 2, 0s);
    EXPECT_FALSE(ids.told(told("p0"), "+1", 1s));
    EXPECT_EQ(ids.told(told("p1", ReceiptState::failed), "+1", 1s)->state, ReceiptState::failed);
}

TEST(SmppReceiptIds, ForgetTheOldestWhenThereAreTooMany) {
    ReceiptIds ids(ReceiptId::automatic, 2);
    for (const char* id : {"a", "b", "c"}) ids.submitted(id, "+1", id, 0, 1, 0s);
    EXPECT_EQ(ids.size(), 2u);
    EXPECT_EQ(ids.told(told("a"), "+1", 1s)->echo, "");
    EXPECT_EQ(ids.told(told("c"), "+1", 1s)->echo, "c");
    ids.submitted("d", "+1", "d", 0, 1, 73h);
    EXPECT_EQ(ids.size(), 1u);
}

}  // namespace
}  // namespace postern::adapters::smpp
