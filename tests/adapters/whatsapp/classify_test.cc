// Meta's error codes row by row, in the order of its page; and answers that name no code.
// CG-40: what Meta says about its limits is obeyed at the scope that it names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "tests/adapters/sending_situation.h"

namespace postern::adapters {
namespace {

using enum SendResult;

std::unique_ptr<SendingAdapter> adapter() {
    std::string problem;
    auto made = make_sending_adapter(sending_config("whatsapp"), problem);
    EXPECT_EQ(problem, "");
    return made;
}

SendOutcome outcome_of_code(int status, const std::string& code) {
    const std::string body = R"({"error":{"message":"refused","code":)" + code + "}}";
    return outcome_of_answer(*adapter(), {status, body});
}

struct Row {
    std::vector<int> codes;
    SendResult result;
    std::string_view code;
    int wait_s = 0;
    LimitScope scope = LimitScope::account;
    AddressVerdict address = AddressVerdict::none;
};

const Row rows[] = {
    {{0, 101, 102, 104, 190, 2500}, credential, "token_refused"},
    {{17, 32, 613}, rate_limited, "account_rate_limited"},
    {{3, 5, 10, 200, 250, 299, 131005}, credential, "permission_missing"},
    {{1, 2, 131016, 133004}, transient, "provider_unavailable"},
    {{4, 341}, rate_limited, "app_rate_limited", 0, LimitScope::group},
    {{80007, 80008}, rate_limited, "account_rate_limited", 0, LimitScope::group},
    {{130429}, rate_limited, "account_rate_limited"},
    {{470}, permanent, "window_closed"},
    {{471}, rate_limited, "spam_rate_limited", 3600},
    {{480}, permanent, "identity_changed"},
    {{131048}, rate_limited, "spam_rate_limited", 3600},
    {{131056}, rate_limited, "pair_rate_limited", 6, LimitScope::recipient},
    {{131064}, rate_limited, "template_misclassified", 3600},
    {{368}, credential, "account_restricted"},
    {{130497}, permanent, "country_restricted"},
    {{131031}, credential, "account_locked"},
    {{33, 803}, credential, "sender_unknown"},
    {{100, 131008, 131009, 131055, 134100, 134102, 135000}, permanent, "invalid_content"},
    {{130403}, permanent, "blocked", 0, LimitScope::account, AddressVerdict::blocked},
    {{130472}, permanent, "marketing_experiment"},
    {{131000}, transient, "provider_error"},
    {{131021}, permanent, "own_address"},
    {{131026}, permanent, "undeliverable"},
    {{131030}, permanent, "test_number"},
    {{131037}, credential, "display_name_not_approved"},
    {{131042, 131044}, credential, "billing_problem"},
    {{131045, 133000, 133005, 133006, 133008, 133009, 133010, 133015, 133016},
     credential,
     "sender_not_registered"},
    {{131047}, permanent, "window_closed"},
    {{131049}, permanent, "marketing_limited"},
    {{131050}, permanent, "marketing_opted_out", 0, LimitScope::account, AddressVerdict::opted_out},
    {{131051}, permanent, "unsupported"},
    {{131052, 131053}, permanent, "media_unreachable"},
    {{131057}, transient, "account_maintenance", 60},
    {{131062}, permanent, "invalid_recipient"},
    {{131063}, credential, "marketing_disabled"},
    {{132000, 132008, 132012, 132018}, permanent, "template_parameters"},
    {{132001}, permanent, "template_not_found"},
    {{132005}, permanent, "template_too_long"},
    {{132007}, permanent, "template_rejected"},
    {{132015}, permanent, "template_paused"},
    {{132016}, permanent, "template_disabled"},
    {{132068}, permanent, "flow_blocked"},
    {{132069}, transient, "flow_throttled", 3600},
    {{134011}, credential, "terms_not_accepted"},
    {{134101}, transient, "template_syncing", 600},
    {{137000}, permanent, "identity_changed"},
    {{131020, 131041, 131201, 131207, 131209, 131215}, permanent, "group_refused"},
    {{131208}, rate_limited, "group_rate_limited", 0, LimitScope::recipient},
};

TEST(WhatsAppClassify, KnowsEveryCodeOfMetasTable) {
    for (const Row& row : rows) {
        for (const int code : row.codes) {
            // Whatever the HTTP status, the code decides.
            for (const int status : {400, 500}) {
                const SendOutcome out = outcome_of_code(status, std::to_string(code));
                EXPECT_EQ(out.result, row.result) << code << " " << to_string(out.result);
                EXPECT_EQ(out.code, row.code) << code;
                EXPECT_EQ(out.scope, row.scope) << code;
                EXPECT_EQ(out.address, row.address) << code;
                EXPECT_EQ(out.provider_code, std::to_string(code));
                const auto wait = row.wait_s == 0
                                      ? std::optional<Instant>{}
                                      : sending_now() + std::chrono::seconds(row.wait_s);
                EXPECT_EQ(out.retry_at, wait) << code;
            }
        }
    }
}

TEST(WhatsAppClassify, TakesTheIdOfAnAcceptedMessage) {
    const char* const body =
        R"({"messaging_product":"whatsapp","contacts":[{"input":"+573001234567",)"
        R"("wa_id":"573001234567"}],"messages":[{"id":"wamid.OUT1","message_status":"accepted"}]})";
    const SendOutcome out = outcome_of_answer(*adapter(), {200, body});
    EXPECT_EQ(out.result, accepted);
    EXPECT_EQ(out.external_id, "wamid.OUT1");
}

TEST(WhatsAppClassify, DoesNotGuessWhatASuccessWithoutAnIdMeans) {
    for (const char* body : {"", "{}", "[]", R"({"messages":[]})", R"({"messages":[{"id":7}]})",
                             R"({"messages":[{"id":"wamid)"}) {
        EXPECT_EQ(outcome_of_answer(*adapter(), {200, body}).result, unknown) << body;
    }
}

TEST(WhatsAppClassify, JudgesAnUnknownCodeByTheStatus) {
    EXPECT_EQ(outcome_of_code(400, "999999").result, permanent);
    EXPECT_EQ(outcome_of_code(429, "999999").result, rate_limited);
    EXPECT_EQ(outcome_of_code(401, "999999").result, credential);
    EXPECT_EQ(outcome_of_code(500, "999999").result, transient);
    EXPECT_EQ(outcome_of_code(400, R"(999999,"is_transient":true)").result, transient);
}

TEST(WhatsAppClassify, LeavesAnAnswerThatIsNotGraphsUnknownBeyondTheDoor) {
    const auto result = [](int status) {
        return outcome_of_answer(*adapter(), {status, "<html>Bad gateway</html>"}).result;
    };
    EXPECT_EQ(result(500), unknown);
    EXPECT_EQ(result(502), unknown);
    EXPECT_EQ(result(504), unknown);
    EXPECT_EQ(result(301), unknown);
    EXPECT_EQ(result(503), transient);
    EXPECT_EQ(result(404), permanent);
}

TEST(WhatsAppClassify, BlamesTheAccountForAPhoneNumberIdThatIsNotItsOwn) {
    const SendOutcome out = outcome_of_code(400, R"(100,"error_subcode":33)");
    EXPECT_EQ(out.result, credential);
    EXPECT_EQ(out.provider_code, "100/33");
}

TEST(WhatsAppClassify, WaitsAsLongAsTheUsageHeaderSays) {
    const SendOutcome out = outcome_of_answer(
        *adapter(), {400,
                     R"({"error":{"code":80007,"message":"limit"}})",
                     {{"x-business-use-case-usage",
                       R"({"1":[{"type":"a","estimated_time_to_regain_access":19},)"
                       R"({"type":"b","estimated_time_to_regain_access":3}],"2":"odd"})"}}});
    EXPECT_EQ(out.retry_at, sending_now() + std::chrono::minutes(19));
}

TEST(WhatsAppClassify, WaitsAsLongAsTheAnswerSays) {
    const auto wait = [](int status, const char* code, const char* seconds) {
        const std::string body =
            code == nullptr ? "<html>" : std::string(R"({"error":{"code":)") + code + "}}";
        return outcome_of_answer(*adapter(), {status, body, {{"Retry-After", seconds}}}).retry_at;
    };
    using std::chrono::seconds;
    EXPECT_EQ(wait(400, "131056", "60"), sending_now() + seconds(60));
    EXPECT_EQ(wait(400, "131056", "1"), sending_now() + seconds(6)) << "the longer one";
    EXPECT_EQ(wait(500, "131016", "120"), sending_now() + seconds(120));
    EXPECT_EQ(wait(503, nullptr, "120"), sending_now() + seconds(120));
    EXPECT_EQ(wait(400, "131026", "120"), std::nullopt) << "refused for good";
}

TEST(WhatsAppClassify, KeepsWhatMetaSaysForPeople) {
    const auto words = [](const std::string& members) {
        const std::string body =
            R"({"error":{"code":100,"message":"Invalid parameter",)" + members + "}}";
        return outcome_of_answer(*adapter(), {400, body}).detail;
    };
    const std::string people = R"("error_user_title":"No permission","error_user_msg":"Ask first")";
    EXPECT_EQ(words(people), "Invalid parameter: No permission: Ask first");
    EXPECT_EQ(words(people + R"(,"error_data":{"blame_field_specs":[["to"]]})"),
              "Invalid parameter: No permission: Ask first");
    EXPECT_EQ(words(R"("error_data":"{}","error_user_msg":"Invalid parameter")"),
              "Invalid parameter");
    EXPECT_EQ(words(people + R"(,"error_data":{"details":"to is wrong"})"),
              "Invalid parameter: to is wrong");
}

TEST(WhatsAppClassify, KeepsMetasWordsButNeverTheToken) {
    const SendOutcome out = outcome_of_answer(
        *adapter(), {400, R"({"error":{"code":100,"message":"bad EAAtesttoken here",)"
                          R"("error_data":{"details":")" +
                              std::string(1000, 'x') + R"("}}})"});
    EXPECT_THAT(out.detail, testing::StartsWith("bad *** here: xxx"));
    EXPECT_EQ(out.detail.size(), 500u);
}

TEST(WhatsAppClassify, TellsWhatTheCoreMayRelyOn) {
    const auto made = adapter();
    EXPECT_TRUE(made->send_traits().echo);
    EXPECT_TRUE(made->send_traits().receipts);
    EXPECT_FALSE(made->send_traits().idempotent);
}

}  // namespace
}  // namespace postern::adapters
