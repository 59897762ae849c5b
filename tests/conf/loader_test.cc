// What a good file becomes.
#include "conf/loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conf/address.h"
#include "tests/conf/folder.h"

namespace postern::conf {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> texts(const Loaded& loaded) {
    std::vector<std::string> out;
    for (const ConfError& error : loaded.errors) out.push_back(error.text());
    return out;
}

Loaded good(std::string_view toml) {
    Loaded loaded = parse(toml, "p.toml", "/etc/postern");
    EXPECT_THAT(texts(loaded), IsEmpty());
    return loaded;
}

TEST(Loader, LeavesDefaultsWhereTheFileSaysNothing) {
    const Config config = good("listen.plain_http = true").config;

    EXPECT_EQ(config.mode, "active");
    EXPECT_EQ(config.listen.webhooks, "0.0.0.0:8443");
    EXPECT_EQ(config.storage.log_segment_bytes, 64ull << 20);
    EXPECT_EQ(config.retention.messages, std::chrono::hours(400 * 24));
    EXPECT_THAT(config.accounts, IsEmpty());
}

TEST(Loader, ReadsEverySection) {
    const Config config = good(R"(
mode = "inactive"
test_recipients = ["+573001234567"]
[listen]
webhooks = "[::1]:0"
trusted_proxies = ["10.0.0.0/8", "fd00::/8"]
io_threads = 4
[storage]
path = "data"
sync = false
log = "rocksdb"
ballast_bytes = 1048576
cache_bytes = "1GiB"
[retention]
events = "36h"
[limits]
inbox_commands_max = 64
[log]
level = "debug"
)")
                              .config;

    EXPECT_EQ(config.mode, "inactive");
    EXPECT_THAT(config.test_recipients, ElementsAre("+573001234567"));
    EXPECT_EQ(config.listen.webhooks, "[::1]:0");
    EXPECT_THAT(config.listen.trusted_proxies, ElementsAre("10.0.0.0/8", "fd00::/8"));
    EXPECT_EQ(config.listen.io_threads, 4u);
    EXPECT_EQ(config.storage.path, "/etc/postern/data");
    EXPECT_FALSE(config.storage.sync);
    EXPECT_EQ(config.storage.log, LogKind::rocksdb);
    EXPECT_EQ(config.storage.ballast_bytes, 1048576u);
    EXPECT_EQ(config.storage.cache_bytes, 1ull << 30);
    EXPECT_EQ(config.retention.events, std::chrono::hours(36));
    EXPECT_EQ(config.limits.inbox_commands_max, 64u);
    EXPECT_EQ(config.log.level, "debug");
}

TEST(Loader, ReadsAnAccountWithItsChannelsKeysAndItsPolicy) {
    const Config config = good(R"(
allow_inline_secrets = true
listen.webhooks = "127.0.0.1:0"
[[account]]
id = "wa-main"
channel = "whatsapp"
base_url = "http://127.0.0.1:9000/whatsapp/"
phone_number_id = 106540352242922
credentials.app_secret = ["new", "old"]
rate = { per_second = 80, burst = 8, per_recipient = "1/6s", group = "meta-app" }
[[account]]
id = "sms"
channel = "smpp"
port = 2775
tls = true
window = 10
)")
                              .config;

    ASSERT_EQ(config.accounts.size(), 2u);
    const Account& wa = config.accounts[0];
    EXPECT_EQ(wa.id, "wa-main");
    EXPECT_EQ(wa.line, 4u);
    EXPECT_EQ(wa.base_url, "http://127.0.0.1:9000/whatsapp");
    EXPECT_EQ(wa.settings.at("phone_number_id"), "106540352242922");
    ASSERT_EQ(wa.credentials.at("app_secret").size(), 2u);
    EXPECT_EQ(wa.credentials.at("app_secret")[0].value, "new");
    EXPECT_EQ(wa.default_category, "transactional");
    EXPECT_THAT(wa.policy_json.at("rate"), testing::HasSubstr(R"("per_recipient":"1/6s")"));
    EXPECT_EQ(config.accounts[1].settings.at("window"), "10");
    EXPECT_EQ(config.accounts[1].settings.at("tls"), "true");
}

TEST(Loader, KeepsTablesOfAChannelAsJson) {
    const Config config = good(R"(
listen.webhooks = "127.0.0.1:0"
[[account]]
id = "crm"
channel = "http"
[account.receive]
text = "/message/body"
nested = { list = [1, 2.5, true, "a\"b\n"] }
)")
                              .config;

    EXPECT_EQ(config.accounts.at(0).settings.at("receive"),
              R"({"text":"/message/body","nested":{"list":[1,2.5,true,"a\"b\u000a"]}})");
}

TEST(Loader, NamesWhatChangedInAccountsAndNeverAValue) {
    const std::string head =
        "allow_inline_secrets = true\nlisten.webhooks = \"127.0.0.1:0\"\napi.bootstrap_key = ";
    const std::string wa = "[[account]]\nid = \"wa\"\nchannel = \"whatsapp\"\n";
    const Config before = good(head + "\"one\"\n" + wa +
                               "phone_number_id = 1\ncredentials.app_secret = \"a\"\n"
                               "[[account]]\nid = \"gone\"\nchannel = \"http\"\n")
                              .config;
    const Config after = good(head + "\"two\"\n" + wa +
                              "waba_id = 7\nphone_number_id = 2\ncredentials.app_secret = \"b\"\n"
                              "rate = { per_second = 1 }\n"
                              "[[account]]\nid = \"new\"\nchannel = \"http\"\n")
                             .config;

    EXPECT_THAT(changed_keys(before, after),
                testing::UnorderedElementsAre("api.bootstrap_key", "account.gone", "account.new",
                                              "account.wa.credentials.app_secret",
                                              "account.wa.phone_number_id", "account.wa.waba_id",
                                              "account.wa.rate"));
}

