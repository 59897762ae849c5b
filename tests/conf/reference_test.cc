// The reference page is what the tables say, and what it says can be written into a file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conf/loader.h"
#include "conf/sections.h"
#include "tests/conf/folder.h"

namespace postern::conf {
namespace {

TEST(Reference, IsTheFileInTheTree) {
    EXPECT_EQ(read_whole(std::string(POSTERN_SOURCE_DIR) + "/conf/reference.md"), reference())
        << "run: build/conf_reference > conf/reference.md";
}

TEST(Reference, GivesDefaultsThatLoadBackToTheSameValues) {
    Config defaults;
    std::string toml;
    for (const Section& section : sections()) {
        if (!section.name.empty()) toml += "[" + std::string(section.name) + "]\n";
        for (const KeySpec& spec : section.keys) {
            const std::string value = show(spec.field, defaults);
            if (value.empty()) continue;  // absent by default
            toml += std::string(spec.key) + " = " + value + "\n";
        }
    }

    Loaded loaded = parse(toml, "defaults.toml", "");

    ASSERT_EQ(loaded.errors.size(), 1u);  // and nothing but the missing TLS
    EXPECT_EQ(loaded.errors[0].key, "listen.webhooks");
    for (const Section& section : sections()) {
        for (const KeySpec& spec : section.keys) {
            EXPECT_EQ(show(spec.field, loaded.config), show(spec.field, defaults)) << spec.key;
        }
    }
}

TEST(Reference, HasARowForEveryKeyAndChannel) {
    const std::string page = reference();
    for (const Section& section : sections()) {
        for (const KeySpec& spec : section.keys) {
            EXPECT_THAT(page, testing::HasSubstr("| `" + std::string(spec.key) + "` |"));
        }
    }
    for (const char* channel : {"whatsapp", "messenger", "instagram", "telegram", "line", "viber",
                                "wechat", "twilio", "vonage", "smpp", "email", "webchat", "http"}) {
        EXPECT_THAT(page, testing::HasSubstr("### `" + std::string(channel) + "`\n"));
    }
}

TEST(Reference, NeverShowsASecret) {
    Loaded loaded = parse(
        "allow_inline_secrets = true\nlisten.plain_http = true\n"
        "api.bootstrap_key = \"pk-very-secret\"",
        "p.toml", "");

    ASSERT_TRUE(loaded.errors.empty());
    for (const Section& section : sections()) {
        for (const KeySpec& spec : section.keys) {
            EXPECT_THAT(show(spec.field, loaded.config), testing::Not(testing::HasSubstr("very")));
        }
    }
}

}  // namespace
}  // namespace postern::conf
