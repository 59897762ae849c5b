// Bad files and exactly what is said about them: file, line, key, problem, nearest known key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conf/loader.h"

namespace postern::conf {
namespace {

struct Case {
    std::string_view toml;  // line 1 and what follows; the webhooks listen on loopback in line 1
    std::string_view message;
};

void expect(const Case& bad, std::string_view before) {
    const Loaded loaded = parse(std::string(before) + std::string(bad.toml), "p.toml", "/nowhere");
    ASSERT_FALSE(loaded.errors.empty()) << bad.toml;
    EXPECT_EQ(loaded.errors[0].text(), bad.message);
    EXPECT_EQ(loaded.errors.size(), 1u) << loaded.errors.back().text();
}

constexpr std::string_view loopback = "listen.webhooks = \"127.0.0.1:0\"\n";

constexpr Case section_cases[] = {
    {"mod = \"active\"", "p.toml:2: mod: unknown key (did you mean \"mode\"?)"},
    {"[storge]\npath = \"x\"", "p.toml:2: storge: unknown section (did you mean \"storage\"?)"},
    {"[storage]\npaht = \"x\"", "p.toml:3: storage.paht: unknown key (did you mean \"path\"?)"},
    {"[tls]\npassword = \"x\"", "p.toml:3: tls.password: unknown key; known: certificate and key"},
    {"mode = \"actve\"", "p.toml:2: mode: must be active or inactive (did you mean \"active\"?)"},
    {"mode = 1", "p.toml:2: mode: must be a text, not an integer"},
    {"storage = 3", "p.toml:2: storage: must be a section: [storage]"},
    {"listen.api = \"localhost:80\"",
     "p.toml:2: listen.api: must be a numeric address and a port, like \"127.0.0.1:8080\" or "
     "\"[::1]:8080\" (port 0 picks one)"},
    {"listen.io_threads = 17", "p.toml:2: listen.io_threads: must be 0 to 16"},
    {"listen.io_threads = -1", "p.toml:2: listen.io_threads: must be 0 to 16"},
    {"listen.io_threads = \"4\"", "p.toml:2: listen.io_threads: must be an integer, not a text"},
    {"listen.trusted_proxies = [\"10.0.0.0/33\"]",
     "p.toml:2: listen.trusted_proxies: each item must be a network like \"10.0.0.0/8\""},
    {"storage.sync = \"yes\"", "p.toml:2: storage.sync: must be true or false, not a text"},
    {"storage.cache_bytes = \"1GB\"",
     "p.toml:2: storage.cache_bytes: must be a number of bytes or a size like \"64MiB\""},
    {"storage.cache_bytes = 1", "p.toml:2: storage.cache_bytes: must be 8MiB to 1TiB"},
    {"storage.log = \"wal\"", "p.toml:2: storage.log: must be commit or rocksdb"},
    {"[retention]\nevents = \"7 days\"",
     "p.toml:3: retention.events: must be a duration like \"400d\" or \"36h\""},
    {"[retention]\nevents = \"90m\"", "p.toml:3: retention.events: must be whole hours"},
    {"[retention]\nevents = \"5m\"", "p.toml:3: retention.events: must be 1h to 3650d"},
    {"storage.path = \"\"", "p.toml:2: storage.path: must not be empty"},
    {"mode = \"inactive\"\ntest_recipients = []",
     "p.toml:2: test_recipients: is empty, so an inactive Postern would send nothing; name one or "
     "remove the key"},
    {"egress.proxy = \"http://user:pass@proxy:3128\"",
     "p.toml:2: egress.proxy: must be http://host:port; a user and password go into a secret of "
     "their own"},
    {"egress.proxy = \"https://proxy:3128\"",
     "p.toml:2: egress.proxy: must be http://host:port; a user and password go into a secret of "
     "their own"},
    {"alarm.email_account = \"\"", "p.toml:2: alarm.email_account: must not be empty"},
    {"alarm.url = \"mailto:ops@example.com\"",
     "p.toml:2: alarm.url: must be an http:// or https:// URL without user name or fragment"},
    {"log.level = inf", "p.toml:2: inf and nan are not used here"},
};

TEST(Errors, NameFileLineKeyAndWhatToWriteInstead) {
    for (const Case& bad : section_cases) expect(bad, loopback);
}

constexpr std::string_view telegram =
    "listen.webhooks = \"127.0.0.1:0\"\n[[account]]\nid = \"tg\"\nchannel = \"telegram\"\n";

constexpr Case route_cases[] = {
    {"[[route]]\naccounts = [\"tgg\"]",
     "p.toml:6: route[0].accounts: unknown account (did you mean \"tg\"?)"},
    {"[[route]]\naccounts = []",
     "p.toml:6: route[0].accounts: must be a list of 1 to 8 accounts, the preferred one first"},
    {"[[route]]\naccounts = [\"recent\", \"recent\"]",
     "p.toml:6: route[0].accounts: names \"recent\" twice"},
    {"[[route]]\ncategory = \"reply\"",
     "p.toml:5: route[0].accounts: is missing; name accounts, the preferred one first"},
    {"[[route]]\ncategory = \"replay\"\naccounts = [\"tg\"]",
     "p.toml:6: route[0].category: must be reply, transactional, authentication, marketing or "
     "collections (did you mean \"reply\"?)"},
    {"[[route]]\naccounts = [\"tg\"]\n[[route]]\naccounts = [\"recent\"]",
     "p.toml:7: route[1].category: every category has a route already, in line 5"},
    {"[[route]]\nacounts = [\"tg\"]\naccounts = [\"tg\"]",
     "p.toml:6: route[0].acounts: unknown key of a route (did you mean \"accounts\"?)"},
    {"[route]\naccounts = [\"tg\"]", "p.toml:5: route: routes are written [[route]]"},
};

// CG-38
TEST(Errors, OfARouteSayWhatItMayName) {
    for (const Case& bad : route_cases) expect(bad, telegram);
}

constexpr Case account_cases[] = {
    {"bas_url = \"http://x\"",
     "p.toml:5: account.tg.bas_url: unknown key of a telegram account (did you mean "
     "\"base_url\"?)"},
    {"base_url = \"ftp://x\"",
     "p.toml:5: account.tg.base_url: must be an http:// or https:// URL without user name, query "
     "or "
     "fragment"},
    {"credentials.bot_tokn = { env = \"X\" }",
     "p.toml:5: account.tg.credentials.bot_tokn: unknown credential of a telegram account (did you "
     "mean \"bot_token\"?)"},
    {"credentials.app_secret = { env = \"X\" }",
     "p.toml:5: account.tg.credentials.app_secret: unknown credential of a telegram account; "
     "known: "
     "bot_token and secret_token"},
    {"credentials = 3", "p.toml:5: account.tg.credentials: must be a table of secrets"},
    {"default_category = \"markting\"",
     "p.toml:5: account.tg.default_category: must be reply, transactional, authentication, "
     "marketing "
     "or collections (did you mean \"marketing\"?)"},
    {"rate = 80", "p.toml:5: account.tg.rate: must be a table: { … }"},
    {"rate = {}", "p.toml:5: account.tg.rate: names no limit"},
    {"rate = { per_secnd = 80 }",
     "p.toml:5: account.tg.rate.per_secnd: unknown key (did you mean \"per_second\"?)"},
    {"rate = { per_second = 0 }", "p.toml:5: account.tg.rate.per_second: must be a number above 0"},
    {"rate = { per_recipient = \"often\" }",
     "p.toml:5: account.tg.rate.per_recipient: must be so many in a time, like \"1/6s\" or "
     "\"10/m\""},
    {"window = { hours = 0 }", "p.toml:5: account.tg.window.hours: must be 1 to 8760"},
    {"window = 5", "p.toml:5: account.tg.window: must be a table: { … }"},
    {"quiet_hours = { timezone = \"recipient\" }",
     "p.toml:5: account.tg.quiet_hours: names exactly one of allow, rules and preset"},
    {"quiet_hours = { allow = \"8-21\" }",
     "p.toml:5: account.tg.quiet_hours.allow: must be two times of day like \"08:00-21:00\""},
    {"quiet_hours = { allow = \"08:00-25:00\" }",
     "p.toml:5: account.tg.quiet_hours.allow: must be two times of day like \"08:00-21:00\""},
    {"quiet_hours = { preset = \"co\", weekdays = \"mon-sab\" }",
     "p.toml:5: account.tg.quiet_hours.weekdays: must be days like \"mon-sat\" or "
     "\"mon,wed-fri\""},
    {"quiet_hours = { preset = \"co\", timezone = \"../passwd\" }",
     "p.toml:5: account.tg.quiet_hours.timezone: must be \"recipient\" or an IANA name like "
     "\"America/Bogota\""},
    {"quiet_hours = { rules = [{ days = \"sat\" }] }",
     "p.toml:5: account.tg.quiet_hours.rules: must be a list of { days = …, allow = … }"},
    {"retry = { first = \"1h\", cap = \"10m\" }",
     "p.toml:5: account.tg.retry: cap is shorter than first"},
    {"soft_bounces = { suppress_after = 0 }",
     "p.toml:5: account.tg.soft_bounces.suppress_after: must be 1 to 30"},
    {"caps = { marketing = \"3/90m\" }",
     "p.toml:5: account.tg.caps.marketing: must be at most 32 in whole hours, like \"3/7d\" or "
     "[\"1/4h\", \"3/7d\"]"},
    {"caps = { marketing = [\"1/4h\", \"40/7d\"] }",
     "p.toml:5: account.tg.caps.marketing: must be at most 32 in whole hours, like \"3/7d\" or "
     "[\"1/4h\", \"3/7d\"]"},
    {"consent = { required = [\"spam\"] }",
     "p.toml:5: account.tg.consent.required: each item must be reply, transactional, "
     "authentication, marketing or collections"},
    {"duplicates = { marketing = \"90s\" }",
     "p.toml:5: account.tg.duplicates.marketing: must be whole minutes like \"24h\", or \"off\""},
    {"on_unknown = { marketing = \"drop\" }",
     "p.toml:5: account.tg.on_unknown.marketing: must be hold, resend or expire"},
    {"long_text = \"cut\"", "p.toml:5: account.tg.long_text: must be split or refuse"},
    {"[[account]]\nid = \"tg\"\nchannel = \"line\"",
     "p.toml:5: account.tg.id: is used twice; the other is in line 2"},
    {"[[account]]\nid = \"Tg\"\nchannel = \"line\"",
     "p.toml:6: account[1].id: must be 1 to 64 of a-z, 0-9 and '-'; it is in the webhook URL"},
    {"[[account]]\nchannel = \"line\"",
     "p.toml:5: account[1].id: is missing; every account needs one"},
    {"[[account]]\nid = \"wa\"\nchannel = \"whatsap\"\nphone_number_id = 1",
     "p.toml:7: account.wa.channel: unknown channel (did you mean \"whatsapp\"?)"},
    {"[[account]]\nid = \"w\"\nchannel = \"webchat\"\norigins = \"x\"",
     "p.toml:8: account.w.origins: must be a list: [ … ]"},
    {"[[account]]\nid = \"v\"\nchannel = \"vonage\"\napi = \"voice\"",
     "p.toml:8: account.v.api: must be sms or messages"},
    {"[[account]]\nid = \"s\"\nchannel = \"smpp\"\nport = 65536",
     "p.toml:8: account.s.port: must be 1 to 65535"},
};

TEST(Errors, InAccountsNameTheAccount) {
    for (const Case& bad : account_cases) expect(bad, telegram);
}

TEST(Errors, RefuseWebhooksWithoutTlsBeyondLoopback) {
    expect({"",
            "p.toml:1: listen.webhooks: 0.0.0.0:80 is reachable from other machines and there is "
            "no [tls]; add [tls], listen on 127.0.0.1, or set listen.plain_http = true behind a "
            "proxy"},
           "listen.webhooks = \"0.0.0.0:80\"\n");
}

TEST(Errors, NameBothHalvesOfTls) {
    const Loaded loaded = parse("listen.webhooks = \"127.0.0.1:0\"\ntls.certificate = \"c.pem\"",
                                "p.toml", "/nowhere");

    ASSERT_EQ(loaded.errors.size(), 2u);
    EXPECT_EQ(loaded.errors[0].text(),
              "p.toml:2: tls.key: is missing; [tls] needs certificate and key");
    EXPECT_EQ(loaded.errors[1].text(),
              "p.toml:2: tls.certificate: cannot read /nowhere/c.pem: No such file or directory");
}

TEST(Errors, AreAllReportedInTheOrderOfTheLines) {
    const Loaded loaded =
        parse("[log]\nlevel = 1\n[listen]\nwebhook = 1\nplain_http = true\n", "p.toml", "/nowhere");

    ASSERT_EQ(loaded.errors.size(), 2u);
    EXPECT_EQ(loaded.errors[0].text(), "p.toml:2: log.level: must be a text, not an integer");
    EXPECT_EQ(loaded.errors[1].text(),
              "p.toml:4: listen.webhook: unknown key (did you mean \"webhooks\"?)");
}

TEST(Errors, OfSyntaxNameTheLine) {
    const Loaded loaded = parse("mode = \"active\"\nlisten = [", "p.toml", "");

    ASSERT_EQ(loaded.errors.size(), 1u);
    EXPECT_EQ(loaded.errors[0].line, 2u);
    EXPECT_THAT(loaded.errors[0].text(), testing::StartsWith("p.toml:2: "));
}

TEST(Errors, BoundTheSizeAndTheDepthOfAFile) {
    EXPECT_EQ(parse(std::string((1 << 20) + 1, ' '), "p.toml", "").errors.at(0).text(),
              "p.toml: the file is larger than 1 MiB");
    std::string deep = "x = ";
    for (int i = 0; i < 40; ++i) deep += '[';
    for (int i = 0; i < 40; ++i) deep += ']';
    EXPECT_EQ(parse(deep, "p.toml", "").errors.at(0).problem, "nested deeper than 16 levels");
}

}  // namespace
}  // namespace postern::conf
