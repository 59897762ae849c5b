// No body may crash an adapter, make it throw, or let it point outside the body: cut at every byte,
// mutated, deep, or random. Run under the address sanitizer these tests also prove the bounds.
#include <random>

#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "tests/adapters/situation.h"

namespace postern::adapters {
namespace {

constexpr int mutations_per_situation = 60;

/// Decodes, and checks what must hold of any batch.
void decode_safely(const HttpAdapter& adapter, OwnedRequest& owned, Instant now) {
    const WebhookRequest request = owned.view();
    const auto batch = adapter.decode(request, now);
    if (!batch) {
        EXPECT_FALSE(batch.error().message().empty());
        return;
    }
    // A GET has its fields in the query.
    const std::string_view whole = request.method == "GET" ? request.query : request.body;
    const char* const begin = whole.data();
    const char* const end = begin + whole.size();
    for (const InboundItem& item : batch->items) {
        ASSERT_TRUE(item.raw.data() >= begin && item.raw.data() + item.raw.size() <= end);
        if (const auto* message = std::get_if<InboundMessage>(&item.what)) {
            EXPECT_FALSE(message->external_id.empty());
            EXPECT_FALSE(message->sender.aliases.empty());
        } else if (const auto* signal = std::get_if<InboundSignal>(&item.what)) {
            EXPECT_FALSE(signal->dedupe_id.empty());
        } else {
            EXPECT_FALSE(std::get<InboundStatus>(item.what).external_id.empty());
        }
    }
    for (const Undecoded& item : batch->undecoded) EXPECT_FALSE(item.reason.empty());
}

std::unique_ptr<HttpAdapter> adapter_of(const Situation& situation) {
    std::string problem;
    auto adapter = make(situation.config, problem);
    EXPECT_NE(adapter, nullptr) << problem;
    return adapter;
}

std::filesystem::path sample(const char* name) {
    return std::filesystem::path(POSTERN_SOURCE_DIR) / "tests" / "adapters" / name;
}

/// Every prefix of the body, each in memory of its own size so that an overrun shows.
void cut_everywhere(const char* name) {
    Situation situation = read_situation(sample(name));
    const auto adapter = adapter_of(situation);
    const std::string body(situation.request.view().body);
    for (std::size_t bytes = 0; bytes <= body.size(); ++bytes) {
        OwnedRequest cut;
        cut.set_body(std::string_view(body).substr(0, bytes));
        decode_safely(*adapter, cut, situation.now);
        const auto batch = adapter->decode(cut.view(), situation.now);
        EXPECT_EQ(batch.has_value(), bytes == body.size()) << "at byte " << bytes;
    }
}

TEST(Hostile, ABodyCutAtAnyByteIsRefused) {
    cut_everywhere("whatsapp/batch.json");
    cut_everywhere("telegram/callback.json");
    cut_everywhere("line/batch.json");
    cut_everywhere("viber/picture.json");
    cut_everywhere("wechat/pic_sysphoto.xml");
    cut_everywhere("vonage/whatsapp_text.json");
    cut_everywhere("messenger/batch.json");
    cut_everywhere("instagram/batch.json");
}

std::string mutated(std::string body, std::mt19937& random) {
    static constexpr std::string_view hot = "{}[]\",:\\ \n-+.eE0123456789tfnu\x00\x80\xff\xed";
    const int changes = 1 + static_cast<int>(random() % 4);
    for (int i = 0; i < changes && !body.empty(); ++i) {
        const std::size_t at = random() % body.size();
        switch (random() % 4) {
            case 0:
                body[at] = hot[random() % hot.size()];
                break;
            case 1:
                body[at] = static_cast<char>(random());
                break;
            case 2:
                body.erase(at, 1 + random() % 20);
                break;
            default:
                body.insert(at, body.substr(random() % body.size(), random() % 40));
                break;
        }
    }
    return body;
}

TEST(Hostile, MutatedBodiesNeverCrash) {
    std::mt19937 random(20260101);
    for (const auto& path : situation_files()) {
        Situation situation = read_situation(path);
        const auto adapter = adapter_of(situation);
        if (!adapter) continue;
        const std::string body(situation.request.view().body);
        for (int i = 0; i < mutations_per_situation; ++i) {
            situation.request.set_body(mutated(body, random));
            decode_safely(*adapter, situation.request, situation.now);
        }
    }
}

/// Replaces each value in turn: the wrong type in every place.
TEST(Hostile, AnyMemberOfAnyTypeNeverCrashes) {
    for (const char* name : {"whatsapp/batch.json",
                             "whatsapp/flow_reply.json",
                             "whatsapp/contacts.json",
                             "telegram/callback.json",
                             "telegram/photo.json",
                             "telegram/reaction_changed.json",
                             "line/batch.json",
                             "line/text_emojis_mention.json",
                             "line/postback_datetime.json",
                             "viber/picture.json",
                             "viber/contact.json",
                             "viber/conversation_started.json",
                             "vonage/whatsapp_text.json",
                             "vonage/whatsapp_location.json",
                             "vonage/status_rejected.json",
                             "messenger/batch.json",
                             "messenger/several_images.json",
                             "messenger/delivery.json",
                             "messenger/product_shared.json",
                             "instagram/comment.json",
                             "instagram/story_reply.json"}) {
        Situation situation = read_situation(sample(name));
        const auto adapter = adapter_of(situation);
        const std::string body(situation.request.view().body);
        for (std::size_t colon = body.find(':'); colon != std::string::npos;
             colon = body.find(':', colon + 1)) {
            for (const char* value : {"null,\"z\":", "[],\"z\":", "{},\"z\":", "true,\"z\":",
                                      "1e400,\"z\":", "-1,\"z\":", "\"\",\"z\":"}) {
                situation.request.set_body(std::string(body).insert(colon + 1, value));
                decode_safely(*adapter, situation.request, situation.now);
            }
        }
    }
}

TEST(Hostile, AThousandItemsInOneBodyAreAllDecoded) {
    std::string body =
        R"({"object":"whatsapp_business_account","entry":[{"id":"1","changes":[)"
        R"({"field":"messages","value":{"metadata":{"phone_number_id":"300200"},"messages":[)";
    for (int i = 0; i < 5000; ++i) {
        if (i > 0) body += ',';
        body += R"({"from":"15552223333","id":"wamid.)" + std::to_string(i) +
                R"(","timestamp":"1767225600","type":"text","text":{"body":"hi"}})";
    }
    body += "]}}]}]}";
    Situation situation = read_situation(sample("whatsapp/text.json"));
    const auto adapter = adapter_of(situation);
    situation.request.set_body(body);

    const auto batch = adapter->decode(situation.request.view(), situation.now);

    ASSERT_TRUE(batch);
    ASSERT_EQ(batch->items.size(), 5000U);
    EXPECT_EQ(std::get<InboundMessage>(batch->items[4999].what).external_id, "wamid.4999");
    EXPECT_TRUE(batch->items[4999].raw.starts_with(R"({"from":"15552223333","id":"wamid.4999")"));
    EXPECT_TRUE(batch->items[4999].raw.ends_with(R"("hi"}})"));
}