TEST(Loader, SaysWhichChangedKeysNeedARestart) {
    const Config before = good("listen.plain_http = true").config;
    // Top-level keys stand before the first table.
    const Config after = good(
                             "test_recipients = [\"+573001234567\"]\nlisten.plain_http = true\n"
                             "listen.io_threads = 2")
                             .config;

    EXPECT_THAT(needs_restart(before, after), ElementsAre("listen.io_threads"));
    EXPECT_THAT(needs_restart(before, before), IsEmpty());
    EXPECT_THAT(changed_keys(before, before), IsEmpty());
    EXPECT_THAT(changed_keys(before, after), ElementsAre("test_recipients", "listen.io_threads"));
}

TEST(Loader, ReadsTheWayOutAndWhoIsTold) {
    const Config config = good(R"(
allow_inline_secrets = true
listen.plain_http = true
[egress]
proxy = "http://proxy.example.com:3128"
proxy_credentials = "user:pass"
no_proxy = ["example.com", "10.0.0.0/8"]
[alarm]
url = "https://alerts.example.com/hook?channel=ops"
email_account = "mail-main"
email_to = ["ops@example.com", "night@example.com"]
repeat_every = "12h"
backup_age = "26h"
[[account]]
id = "tg"
channel = "telegram"
credentials.bot_token = "t"
ca_file = "own.pem"
proxy = "http://10.0.0.1:8080/"
proxy_credentials = "other:pass"
[[account]]
id = "tg-direct"
channel = "telegram"
proxy = "none"
)")
                              .config;

    EXPECT_EQ(config.egress.proxy, "http://proxy.example.com:3128");
    EXPECT_EQ(config.egress.proxy_credentials->value, "user:pass");
    EXPECT_THAT(config.egress.no_proxy, ElementsAre("example.com", "10.0.0.0/8"));
    EXPECT_EQ(config.alarm.url, "https://alerts.example.com/hook?channel=ops");
    EXPECT_EQ(config.alarm.email_account, "mail-main");
    EXPECT_THAT(config.alarm.email_to, ElementsAre("ops@example.com", "night@example.com"));
    EXPECT_EQ(config.alarm.repeat_every, std::chrono::hours(12));
    EXPECT_EQ(config.alarm.backup_age, std::chrono::hours(26));
    EXPECT_EQ(config.accounts[0].ca_file, "/etc/postern/own.pem");
    EXPECT_EQ(config.accounts[0].proxy, "http://10.0.0.1:8080/");
    EXPECT_EQ(config.accounts[0].proxy_credentials->value, "other:pass");
    EXPECT_EQ(config.accounts[1].proxy, "none");
}

TEST(Loader, ResolvesPathsAgainstTheFile) {
    const Folder folder;
    folder.write("key.secret", "s3cret\n");
    const std::string path = folder.write("postern.toml", R"(
listen.webhooks = "127.0.0.1:0"
api.bootstrap_key = { file = "key.secret" }
)");

    const Loaded loaded = load(path);

    EXPECT_THAT(texts(loaded), IsEmpty());
    EXPECT_EQ(loaded.config.api.bootstrap_key->value, "s3cret");
    EXPECT_EQ(loaded.config.file, path);
}

TEST(Loader, SaysWhyAFileCannotBeRead) {
    const Folder folder;
    const std::string path = folder.path() + "/none.toml";

    EXPECT_THAT(texts(load(path)),
                ElementsAre(path + ": cannot read the configuration: No such file or directory"));
    EXPECT_THAT(texts(load(folder.path())),
                ElementsAre(folder.path() + ": cannot read the configuration: Is a directory"));
}

TEST(Loader, WantsToKnowWhoSendsThePROXYHeader) {
    const std::string toml = "[listen]\nwebhooks = \"127.0.0.1:0\"\nproxy_protocol = true\n";
    EXPECT_THAT(texts(parse(toml, "p.toml", ".")),
                ElementsAre("p.toml:3: listen.proxy_protocol: needs listen.trusted_proxies: the "
                            "networks that send the PROXY header"));
    EXPECT_THAT(texts(parse(toml + "trusted_proxies = [\"10.0.0.0/8\"]\n", "p.toml", ".")),
                IsEmpty());
}

TEST(Address, KnowsLoopback) {
    for (const char* host : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}) {
        EXPECT_TRUE(is_loopback(host)) << host;
    }
    for (const char* host : {"0.0.0.0", "::", "10.0.0.1", "::ffff:10.0.0.1", "localhost"}) {
        EXPECT_FALSE(is_loopback(host)) << host;
    }
}

TEST(Address, TakesNumericListenAddressesOnly) {
    std::string host;
    std::uint16_t port = 0;
    EXPECT_TRUE(parse_listen("[::1]:65535", host, port));
    EXPECT_EQ(host, "::1");
    EXPECT_EQ(port, 65535);
    for (const char* bad : {"", ":", "localhost:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                            "::1:80", "[127.0.0.1]:80", "127.0.0.1:-1", "127.0.0.1:8 "}) {
        EXPECT_FALSE(parse_listen(bad, host, port)) << bad;
    }
}

}  // namespace
}  // namespace postern::conf
