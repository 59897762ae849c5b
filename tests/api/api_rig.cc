// Three accounts: wa-main (whatsapp), tg-shop (telegram; it has no listener), sms-main (twilio).
#include "tests/api/api_rig.h"

#include "adapters/registry.h"
#include "gateway/api/key_token.h"
#include "gateway/model/channel.h"

namespace postern::api {

RigCore::RigCore(testing::FakeThread& thread, testing::FakeReader& reader)
    : thread_(thread), reader_(reader), core_({.epoch = 3}, {}) {}

core::Reply RigCore::apply(core::Payload payload, model::Author author) {
    if (std::holds_alternative<core::NoteApiKeyUse>(payload)) ++notes;
    const core::Command command{std::move(payload), {0, 1}, author};
    const model::Now now = thread_.now();
    std::vector<storage::RowKey> missing;
    for (int round = 0; round < 5; ++round) {
        missing.clear();
        core_.plan(command, now, missing);
        if (missing.empty()) break;
        for (const storage::RowKey& key : missing) core_.rows().load(key, *reader_.get(key));
    }
    core::Effects effects;
    core_.apply(command, now, effects);
    for (const core::RowWrite& write : effects.writes) {
        if (write.record != nullptr)
            reader_.put(write.key, *write.record);
        else
            reader_.remove(write.key);
    }
    if (handler != nullptr) {
        for (const model::RecordPtr& record : effects.published) handler->publish(record);
    }
    for (core::Dispatch& dispatch : effects.dispatches) dispatched.push_back(std::move(dispatch));
    if (!effects.replies.empty()) return effects.replies[0];
    // It is not through yet: the core gives it out once more.
    core::Effects due;
    std::vector<core::Command> next;
    if (std::holds_alternative<core::ReceiveSignal>(command.payload))
        core_.run_due(now, due, next);
    core::Reply reply;
    for (core::Command& more : next) reply = apply(std::move(more.payload), more.author);
    return reply;
}

bool RigCore::post(std::vector<core::Command> commands, runtime::Admit, net::IoThread& thread,
                   std::function<void(const std::vector<core::Reply>&)> done) {
    if (full) return false;
    auto work = [this, &thread, done, commands = std::move(commands)]() mutable {
        std::vector<core::Reply> replies;
        for (core::Command& command : commands)
            replies.push_back(apply(std::move(command.payload), command.author));
        thread.post([replies, done] { done(replies); });
    };
    if (hold)
        held_.emplace_back(std::move(work));
    else
        work();
    return true;
}

void RigCore::release(bool hold_on) {
    hold = hold_on;
    for (const auto& work : std::exchange(held_, {})) work();
    thread_.run();
}

bool RigCore::post(core::Command command) {
    if (full) return false;
    (void)apply(std::move(command.payload), command.author);
    return true;
}

std::string Reply::member(std::string_view name) const {
    const std::string key = "\"" + std::string(name) + "\":";
    std::size_t at = body.find(key);
    if (at == std::string::npos) return {};
    at += key.size();
    if (body[at] == '"') return body.substr(at + 1, body.find('"', at + 1) - at - 1);
    return body.substr(at, body.find_first_of(",}]", at) - at);
}

std::size_t Reply::count(std::string_view text) const {
    std::size_t n = 0;
    for (std::size_t at = body.find(text); at != std::string::npos; at = body.find(text, at + 1))
        ++n;
    return n;
}

ApiRig::ApiRig() {
    make_handler({});
    (void)core_.apply(core::RegisterAccounts{
        {{"wa-main", "whatsapp"}, {"tg-shop", "telegram"}, {"sms-main", "twilio"}}});
    model::ApiKeyRow row;
    row.name = "owner";
    row.scopes = {"*"};
    row.hash = hash_token(owner_);
    (void)core_.apply(core::CreateApiKey{row});
    auto calendars = std::make_shared<policy::Calendars>();
    calendars->zones.add("America/Bogota", policy::Zone({{0, -5 * 3600}}));
    calendars->zones.add("Europe/Rome", policy::Zone({{0, 3600}}));
    settings_.calendars = std::move(calendars);
    const char* channels[] = {"whatsapp", "telegram", "twilio"};
    for (model::AccountNumber number = 1; number <= 3; ++number) {
        core::AccountSettings& account = settings_.accounts[number];
        account.channel = channels[number - 1];
        account.sends = true;
        account.policy.rate.per_second = 1000;
        account.policy.rate.burst = 1000;
    }
    configure();
}

void ApiRig::make_handler(const core::SmallTables& tables) {
    ApiServices services{
        core_, pool_, signal_, *this, *this, *this, *this, *this, [this] { return thread_.now(); },
        &desk_};
    services.calls = calls_;
    services.connections = connections_;
    services.refused = turned_away_;
    api_ = std::make_unique<ApiHandler>(std::move(services),
                                        ApiOptions{.requests_per_second = 1000}, tables);
    core_.handler = api_.get();
}

void ApiRig::restart() {
    core::SmallTables tables;
    const auto cold = [](std::string_view from) {
        return storage::KeyWriter(storage::Family::cold, from[0]);
    };
    (void)reader_.scan(cold("A"), cold("B"), [&](std::string_view, const model::RecordPtr& r) {
        tables.accounts.push_back(model::get<model::AccountRow>(*r));
        return true;
    });
    (void)reader_.scan(cold("K"), cold("L"), [&](std::string_view, const model::RecordPtr& r) {
        tables.api_keys.push_back(model::get<model::ApiKeyRow>(*r));
        return true;
    });
    (void)reader_.scan(cold("T"), cold("U"), [&](std::string_view, const model::RecordPtr& r) {
        tables.templates.push_back(model::get<model::TemplateRow>(*r));
        return true;
    });
    make_handler(tables);
}

void ApiRig::configure() {
    const auto table = std::make_shared<DeskTable>();
    const auto add = [&](std::string name, std::string channel, model::AccountNumber number,
                         std::vector<std::pair<std::string, std::string>> settings,
                         const std::string& credential, std::string_view category) {
        adapters::AdapterConfig config;
        config.account = std::move(name);
        config.channel = std::move(channel);
        for (auto& [key, value] : settings) config.settings[key] = value;
        config.credentials[credential].emplace_back("123456:a-token");
        std::string problem;
        std::shared_ptr<const adapters::SendingAdapter> adapter =
            adapters::make_sending_adapter(config, problem);
        EXPECT_NE(adapter, nullptr) << config.account << ": " << problem;
        table->add(config, number, std::move(adapter), category);
    };
    add("wa-main", "whatsapp", 1, {{"phone_number_id", "1055"}, {"waba_id", "2001"}},
        "access_token", "");
    add("tg-shop", "telegram", 2, {{"long_text", "split"}}, "bot_token", "transactional");
    add("sms-main", "twilio", 3,
        {{"account_sid", "AC00000000000000000000000000000001"}, {"from", "+15005550006"}},
        "auth_token", "transactional");
    adapters::AdapterConfig deaf;
    deaf.account = "tg-in";
    deaf.channel = "telegram";
    table->add(deaf, 4, nullptr, "reply");
    table->set_test_recipients({"+573001234567"});
    table->set_calendars(settings_.calendars);
    table->set_routes(routes_);
    desk_.store(table);
    (void)core_.apply(core::Configure{std::make_shared<const core::SendingSettings>(settings_)});
}

void ApiRig::answer(adapters::SendOutcome outcome) {
    ASSERT_FALSE(core_.dispatched.empty());
    const core::Dispatch dispatch = core_.dispatched.front();
    core_.dispatched.erase(core_.dispatched.begin());
    core::AnswerAttempt c;
    c.message = dispatch.message;
    c.attempt = dispatch.attempt;
    c.slot = dispatch.slot;
    c.account = dispatch.account;
    c.part = dispatch.part;
    c.external = reader_.blind("external", outcome.external_id);
    c.outcome = std::move(outcome);
    c.random = 12'345'678;
    (void)core_.apply(std::move(c));
}

Reply ApiRig::ask(std::string method, std::string target, std::string body, std::string token,
                  const Fields& fields) {
    Reply reply;
    reply.exchange = std::make_unique<testing::Exchange>(thread_, std::move(method),
                                                         std::move(target), std::move(body));
    if (token != "-") {
        reply.exchange->header("Authorization", "Bearer " + (token.empty() ? owner_ : token));
    }
    for (const auto& [name, value] : fields) reply.exchange->header(name, value);
    const net::Request& request = reply.exchange->request();
    net::Admission admission = api_->admit(request);
    if (!admission.accepted)
        reply.exchange->responder().send(std::move(admission.refusal));
    else
        api_->handle(request, reply.exchange->responder());
    thread_.run();
    if (!reply.exchange->answered()) return reply;
    reply.status = reply.exchange->response().status;
    reply.body = reply.exchange->response().body;
    return reply;
}

std::string ApiRig::make_key(const std::string& scopes, const std::string& more) {
    const Reply reply = post("/v1/keys", R"({"name":"k","scopes":)" + scopes + more + "}");
    EXPECT_EQ(reply.status, 201) << reply.body;
    return reply.member("key");
}

void ApiRig::receive(const std::string& phone, const std::string& text, const std::string& name,
                     const std::string& details) {
    core::ReceiveMessage command;
    command.inbound.account = 1;
    const auto scope = model::channel_scope(model::channel_number("whatsapp"));
    command.inbound.identities = {{scope, reader_.blind("identity", phone)}};
    command.inbound.dedupe_hash = ++received_;
    command.inbound.horizon_s = 8 * 86'400;
    command.inbound.fresh_key.fill(static_cast<std::uint8_t>(received_));
    command.message.external_id = "wamid." + std::to_string(received_);
    command.message.sender.aliases = {{phone, adapters::IdentityScope::channel}};
    command.message.sender.name = name;
    command.message.content.text = text;
    command.message.content.details_json = details;
    command.message.provider_time = thread_.now().wall;
    (void)core_.apply(std::move(command));
    thread_.advance(std::chrono::seconds{1});
}

model::Sequence ApiRig::quarantine(std::string body) {
    model::QuarantineRow row;
    row.account = 1;
    row.reason = "no entry";
    row.method = "POST";
    row.target = "/webhooks/wa-main";
    row.headers = {{"Content-Type", "application/json"}};
    row.body = std::move(body);
    return core_.apply(core::Quarantine{row}).id.sequence;
}

void ApiRig::replay(const model::QuarantineRow&, model::Sequence id, model::Author author,
                    net::IoThread& thread, Done done) {
    if (replay_refused_) return done(Outcome::overloaded, {});
    (void)core_.apply(
        core::ResolveQuarantine{id, understood_, understood_ ? "" : "still no entry", {}}, author);
    thread.post([this, done] {
        if (understood_) return done(Outcome::resolved, {});
        done(Outcome::not_understood, "still no entry");
    });
}

std::optional<AccountHealth> ApiRig::account_health(std::string_view name) const {
    if (name != "wa-main") return std::nullopt;
    AccountHealth health;
    health.last_inbound = testing::FakeThread::start;
    health.signature_failures = 7;
    return health;
}

void ApiRig::backup(std::string path, net::IoThread& thread,
                    std::function<void(bool, std::string)> done) {
    backup_path_ = std::move(path);
    thread.post([this, done] {
        const bool made = backup_path_ != "/taken";
        done(made, made ? R"({"path":")" + backup_path_ + "\"}" : "The folder exists already.");
    });
}

bool ApiRig::ready(std::vector<std::string>& reasons) const {
    if (!ready_) reasons.push_back("the disk does not answer");
    return ready_;
}

}  // namespace postern::api
