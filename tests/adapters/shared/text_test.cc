// Three small readers: UTF-8 repair, media types, RFC 3339.
#include <gtest/gtest.h>

#include "adapters/shared/mime.h"
#include "adapters/shared/rfc3339.h"
#include "adapters/shared/utf8.h"

namespace postern::adapters::shared {
namespace {

TEST(Utf8, LeavesGoodTextAloneAndReplacesEachBadByte) {
    EXPECT_EQ(valid_utf8("caf\xC3\xA9 \xF0\x9F\x98\x80"), "caf\xC3\xA9 \xF0\x9F\x98\x80");
    EXPECT_EQ(valid_utf8("caf\xE9 x"), "caf\xEF\xBF\xBD x");
    EXPECT_EQ(valid_utf8("\xC3"), "\xEF\xBF\xBD");
    EXPECT_EQ(valid_utf8("\xF0\x9F\x98"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(valid_utf8("\xED\xA0\x80z"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz");
    EXPECT_EQ(valid_utf8("\xC0\xAF\xFF"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Mime, FindsTheKindWhateverCaseAndParameters) {
    EXPECT_EQ(kind_of_mime("IMAGE/PNG"), AttachmentKind::image);
    EXPECT_EQ(kind_of_mime("audio/ogg; codecs=opus"), AttachmentKind::audio);
    EXPECT_EQ(kind_of_mime("video/mp4"), AttachmentKind::video);
    EXPECT_EQ(kind_of_mime("text/x-vCard"), AttachmentKind::contact);
    EXPECT_EQ(kind_of_mime("text/plain"), AttachmentKind::document);
    EXPECT_EQ(kind_of_mime(""), AttachmentKind::document);
}

TEST(Mime, ReadsWordsOfKindsAndLeavesTheRest) {
    AttachmentKind kind = AttachmentKind::image;
    EXPECT_TRUE(kind_from_word("Voice", kind));
    EXPECT_EQ(kind, AttachmentKind::voice);
    EXPECT_FALSE(kind_from_word("hologram", kind));
    EXPECT_EQ(kind, AttachmentKind::voice);
}

TEST(Rfc3339, ReadsZonesFractionsAndLooseSpellings) {
    const Instant at{std::chrono::seconds{1768473000}};
    for (const std::string_view text :
         {"2026-01-15T10:30:00Z", "2026-01-15t10:30:00z", "2026-01-15 10:30:00",
          "2026-01-15T05:30:00-05:00", "2026-01-15T16:00:00+0530", "2026-01-15T10:29:60Z",
          "2026-01-15 10:30:00 +0000", "2026-01-15 05:30:00 -05:00"}) {
        EXPECT_EQ(parse_rfc3339(text), at) << text;
    }
    EXPECT_EQ(parse_rfc3339("2026-01-15T10:30:00.1234567Z"),
              at + std::chrono::microseconds{123456});
    EXPECT_EQ(parse_rfc3339("2024-02-29T00:00:00Z"), Instant{std::chrono::seconds{1709164800}});
}

TEST(Rfc3339, RefusesWhatIsNoMoment) {
    for (const std::string_view text :
         {"", "2026", "2026-01-15", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
          "2026-01-15T24:00:00Z", "2026-01-15T10:60:00Z", "2026-01-15T10:30:00.Z",
          "2026-01-15T10:30:00Zx", "2026-01-15T10:30:00+24:00", "1969-12-31T23:59:59Z",
          "-026-01-15T10:30:00Z", "2026-01-15T10:30:00+05", "2026-01-15T10:30:00 ",
          "2026-01-15T10:30:00 Z", "2026-01-15T10:30:00  +0000"}) {
        EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace postern::adapters::shared
