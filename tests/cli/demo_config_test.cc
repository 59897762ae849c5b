#include "gateway/cli/demo_config.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "conf/loader.h"

namespace postern::cli {
namespace {

TEST(DemoConfig, IsAcceptedByTheDaemonsOwnLoader) {
    ::setenv("POSTERN_BOOTSTRAP_KEY", "pk_test", 1);

    const conf::Loaded loaded = conf::parse(demo_config({}, "/nonexistent/demo", "127.0.0.1:4000"),
                                            "demo.toml", "/nonexistent");

    for (const conf::ConfError& error : loaded.errors) ADD_FAILURE() << error.text();
    ASSERT_EQ(loaded.config.accounts.size(), 4u);
    EXPECT_EQ(loaded.config.listen.api, "127.0.0.1:0");
    EXPECT_EQ(loaded.config.accounts[0].credentials.at("app_secret").at(0).value,
              "demo-app-secret");
    EXPECT_EQ(loaded.config.accounts[2].settings.at("public_url"),
              "https://gateway.example/webhooks/sms-main");
}

}  // namespace
}  // namespace postern::cli
