// What the http channel makes of requests that situations on disk cannot show: those built to cost
// much, those that come twice, and those that say neither what they are nor who sent them.
#include <gtest/gtest.h>

#include "adapters/http/http.h"
#include "adapters/http/multipart_fields.h"
#include "adapters/http/xml_fields.h"
#include "tests/adapters/situation.h"

namespace postern::adapters::http {
namespace {

constexpr std::string_view with_boundary = "Multipart/Form-Data; charset=utf-8; Boundary=b";

std::string repeated(std::string_view what, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += what;
    return out;
}

std::string part(std::string_view head, std::string_view value) {
    return "--b\r\n" + std::string(head) + "\r\n\r\n" + std::string(value) + "\r\n";
}

InboundBatch decoded(std::string_view receive, OwnedRequest request) {
    AdapterConfig config;
    config.credentials["secret"].emplace_back("s");
    config.settings["receive"] = receive;
    std::string problem;
    const auto adapter = make(config, problem);
    EXPECT_NE(adapter, nullptr) << problem;
    if (!adapter) return {};
    // The batch points into the request and the parsed body: only what it owns is looked at.
    const auto batch = adapter->decode(request.view(), Instant{std::chrono::hours{1}});
    EXPECT_TRUE(batch.has_value());
    return batch ? *batch : InboundBatch{};
}

InboundBatch of_json(std::string_view receive, std::string_view body, std::string query = {}) {
    OwnedRequest request;
    request.query = std::move(query);
    request.set_body(body);
    return decoded(receive, std::move(request));
}

/// The id of the n-th message.
std::string id_of(const InboundBatch& batch, std::size_t n = 0) {
    const auto* const message =
        n < batch.items.size() ? std::get_if<InboundMessage>(&batch.items[n].what) : nullptr;
    return message == nullptr ? "no message" : message->external_id;
}

std::string id_of_upload(const std::string& boundary, std::string_view file) {
    const std::string next = "\r\n--" + boundary;
    OwnedRequest request;
    request.headers = {{"Content-Type", "multipart/form-data; boundary=" + boundary}};
    request.set_body("--" + boundary + "\r\nContent-Disposition: form-data; name=from\r\n\r\nana" +
                     next + "\r\nContent-Disposition: form-data; name=p; filename=p\r\n\r\n" +
                     std::string(file) + next + "--\r\n");
    return id_of(decoded(R"({"body":"form","kind":"message","verify":{"type":"none"},)"
                         R"("message":{"id":"{{fingerprint}}"}})",
                         std::move(request)));
}

TEST(HttpMultipart, ReadsOfAPartNoMoreThanAnHonestOneHas) {
    constexpr std::string_view name = "content-DISPOSITION: form-data; Name=";
    const std::string colons = repeated(";", std::size_t{4} << 20);
    const auto all = multipart_fields(
        with_boundary,
        part("Content-Disposition: " + colons, "x") +
            part("Content-Disposition: form-data" + repeated("; x=1", 40) + "; name=late", "x") +
            part("X: " + std::string(8192, 'x') + "\r\n" + std::string(name) + "deep", "x") +
            part("X: " + std::string(4096, 'x') + "\r\n" + std::string(name) + "a", "1") +
            part("Content-Disposition: form-data; filename*=x; name=\"b\"", "2") + "--b--\r\n");
    ASSERT_TRUE(all);
    ASSERT_EQ(all->fields.size(), 2U);
    EXPECT_EQ(all->fields[0], (shared::FormField{"a", "1"}));
    EXPECT_EQ(all->fields[1], (shared::FormField{"b", "2"}));
    EXPECT_FALSE(is_multipart("x multipart/form-data"));
    // Of a header's own parameters likewise.
    EXPECT_FALSE(multipart_fields("multipart/form-data" + colons + "boundary=b", "--b\r\n"));
}

TEST(HttpXml, LeavesOutNamesThatNoPlaceCanHaveAndKeepsTheRest) {
    const std::string huge(std::size_t{1} << 20, 'n');
    const auto fields = xml_fields("<r><" + huge + ">" + repeated("<a>1</a>", 100'000) + "</" +
                                   huge + "><b " + huge + "=\"1\" c=\"3\">2</b></r>");
    ASSERT_TRUE(fields);
    ASSERT_EQ(fields->fields().size(), 2U);
    EXPECT_EQ(fields->value("b"), "2");
    EXPECT_EQ(fields->value("b/@c"), "3");
}

TEST(HttpXml, KeepsTwoThousandFieldsAndFourMebibytes) {
    const auto many = xml_fields("<r>" + repeated("<a>1</a>", 100'000) + "</r>");
    ASSERT_TRUE(many);
    EXPECT_EQ(many->fields().size(), shared::form_fields_max);
    const std::string half(std::size_t{3} << 20, 'x');
    const auto large = xml_fields("<r><a>" + half + "</a><b>" + half + "</b><c>last</c></r>");
    ASSERT_TRUE(large);
    EXPECT_EQ(large->value("a").size(), half.size());
    EXPECT_FALSE(large->has("b"));
    EXPECT_EQ(large->value("c"), "last");
}

TEST(HttpSender, IsNobodyWhereOnlyBlanksOrTooMuchStand) {
    for (const std::string_view address : {"opaque", "phone"}) {
        const std::string receive = R"({"kind":"message","verify":{"type":"none"},"address":")" +
                                    std::string(address) + R"("})";
        const auto from = [&](const std::string& spelled) {
            return of_json(receive, R"({"id":"1","text":"x","from":")" + spelled + R"("})");
        };
        for (const std::string& nobody :
             {std::string(), std::string(" "), std::string(std::size_t{2} << 20, ' '),
              std::string(1025, 'a')}) {
            const auto batch = from(nobody);
            EXPECT_TRUE(batch.items.empty());
            ASSERT_EQ(batch.undecoded.size(), 1U);
            EXPECT_EQ(batch.undecoded[0].reason, "a message without a sender at /from");
        }
        const auto batch = from(std::string(std::size_t{2} << 20, ' ') + "u-1");
        ASSERT_EQ(batch.items.size(), 1U);
        const auto& message = std::get<InboundMessage>(batch.items[0].what);
        EXPECT_EQ(message.sender.aliases.front().address, "u-1");
    }
}

TEST(HttpFingerprint, IsTheSameWhenAnUploadComesAgainWithAnotherBoundary) {
    EXPECT_EQ(id_of_upload("first", "file"), id_of_upload("second-one", "file"));
    EXPECT_NE(id_of_upload("first", "file"), id_of_upload("first", "another"));
}

TEST(HttpFingerprint, TellsApartWhoIsNamedInTheQueryAlone) {
    const auto id = [](std::string query) {
        return id_of(of_json(R"({"kind":"message","verify":{"type":"none"},)"
                             R"("message":{"id":"{{fingerprint}}","from":"{{query.who}}"}})",
                             R"({"text":"hola"})", std::move(query)));
    };
    EXPECT_NE(id("who=ana"), id("who=ben"));
    EXPECT_EQ(id("who=ana&try=1"), id("try=2&who=ana"));
}

TEST(HttpArrival, TellsApartTheSameWordsTwiceInOneBatch) {
    const auto batch = of_json(R"({"kind":"message","verify":{"type":"none"},)"
                               R"("message":{"id":"{{arrival}}"}})",
                               R"([{"from":"a","text":"x"},{"from":"a","text":"x"}])");
    ASSERT_EQ(batch.items.size(), 2U);
    EXPECT_NE(id_of(batch, 0), id_of(batch, 1));
}

TEST(HttpKind, OfAnItemWithoutOneIsAReceiptOnlyByAWordThatIsKnown) {
    constexpr std::string_view plain = R"({"verify":{"type":"none"}})";
    constexpr std::string_view mapped =
        R"({"verify":{"type":"none"},"status":{"value":{"map":{"received":"delivered"}}}})";
    const auto kind = [](std::string_view receive, const std::string& members) {
        const auto batch = of_json(receive, R"({"id":"1","from":"ana")" + members + "}");
        return batch.items.size() == 1 ? batch.items[0].what.index() : std::variant_npos;
    };
    const auto message = InboundItem{InboundMessage{}, {}, {}}.what.index();
    const auto status = InboundItem{InboundStatus{}, {}, {}}.what.index();
    const auto notice = InboundItem{InboundSignal{}, {}, {}}.what.index();
    EXPECT_EQ(kind(plain, R"(,"text":"hola","status":"received")"), message);
    EXPECT_EQ(kind(plain, R"(,"media":"https://a.test/b","status":"received")"), message);
    EXPECT_EQ(kind(mapped, R"(,"text":"hola","status":"received")"), status);
    EXPECT_EQ(kind(plain, R"(,"text":"hola","status":"delivered")"), status);
    EXPECT_EQ(kind(plain, R"(,"status":"received")"), notice);
    EXPECT_EQ(kind(plain, ""), message);
}

}  // namespace
}  // namespace postern::adapters::http
