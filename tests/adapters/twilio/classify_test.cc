// Twilio's error codes row by row, in the order of its dictionary; what no code explains; and the
// way of our own name through a status callback and its signature.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "adapters/shared/form.h"
#include "adapters/shared/hmac.h"
#include "tests/adapters/sending_situation.h"
#include "tests/adapters/situation.h"

namespace postern::adapters {
namespace {

using enum SendResult;
using enum AddressVerdict;

std::unique_ptr<SendingAdapter> adapter() {
    std::string problem;
    auto made = make_sending_adapter(sending_config("twilio"), problem);
    EXPECT_EQ(problem, "");
    return made;
}

SendOutcome of_code(int status, int code) {
    return outcome_of_answer(*adapter(), {status, R"({"code":)" + std::to_string(code) +
                                                      R"(,"message":"no","status":400})"});
}

struct Row {
    std::vector<int> codes;
    SendResult result;
    AddressVerdict address = none;
    int wait_s = 0;
    LimitScope scope = LimitScope::account;
};

const Row rows[] = {
    {{20003, 20005, 20006, 20008, 20403, 10001, 20404}, credential},
    {{20001, 20004, 20410, 20422, 400}, permanent},
    {{20409, 20503, 21730}, transient},
    {{20429}, rate_limited},
    {{20500, 30410}, unknown},
    {{14107}, rate_limited, none, 30, LimitScope::recipient},
    {{21201, 21604}, permanent},
    {{21211, 21401, 21214, 21217}, permanent, dead},
    {{21212, 21601, 21606, 21607, 21616, 21657, 21407}, credential},
    {{21219, 21608}, credential},
    {{21408}, permanent},
    {{21402, 21403, 21406, 21609, 21626}, credential},
    {{21602, 21605, 21617, 21618, 21619, 21652, 21653, 21658}, permanent},
    {{21603, 21701, 21703, 21705, 21708, 21709, 21711, 21712, 21714}, credential},
    {{21610}, permanent, opted_out},
    {{21611}, rate_limited, none, 600},
    {{21612}, permanent},
    {{21614}, permanent, dead},
    {{21615, 21631, 21648, 21649, 21650, 21651}, credential},
    {{21620, 21623, 11751, 21621, 21622}, permanent},
    {{21624, 30012, 30013}, permanent},
    {{21654, 21655, 21656}, permanent},
    {{21713, 21717, 21719, 21720}, credential},
    {{30001}, rate_limited, none, 600},
    {{30002}, credential},
    {{30003}, transient, none, 900},
    {{30004, 30007, 30010, 30011, 30019, 30014, 30015, 30016, 30028, 30029, 30031}, permanent},
    {{30005, 30006}, permanent, dead},
    {{30008}, transient, none, 600},
    {{30017, 30020, 30021}, transient},
    {{30018, 30024, 30032, 30033, 30034}, credential},
    {{30022}, rate_limited, none, 60},
    {{30023, 30027}, rate_limited, none, 3600},
    {{30035}, transient, none, 3600},
    {{30036}, permanent},
    {{30450}, rate_limited, none, 1800, LimitScope::recipient},
    {{63001, 63002, 63007, 63008, 63020, 63022, 63051, 63062}, credential},
    {{63003, 63024}, permanent, dead},
    {{63005, 63006, 63011, 63021, 63030, 63031, 63034}, permanent},
    {{63009, 63010, 63012, 63023, 63029}, transient},
    {{63013, 63026, 63039, 63015, 63016, 63019, 63032, 63049}, permanent},
    {{63014, 63033}, permanent, blocked},
    {{63017}, rate_limited},
    {{63018}, rate_limited, none, 60},
    {{63027, 63028, 63040, 63041, 63042, 63035, 63036}, permanent},
    {{63038, 30454}, rate_limited, none, 3600},
    // Senders that are not ours, not verified, or not able to.
    {{20010, 21210, 21264, 21267, 21659, 21660, 21661, 21715, 21733}, credential},
    {{30037, 63109, 63112, 90010}, credential},
    {{20162}, transient},
    {{21265, 21635}, permanent, dead},
    {{21266, 21268, 30038, 30040, 30041, 30042, 30043, 63037, 63106}, permanent},
};

TEST(TwilioClassify, KnowsEveryCodeOfTwiliosDictionary) {
    for (const Row& row : rows) {
        for (const int code : row.codes) {
            const SendOutcome out = of_code(400, code);
            EXPECT_EQ(out.result, row.result) << code << " " << to_string(out.result);
            EXPECT_EQ(out.address, row.address) << code;
            EXPECT_EQ(out.scope, row.scope) << code;
            EXPECT_EQ(out.provider_code, std::to_string(code));
            EXPECT_FALSE(out.code.empty());
            const auto wait = row.wait_s == 0 ? std::optional<Instant>{}
                                              : sending_now() + std::chrono::seconds(row.wait_s);
            EXPECT_EQ(out.retry_at, wait) << code;
        }
    }
}

TEST(TwilioClassify, NamesWhatTheCoreActsOn) {
    EXPECT_EQ(of_code(400, 63016).code, "window_closed");
    EXPECT_EQ(of_code(400, 21610).code, "opted_out");
    EXPECT_EQ(of_code(400, 21614).code, "not_a_mobile_number");
    EXPECT_EQ(of_code(401, 20003).code, "token_refused");
}

TEST(TwilioClassify, TakesTheSidOfAnAcceptedMessage) {
    const SendOutcome out = outcome_of_answer(
        *adapter(),
        {201, R"({"sid":"SM01","status":"queued","num_segments":"1","error_code":null})"});
    EXPECT_EQ(out.result, accepted);
    EXPECT_EQ(out.external_id, "SM01");
}

TEST(TwilioClassify, BelievesAnAnswerThatTookAndFailedTheMessageAtOnce) {
    const SendOutcome out =
        outcome_of_answer(*adapter(), {201, R"({"sid":"SM01","status":"failed","error_code":21610,)"
                                            R"("error_message":"unsubscribed"})"});
    EXPECT_EQ(out.result, permanent);
    EXPECT_EQ(out.address, opted_out);
    EXPECT_EQ(out.detail, "unsubscribed");
}

TEST(TwilioClassify, JudgesWhatHasNoCodeByTheStatus) {
    const auto result = [](int status) {
        return outcome_of_answer(*adapter(), {status, "<html>"}).result;
    };
    EXPECT_EQ(result(429), rate_limited);
    EXPECT_EQ(result(401), credential);
    EXPECT_EQ(result(404), credential);
    EXPECT_EQ(result(400), permanent);
    EXPECT_EQ(result(503), transient);
    for (const int status : {500, 502, 504, 302, 201}) EXPECT_EQ(result(status), unknown) << status;
    EXPECT_EQ(of_code(400, 99999).result, permanent);
}

TEST(TwilioClassify, HonoursRetryAfterInSecondsAndAsADate) {
    const auto wait = [](std::string text) {
        return outcome_of_answer(*adapter(), {429, "{}", {{"retry-after", std::move(text)}}})
            .retry_at;
    };
    EXPECT_EQ(wait("7"), sending_now() + std::chrono::seconds(7));
    EXPECT_EQ(wait("Fri, 02 Jan 2026 00:00:30 GMT"), sending_now() + std::chrono::seconds(30));
    EXPECT_EQ(wait("Thu, 01 Jan 2026 00:00:00 GMT"), sending_now());
    EXPECT_EQ(wait("99999999"), sending_now() + std::chrono::hours(24));
    for (const char* odd : {"soon", "-1", "", "Fri, 40 Jan 2026 00:00:30 GMT"}) {
        EXPECT_EQ(wait(odd), std::nullopt) << odd;
    }
}

TEST(TwilioClassify, NeverKeepsTheTokenInWhateverSpelling) {
    const SendOutcome out = outcome_of_answer(
        *adapter(),
        {400,
         "token 00112233445566778899aabbccddeeff "
         "QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMjowMDExMjIzMzQ0NTU2Njc3ODg5OWFhYmJjY2Rk"
         "ZWVmZg=="});
    EXPECT_THAT(out.detail, testing::StartsWith("token ***"));
    EXPECT_THAT(out.detail, testing::Not(testing::HasSubstr("0011")));
}

/// What we write into StatusCallback is what Twilio calls and signs: it verifies, and our name of
/// the attempt comes back out of it.
TEST(TwilioEcho, ComesBackThroughASignedStatusCallback) {
    AdapterConfig config = sending_config("twilio");
    config.settings["public_url"] = "https://gw.example.net/webhooks/main";
    std::string problem;
    const auto sending = make_sending_adapter(config, problem);
    const auto receiving = make(config, problem);
    ASSERT_TRUE(sending && receiving) << problem;
    OutboundContent content;
    content.text = "Hola";
    const auto step = sending->first_step({"+573001112233",
                                           content,
                                           {},
                                           "msg_1.2",
                                           "https://gw.example.net/webhooks/main",
                                           sending_now()});
    ASSERT_TRUE(step.has_value());
    const auto form = shared::parse_form(step->call.body);
    ASSERT_TRUE(form.has_value());
    const std::string callback(form->value("StatusCallback"));

    OwnedRequest request;
    request.query = callback.substr(callback.find('?') + 1);
    const std::string text = callback + "AccountSid" + config.settings["account_sid"] +
                             "MessageSidSM01MessageStatusdelivered";
    request.headers = {
        {"X-Twilio-Signature",
         shared::hmac(shared::Digest::sha1, config.credentials["auth_token"].front(), text)
             .base64()}};
    request.set_body("MessageSid=SM01&MessageStatus=delivered&AccountSid=" +
                     config.settings["account_sid"]);

    EXPECT_EQ(receiving->verify(request.view(), sending_now()).kind, Verification::Kind::valid);
    const auto batch = receiving->decode(request.view(), sending_now());
    ASSERT_TRUE(batch.has_value());
    ASSERT_EQ(batch->items.size(), 1u);
    EXPECT_EQ(std::get<InboundStatus>(batch->items.front().what).echo, "msg_1.2");
}

}  // namespace
}  // namespace postern::adapters