/// The one message that `mail` becomes.
InboundMessage mail_message(const std::string& mail) {
    Situation situation = read_situation(sample("email/text.eml"));
    const auto adapter = adapter_of(situation);
    situation.request.set_body(mail);
    const auto batch = adapter->decode(situation.request.view(), situation.now);
    EXPECT_TRUE(batch && batch->items.size() == 1);
    if (!batch || batch->items.size() != 1) return {};
    const auto* const message = std::get_if<InboundMessage>(&batch->items[0].what);
    EXPECT_NE(message, nullptr);
    return message == nullptr ? InboundMessage{} : *message;
}

std::string repeated(std::string_view what, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += what;
    return out;
}

TEST(Hostile, AddressesInGroupsWithoutEndDoNotExhaustTheStack) {
    const std::string groups = repeated("a:", 1'000'000);
    const auto bare = mail_message("From: ana@example.com\nTO :\n " + groups + "\n\nhola");
    ASSERT_EQ(bare.sender.aliases.size(), 1U);
    EXPECT_EQ(bare.sender.aliases.front().address, "ana@example.com");
    EXPECT_EQ(bare.content.text, "hola");
    EXPECT_NE(bare.content.details_json.find("\"damaged\":true"), std::string::npos);
    const auto nested = mail_message(
        "From: ana@example.com\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhola\n--b\n"
        "Content-Type: message/rfc822\n\nResent-Cc: " +
        groups + "\nReply-To: " + groups + "\n\nhi\n--b--\n");
    EXPECT_EQ(nested.content.text, "hola");
    EXPECT_EQ(nested.attachments.size(), 1U);
    // A long list of honest addresses keeps its beginning.
    const auto many =
        mail_message("From: ana@example.com\nTo: " + repeated("x@example.com,\n ", 1000) +
                     "y@example.com\n\nhola");
    EXPECT_NE(many.content.details_json.find("\"to\":[\"x@example.com\""), std::string::npos);
    const auto signs = mail_message("From: ana@example.com\nReply-To: " + repeated("@", 60'000) +
                                    " b@example.com\n\nhola");
    EXPECT_EQ(signs.content.text, "hola");
}

TEST(Hostile, MarkupAndWordsWithoutEndAreReadOnce) {
    const std::string head = "From: ana@example.com\nContent-Type: text/html; charset=utf-8\n";
    const auto tags = mail_message(head + "\nhola " + repeated("<a", 1'000'000));
    EXPECT_TRUE(tags.content.text.starts_with("hola <a<a"));
    const auto blanks =
        mail_message(head + "\n<p>hola" + repeated("\xC2\xA0", 100'000) + "fin</p>");
    EXPECT_EQ(blanks.content.text, "hola" + std::string(100'000, ' ') + "fin");
    const auto words = mail_message(
        "From: ana@example.com\nSubject: " + repeated("=?a?q?x", 100'000) + "\n\nhola");
    EXPECT_NE(words.content.details_json.find("=?a?q?x=?a?q?x"), std::string::npos);
    const auto file = mail_message(
        "From: ana@example.com\nContent-Type: image/png\nContent-Disposition: attachment;\n "
        "filename=\"" +
        repeated("=?a?x? ", 100'000) + ".png\"\n\nx");
    ASSERT_EQ(file.attachments.size(), 1U);
    EXPECT_LE(file.attachments.front().filename.size(), 255U);
}

TEST(Hostile, HundredsOfTextsInOneMailAreJoinedUpToTheLimit) {
    std::string mail = "From: ana@example.com\nContent-Type: multipart/mixed; boundary=b\n\n";
    for (int i = 0; i < 450; ++i)
        mail += "--b\nContent-Type: text/html\n\n<p>parte " + repeated("x", 20'000) + "</p>\n";
    const auto message = mail_message(mail + "--b--\n");
    EXPECT_TRUE(message.content.text.starts_with("parte x"));
    EXPECT_NE(message.content.text.find("\nparte x"), std::string::npos);
    EXPECT_LE(message.content.text.size(), std::size_t{256} << 10);
}

TEST(Hostile, AReportWithThousandsOfRecipientsTellsOfFiftyAndIsKeptOnce) {
    std::string mail =
        "From: mailer-daemon@example.net\nMessage-ID: <r@example.net>\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n";
    for (int i = 0; i < 2000; ++i)
        mail += "\nFinal-Recipient: rfc822; u" + std::to_string(i) +
                "@example.com\nAction: failed\nStatus: 5.1.1\n";
    Situation situation = read_situation(sample("email/text.eml"));
    const auto adapter = adapter_of(situation);
    situation.request.set_body(mail + "\n--b--\n");
    const auto batch = adapter->decode(situation.request.view(), situation.now);
    ASSERT_TRUE(batch);
    ASSERT_EQ(batch->items.size(), 50U);
    EXPECT_FALSE(batch->items[0].raw.empty());
    EXPECT_TRUE(batch->items[1].raw.empty());
    EXPECT_TRUE(batch->items[49].raw.empty());
}

}  // namespace
}  // namespace postern::adapters
