// Secrets: the three sources, the rotation, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "conf/loader.h"
#include "tests/conf/folder.h"

namespace postern::conf {
namespace {

Loaded with_secret(std::string_view value, const std::string& base, bool inline_allowed = false) {
    std::string toml = "listen.webhooks = \"127.0.0.1:0\"\n";
    if (inline_allowed) toml += "allow_inline_secrets = true\n";
    toml += "[[account]]\nid = \"tg\"\nchannel = \"telegram\"\ncredentials.bot_token = ";
    return parse(toml + std::string(value), "p.toml", base);
}

std::vector<SecretSource> accepted(const Loaded& loaded) {
    for (const ConfError& error : loaded.errors) ADD_FAILURE() << error.text();
    const auto& credentials = loaded.config.accounts.at(0).credentials;
    const auto found = credentials.find("bot_token");
    return found == credentials.end() ? std::vector<SecretSource>{} : found->second;
}

std::string refused(const Loaded& loaded) {
    EXPECT_EQ(loaded.errors.size(), 1u);
    if (loaded.errors.empty()) return {};
    EXPECT_EQ(loaded.errors[0].key.rfind("account.tg.credentials.bot_token", 0), 0u);
    EXPECT_TRUE(loaded.config.accounts.at(0).credentials.empty());
    return loaded.errors[0].problem;
}

TEST(Secrets, ComeFromAFileWithoutItsLastLineEnd) {
    const Folder folder;
    folder.write("token", "123:abc\r\n");

    const auto secrets = accepted(with_secret("{ file = \"token\" }", folder.path()));

    ASSERT_EQ(secrets.size(), 1u);
    EXPECT_EQ(secrets[0].value, "123:abc");
    EXPECT_EQ(secrets[0].kind, SecretSource::Kind::file);
}

TEST(Secrets, ComeFromTheEnvironment) {
    ::setenv("POSTERN_CONF_TEST_TOKEN", "from-env", 1);

    const auto secrets = accepted(with_secret("{ env = \"POSTERN_CONF_TEST_TOKEN\" }", ""));

    ASSERT_EQ(secrets.size(), 1u);
    EXPECT_EQ(secrets[0].value, "from-env");
    ::unsetenv("POSTERN_CONF_TEST_TOKEN");
    EXPECT_EQ(refused(with_secret("{ env = \"POSTERN_CONF_TEST_TOKEN\" }", "")),
              "environment variable POSTERN_CONF_TEST_TOKEN is not set");
}

TEST(Secrets, ComeFromSystemdCredentialsWhateverTheirGroupBits) {
    const Folder folder;
    folder.write("tg.token", "from-systemd", 0440);
    ::setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1);

    const auto secrets = accepted(with_secret("{ credential = \"tg.token\" }", ""));
    const std::string escape = refused(with_secret("{ credential = \"../x\" }", ""));
    ::unsetenv("CREDENTIALS_DIRECTORY");

    ASSERT_EQ(secrets.size(), 1u);
    EXPECT_EQ(secrets[0].value, "from-systemd");
    EXPECT_EQ(escape, "a credential's name has no slash");
    EXPECT_THAT(refused(with_secret("{ credential = \"tg.token\" }", "")),
                testing::HasSubstr("$CREDENTIALS_DIRECTORY is not set"));
}

TEST(Secrets, AreTwoDuringARotation) {
    const Folder folder;
    folder.write("new", "n");
    folder.write("old", "o");

    const auto secrets =
        accepted(with_secret("[{ file = \"new\" }, { file = \"old\" }]", folder.path()));

    ASSERT_EQ(secrets.size(), 2u);
    EXPECT_EQ(secrets[0].value, "n");
    EXPECT_EQ(secrets[1].value, "o");
    EXPECT_EQ(refused(with_secret("[\"a\", \"b\", \"c\"]", "", true)),
              "a list holds one secret, or two during a rotation");
}

TEST(Secrets, StandInTheFileOnlyWhereThatIsAllowed) {
    EXPECT_EQ(accepted(with_secret("\"abc\"", "", true)).at(0).value, "abc");

    const std::string problem = refused(with_secret("\"abc-secret\"", ""));
    EXPECT_THAT(problem, testing::HasSubstr("allow_inline_secrets = true"));
    EXPECT_THAT(problem, testing::Not(testing::HasSubstr("abc-secret")));
}

TEST(Secrets, ThatOthersCanReadAreRefused) {
    const Folder folder;
    for (const mode_t mode : {0640, 0604, 0660}) {
        const std::string path = folder.write("token", "x", mode);
        EXPECT_EQ(refused(with_secret("{ file = \"token\" }", folder.path())),
                  path + " can be read by others; run: chmod 600 " + path);
    }
}

TEST(Secrets, ThatAreMissingEmptyOrNoFilesAreRefused) {
    const Folder folder;
    folder.write("empty", "\n");
    const std::string& base = folder.path();

    EXPECT_EQ(refused(with_secret("{ file = \"none\" }", base)),
              "cannot read " + base + "/none: No such file or directory");
    EXPECT_EQ(refused(with_secret("{ file = \"empty\" }", base)), "the secret is empty");
    EXPECT_EQ(refused(with_secret("{ file = \".\" }", base)), base + "/. is not a regular file");
    EXPECT_EQ(refused(with_secret("\"\"", base, true)), "the secret is empty");
}

TEST(Secrets, SayWhichFileTheyCameFrom) {
    const Folder folder;
    const std::string path = folder.write("token", "x");

    EXPECT_EQ(accepted(with_secret("{ file = \"token\" }", folder.path())).at(0).name, path);
}

TEST(Secrets, OfTheMasterKeyAreFiles) {
    const Loaded loaded = parse(
        "allow_inline_secrets = true\nlisten.plain_http = true\n"
        "storage.master_key = \"abc\"",
        "p.toml", "");

    ASSERT_EQ(loaded.errors.size(), 1u);
    EXPECT_EQ(loaded.errors[0].text(),
              "p.toml:3: storage.master_key: must be { file = … } or { credential = … }: 32 bytes, "
              "never in the environment");
}

TEST(Secrets, NameExactlyOneSource) {
    EXPECT_EQ(refused(with_secret("{ file = \"a\", env = \"B\" }", "")),
              "names exactly one of file, env or credential");
    EXPECT_EQ(refused(with_secret("{}", "")), "names exactly one of file, env or credential");
    EXPECT_EQ(refused(with_secret("{ fil = \"a\" }", "")), "unknown source of a secret");
    EXPECT_EQ(refused(with_secret("{ file = 3 }", "")), "must be a text that is not empty");
    EXPECT_EQ(refused(with_secret("7", "")),
              "must be { file = … }, { env = … } or { credential = … }");
}

}  // namespace
}  // namespace postern::conf
