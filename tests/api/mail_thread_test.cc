#include <gtest/gtest.h>

#include "gateway/api/mail_thread.h"

namespace postern::api {
namespace {

TEST(MailThread, OfWhatCameInIsWhatThatReferredTo) {
    model::MessageRow row;
    row.message.external_id = "third@example.com";
    row.message.content.details_json =
        R"({"subject":"Invoice",)"
        R"("references":["first@example.com",7,"with space@x","second@x.org"]})";
    EXPECT_EQ(mail_thread(row).ids, "first@example.com second@x.org");
    EXPECT_EQ(mail_thread(row).subject, "Re: Invoice");
    row.message.content.details_json = R"({"subject":"RE: Invoice"})";
    EXPECT_EQ(mail_thread(row).subject, "RE: Invoice");
}

TEST(MailThread, OfOurAnswerIsTheThreadThatItAnswered) {
    model::OutboundRow row;
    row.thread = "first@example.com";
    row.reply_to = "second@example.com";
    row.content_json = R"({"type":"text","text":"x","subject":"Offer"})";
    EXPECT_EQ(mail_thread(row).ids, "first@example.com second@example.com");
    EXPECT_EQ(mail_thread(row).subject, "Re: Offer");
}

TEST(MailThread, OfOtherChannelsOrWithoutOneIsEmpty) {
    model::OutboundRow chat;
    chat.reply_to = "wamid.1";
    chat.content_json = R"({"type":"text","text":"x"})";
    EXPECT_EQ(mail_thread(chat).subject, "");
    EXPECT_EQ(mail_thread(chat).ids, "");
    for (const char* details : {"", "{}", "no JSON", R"({"references":"a@b"})", "[]"}) {
        model::MessageRow row;
        row.message.external_id = "id@example.com";
        row.message.content.details_json = details;
        EXPECT_EQ(mail_thread(row).ids, "") << details;
    }
    EXPECT_EQ(mail_thread(model::StateRow{}).ids, "");
}

TEST(MailThread, ItsSubjectIsOneThatAMailMayHave) {
    model::MessageRow row;
    row.message.external_id = "id@example.com";
    std::string words;
    for (int i = 0; i < 200; ++i) words += "ñ";
    row.message.content.details_json = R"({"subject":"a\tb)" + words + R"("})";
    const std::string subject = mail_thread(row).subject;
    EXPECT_TRUE(subject.starts_with("Re: abñ"));
    EXPECT_TRUE(subject.ends_with("ñ"));
    EXPECT_LE(subject.size(), 240u);
}

TEST(MailThread, IsNeverLongerThanAHeaderMayBe) {
    model::MessageRow row;
    row.message.external_id = "last@example.com";
    std::string ids;
    for (int i = 0; i < 400; ++i) ids += R"(,"id)" + std::to_string(i) + R"(@example.com")";
    row.message.content.details_json = R"({"references":["root@example.com")" + ids + "]}";
    const std::string thread = mail_thread(row).ids;
    EXPECT_LE(thread.size(), 4'200u);
    EXPECT_TRUE(thread.starts_with("root@example.com id"));
    EXPECT_TRUE(thread.ends_with(" id399@example.com"));
}

}  // namespace
}  // namespace postern::api
