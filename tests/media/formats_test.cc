// The pure parts: types by their bytes, forms piece by piece, ranges, signed URLs.
#include <gtest/gtest.h>

#include "gateway/media/multipart.h"
#include "gateway/media/public_url.h"
#include "gateway/media/serve.h"
#include "gateway/media/sniff.h"

namespace postern::media {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view png = "\x89PNG\r\n\x1A\n....";
constexpr std::string_view jpeg = "\xFF\xD8\xFF\xE0....";

TEST(Sniff, KnowsFormatsByTheirFirstBytes) {
    EXPECT_EQ(sniff(png), "image/png");
    EXPECT_EQ(sniff(jpeg), "image/jpeg");
    EXPECT_EQ(sniff("%PDF-1.7"), "application/pdf");
    EXPECT_EQ(sniff("OggS\0\2"sv), "audio/ogg");
    EXPECT_EQ(sniff("\0\0\0\x18"
                    "ftypmp42"sv),
              "video/mp4");
    EXPECT_EQ(sniff("RIFF\1\2\3\4WEBPVP8 "), "image/webp");
    EXPECT_EQ(sniff("  \n<!DOCTYPE HTML><p>"), "text/html");
    EXPECT_EQ(sniff("<?xml version='1.0'?><svg onload='x'>"), "image/svg+xml");
    EXPECT_EQ(sniff("plain words"), "");
    EXPECT_EQ(sniff(""), "");
}

TEST(Sniff, KeepsAClaimThatTheBytesDoNotContradict) {
    EXPECT_EQ(judge_type("Image/PNG; q=1", png).mime, "image/png");
    EXPECT_EQ(judge_type("", jpeg).mime, "image/jpeg");
    EXPECT_EQ(judge_type("image/JPG", jpeg).mime, "image/jpeg");
    EXPECT_EQ(judge_type("audio/x-m4a", "words").mime, "audio/mp4");
    EXPECT_EQ(judge_type("application/octet-stream", png).mime, "image/png");
    EXPECT_EQ(judge_type("no type", "words").mime, "application/octet-stream");
    EXPECT_EQ(judge_type("audio/mp4",
                         "\0\0\0\x18"
                         "ftypmp42"sv)
                  .mime,
              "audio/mp4");
    EXPECT_EQ(judge_type("text/html", "<html>").mime, "text/html");
    EXPECT_EQ(judge_type("application/vnd.ms-excel", "PK\3\4").mime, "application/vnd.ms-excel");
}

TEST(Sniff, RefusesAPictureThatIsSomethingElse) {
    for (const std::string_view bytes :
         {"<html><script>"sv, "<svg onload=x>"sv, "MZ\x90"sv, "%PDF-1.7"sv, "PK\3\4"sv}) {
        const Judged judged = judge_type("image/jpeg", bytes);
        EXPECT_FALSE(judged.problem.empty()) << bytes;
        EXPECT_EQ(judged.mime, "");
    }
    EXPECT_FALSE(judge_type("application/pdf", "<html>").problem.empty());
    EXPECT_FALSE(judge_type("video/mp4", png).problem.empty());
}

TEST(Sniff, ShowsNothingThatABrowserRuns) {
    EXPECT_TRUE(is_shown_inline("image/png"));
    for (const char* mime : {"text/html", "image/svg+xml", "text/xml", "text/plain",
                             "application/octet-stream", "application/javascript", ""})
        EXPECT_FALSE(is_shown_inline(mime)) << mime;
    EXPECT_EQ(disposition("text/html", "a.html"), "attachment; filename=\"a.html\"");
    EXPECT_EQ(disposition("image/png", ""), "inline");
    EXPECT_EQ(disposition("image/png", "a\"\r\nX: é.png"),
              "inline; filename=\"a___X_ __.png\"; filename*=UTF-8''a%22%0D%0AX%3A%20%C3%A9.png");
}

TEST(Sniff, TakesFoldersAndControlsOutOfNames) {
    EXPECT_EQ(safe_filename("C:\\x\\../../etc/passwd"), "passwd");
    EXPECT_EQ(safe_filename("a\r\nb\0.png"sv), "ab.png");
    EXPECT_EQ(safe_filename(".."), "");
    EXPECT_EQ(safe_filename(std::string(300, 'x')).size(), 255U);
}

constexpr std::string_view form =
    "--b0\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n"
    "--b0\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a \\\"x\\\".png\"\r\n"
    "Content-Type: image/png\r\n\r\nBYTES\r\n--b\r\n--b0x\r\n-\r\n"
    "--b0--\r\nepilogue";

TEST(Multipart, FindsTheFileHoweverTheBodyIsCut) {
    for (std::size_t slice = 1; slice <= form.size(); ++slice) {
        MultipartFile parser("b0");
        std::string file;
        auto state = MultipartFile::State::more;
        for (std::size_t at = 0; at < form.size() && state == MultipartFile::State::more;
             at += slice)
            state = parser.feed(form.substr(at, slice), file);
        // "--b0x" is a delimiter with rubbish behind it: the form is broken.
        EXPECT_EQ(state, MultipartFile::State::malformed) << slice;
        EXPECT_EQ(file, "BYTES\r\n--b") << slice;
    }
}

TEST(Multipart, EndsAtTheLastDelimiter) {
    std::string good(form);
    good.replace(good.find("--b0x"), 5, "--bxx");
    for (std::size_t slice = 1; slice <= good.size(); ++slice) {
        MultipartFile parser("b0");
        std::string file;
        auto state = MultipartFile::State::more;
        for (std::size_t at = 0; at < good.size() && state == MultipartFile::State::more;
             at += slice)
            state = parser.feed(std::string_view(good).substr(at, slice), file);
        ASSERT_EQ(state, MultipartFile::State::done) << slice;
        EXPECT_EQ(file, "BYTES\r\n--b\r\n--bxx\r\n-");
        EXPECT_EQ(parser.filename(), "a \"x\".png");
        EXPECT_EQ(parser.content_type(), "image/png");
    }
}

TEST(Multipart, RefusesAFormWithoutAFileOrWithTwo) {
    const std::string part = "--b0\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n";
    std::string file;
    EXPECT_EQ(MultipartFile("b0").feed("--b0--\r\n", file), MultipartFile::State::malformed);
    EXPECT_EQ(MultipartFile("b0").feed(part + part + "--b0--", file),
              MultipartFile::State::malformed);
    EXPECT_EQ(MultipartFile("b0").feed(part + "--b0--", file), MultipartFile::State::done);
    EXPECT_EQ(MultipartFile("b0").feed("--b0\r\n" + std::string(9000, 'h'), file),
              MultipartFile::State::malformed);
}

TEST(Multipart, ReadsTheBoundary) {
    EXPECT_EQ(MultipartFile::boundary_of("multipart/form-data; boundary=abc"), "abc");
    EXPECT_EQ(MultipartFile::boundary_of("Multipart/Form-Data;charset=x; Boundary=\"a b;c\""),
              "a b;c");
    EXPECT_EQ(MultipartFile::boundary_of("multipart/mixed; boundary=abc"), "");
    EXPECT_EQ(MultipartFile::boundary_of("image/png"), "");
}

TEST(Range, ReadsOneRangeOfBytes) {
    const auto range = [](std::string_view header) { return read_range(header, 1000).range; };
    EXPECT_EQ(range("bytes=0-0"), (ByteRange{0, 1}));
    EXPECT_EQ(range("bytes=10-"), (ByteRange{10, 990}));
    EXPECT_EQ(range("bytes=-5"), (ByteRange{995, 5}));
    EXPECT_EQ(range("bytes=-5000"), (ByteRange{0, 1000}));
    EXPECT_EQ(range("bytes=990-5000"), (ByteRange{990, 10}));
    for (const char* none : {"bytes=1000-", "bytes=5000-6000", "bytes=-0"}) {
        EXPECT_TRUE(read_range(none, 1000).asked) << none;
        EXPECT_FALSE(range(none)) << none;
    }
    for (const char* whole : {"", "bytes=", "bytes=a-b", "bytes=5-1", "bytes=0-1,4-5", "lines=1-2",
                              "bytes=99999999999999999999-"})
        EXPECT_FALSE(read_range(whole, 1000).asked) << whole;
}

struct SignedUrl : ::testing::Test {
    UrlSigner signer{storage::KeyBytes{7}};
    model::UploadId id{{0x0123'4567'89AB, 0x00FE'DCBA, 0x0011'2233'4455'66}};
    model::Instant expires{std::chrono::seconds{1'800'000'000}};
    std::string token = signer.token(id, expires);
};

TEST_F(SignedUrl, OpensUntilItExpires) {
    EXPECT_EQ(signer.open(token, expires - std::chrono::seconds{1}), id);
    EXPECT_FALSE(signer.open(token, expires));
    EXPECT_FALSE(signer.open(token, expires + std::chrono::hours{1}));
}

TEST_F(SignedUrl, IsNothingOnceAnyCharacterIsAnother) {
    const model::Instant now = expires - std::chrono::hours{1};
    for (std::size_t i = 0; i < token.size(); ++i) {
        for (const char c : {'A', 'z', '-', '=', '/'}) {
            std::string forged = token;
            if (forged[i] == c) continue;
            forged[i] = c;
            EXPECT_FALSE(signer.open(forged, now)) << i << c;
        }
    }
    EXPECT_FALSE(signer.open(token + "A", now));
    EXPECT_FALSE(signer.open(token.substr(1), now));
    EXPECT_FALSE(signer.open("", now));
    EXPECT_FALSE(UrlSigner(storage::KeyBytes{8}).open(token, now));
}

TEST(Origin, IsWhatStandsBeforeThePath) {
    EXPECT_EQ(origin_of("https://Gate.example:8443/webhooks/x?y"), "https://Gate.example:8443");
    EXPECT_EQ(origin_of("http://127.0.0.1:80/"), "http://127.0.0.1");
    EXPECT_EQ(origin_of("ftp://x"), "");
}

}  // namespace
}  // namespace postern::media
