// The simulated centre's spelling of SMPP against the gateway's: two hands, one specification.
#include "gateway/sim/smpp_pdu.h"

#include <gtest/gtest.h>

#include "adapters/smpp/inbound.h"
#include "adapters/smpp/split.h"
#include "gateway/sim/provider.h"

namespace postern::sim {
namespace {

namespace esme = adapters::smpp;

SmppPdu only_pdu(const std::string& bytes) {
    SmppPdu pdu;
    std::size_t taken = 0;
    EXPECT_EQ(take_pdu(bytes, pdu, taken), 1);
    EXPECT_EQ(taken, bytes.size());
    return pdu;
}

TEST(SmppPdu, ReadsTheBindOfTheGateway) {
    const std::string bytes = esme::encode(
        {esme::BindKind::transmitter, "postern", adapters::Secret("s3cr3t"), "type"}, 7);
    const SmppPdu pdu = only_pdu(bytes);
    EXPECT_EQ(pdu.command, smpp_command::bind_transmitter);
    EXPECT_EQ(pdu.sequence, 7u);
    SmppLogin login;
    ASSERT_TRUE(read_bind(pdu.body, login));
    EXPECT_EQ(login.system_id, "postern");
    EXPECT_EQ(login.password, "s3cr3t");
}

TEST(SmppPdu, ReadsEverySubmissionOfTheGateway) {
    for (const esme::LongMode mode : {esme::LongMode::udh, esme::LongMode::udh16,
                                      esme::LongMode::sar, esme::LongMode::payload}) {
        for (std::string text :
             {std::string("¿Qué? {€} ñ@"), std::string("Привет 😀"), std::string(400, 'x')}) {
            esme::Options options;
            options.long_mode = mode;
            options.source = esme::address_of("ACME");
            const adapters::Instant now{std::chrono::hours(24) * 20'000};
            const auto parts = esme::submissions(
                text, {"+573001234567", 42, now + std::chrono::hours(1), now}, options);
            std::string read;
            for (const esme::ShortMessage& part : parts) {
                const std::string bytes = esme::encode_submit(part, 1);
                SmppSubmission submission;
                ASSERT_EQ(read_submission(only_pdu(bytes).body, submission), 0u);
                EXPECT_EQ(submission.from, "ACME");
                EXPECT_EQ(submission.to, "573001234567");
                EXPECT_TRUE(submission.receipt);
                read += submission.text;
            }
            EXPECT_EQ(read, text);
        }
    }
}

TEST(SmppPdu, RefusesFieldsThatAreNotWholeOrNoAddress) {
    esme::ShortMessage good;
    good.dest = "573001234567";
    good.text = "x";
    const std::string bytes = esme::encode_submit(good, 1);
    SmppSubmission submission;
    EXPECT_EQ(read_submission(only_pdu(bytes).body, submission), 0u);
    const std::string_view body = std::string_view(bytes).substr(16);
    for (std::size_t cut = 0; cut < body.size(); ++cut)
        EXPECT_NE(read_submission(body.substr(0, cut), submission), 0u) << cut;
    const auto refusal = [&](auto change) {
        esme::ShortMessage wrong = good;
        change(wrong);
        const std::string pdu = esme::encode_submit(wrong, 1);
        return read_submission(std::string_view(pdu).substr(16), submission);
    };
    using Wrong = esme::ShortMessage;
    EXPECT_EQ(refusal([](Wrong& w) { w.schedule = "yesterday"; }), 0x61u);
    EXPECT_EQ(refusal([](Wrong& w) { w.validity = "000000001000000x"; }), 0x62u);
    EXPECT_EQ(refusal([](Wrong& w) { w.dest_ton = 5; }), 0x50u);
    EXPECT_EQ(refusal([](Wrong& w) { w.esm_class = 0x40; }), 0x43u) << "no header before the text";
    EXPECT_EQ(refusal([](Wrong& w) { w.data_coding = 8; }), 0x01u) << "half a unit";
    EXPECT_EQ(refusal([](Wrong& w) { w.source = "TwelveLetter", w.source_ton = 5; }), 0x0au);
    good.dest = "+573001234567";
    EXPECT_EQ(
        read_submission(std::string_view(esme::encode_submit(good, 1)).substr(16), submission),
        0x0bu);
}

TEST(SmppPdu, DeliversWhatTheGatewayReads) {
    Endpoint endpoint;
    endpoint.own_address = "15005550002";
    Item item;
    item.external_id = "m-1";
    item.person.address = "573001234567";
    item.text = "¿Sí? 😀";
    const auto read = [&] {
        const std::string bytes =
            make_pdu(smpp_command::deliver_sm, 0, 1, smpp_provider.body(endpoint, {&item, 1}));
        return esme::decode_pdus(bytes, esme::Charset::gsm7, {});
    };
    const auto message = read();
    ASSERT_EQ(message.items.size(), 1u);
    const auto& said = std::get<adapters::InboundMessage>(message.items[0].what);
    EXPECT_EQ(said.content.text, item.text);
    EXPECT_EQ(said.sender.aliases[0].address, "+573001234567");
    item.kind = Kind::status;
    item.state = "failed";
    const auto receipt = read();
    ASSERT_EQ(receipt.items.size(), 1u);
    const auto& told = std::get<adapters::InboundStatus>(receipt.items[0].what);
    EXPECT_EQ(told.external_id, "m-1");
    EXPECT_EQ(told.state, adapters::ReceiptState::failed);
}

TEST(SmppPdu, SpellsReceiptsInEveryFormThatTheGatewayReads) {
    const auto read = [](int state, SmppReceiptForm form) {
        SmppDelivery out;
        out.from = "573001234567";
        out.to = "15005550002";
        set_receipt(out, {.id = "1f", .state = state, .form = form, .time_s = 1'767'225'600});
        const std::string bytes = make_pdu(smpp_command::deliver_sm, 0, 1, delivery_body(out));
        return esme::decode_pdus(bytes, esme::Charset::gsm7, {});
    };
    for (const SmppReceiptForm form :
         {SmppReceiptForm::both, SmppReceiptForm::text, SmppReceiptForm::parameters,
          SmppReceiptForm::decimal_id, SmppReceiptForm::intermediate}) {
        const auto batch = read(2, form);
        ASSERT_EQ(batch.items.size(), 1u) << static_cast<int>(form);
        const auto& told = std::get<adapters::InboundStatus>(batch.items[0].what);
        EXPECT_EQ(told.external_id, form == SmppReceiptForm::decimal_id ? "31" : "1f");
        EXPECT_EQ(told.state, adapters::ReceiptState::delivered);
    }
    const auto on_its_way = read(1, SmppReceiptForm::intermediate);
    ASSERT_EQ(on_its_way.items.size(), 1u);
    EXPECT_EQ(std::get<adapters::InboundStatus>(on_its_way.items[0].what).state,
              adapters::ReceiptState::sent);
}

TEST(SmppPdu, DeliversALongTextAsAWhole) {
    Endpoint endpoint;
    endpoint.own_address = "15005550002";
    Item item;
    item.external_id = "m-1";
    item.person.address = "573001234567";
    for (int i = 0; i < 60; ++i) item.text += "¿Sí? ";
    const std::string bytes =
        make_pdu(smpp_command::deliver_sm, 0, 1, smpp_provider.body(endpoint, {&item, 1}));
    const auto batch = esme::decode_pdus(bytes, esme::Charset::gsm7, {});
    ASSERT_EQ(batch.items.size(), 1u);
    EXPECT_EQ(std::get<adapters::InboundMessage>(batch.items[0].what).content.text, item.text);
}

}  // namespace
}  // namespace postern::sim
