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

}  // namespace
}  // namespace postern::sim
