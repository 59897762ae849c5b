// The example that we ship loads as it stands once its secrets exist, and uses every key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conf/loader.h"
#include "conf/sections.h"
#include "tests/conf/folder.h"

namespace postern::conf {
namespace {

const std::string example = std::string(POSTERN_SOURCE_DIR) + "/conf/postern.example.toml";

TEST(Example, LoadsOnceItsSecretsExist) {
    const Folder folder;
    for (const char* name :
         {"tls.pem", "tls.key", "master.key", "bootstrap.key", "wa-main.secret", "wa-main.token",
          "wa-main.verify", "tg-support.token", "tg-support.secret", "sms-main.token",
          "crm-hook.secret", "proxy.credentials", "alarm.secret"}) {
        folder.write(name, std::string(name) + "\n");
    }

    const Loaded loaded = parse(read_whole(example), "postern.toml", folder.path());

    for (const ConfError& error : loaded.errors) ADD_FAILURE() << error.text();
    ASSERT_EQ(loaded.config.accounts.size(), 5u);
    EXPECT_EQ(loaded.config.accounts[0].policy_json.size(), 9u);
    EXPECT_EQ(loaded.config.accounts[0].credentials.size(), 3u);
    ASSERT_EQ(loaded.config.routes.size(), 2u);  // CG-38
    EXPECT_EQ(loaded.config.routes[0].category, "marketing");
    EXPECT_EQ(loaded.config.routes[1].accounts[0], "last_inbound");
}

TEST(Example, MissesOnlyItsSecrets) {
    const Loaded loaded = load(example);

    for (const ConfError& error : loaded.errors) {
        EXPECT_THAT(error.problem, testing::StartsWith("cannot read ")) << error.text();
    }
    EXPECT_EQ(loaded.errors.size(), 13u);
}

TEST(Example, ShowsEveryKey) {
    const std::string text = read_whole(example);
    for (const Section& section : sections()) {
        if (!section.name.empty()) {
            EXPECT_THAT(text, testing::HasSubstr("\n[" + std::string(section.name) + "]"));
        }
        for (const KeySpec& spec : section.keys) {
            EXPECT_THAT(text, testing::HasSubstr("\n" + std::string(spec.key) + " = "));
        }
    }
}

}  // namespace
}  // namespace postern::conf
