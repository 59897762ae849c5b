// Two accounts: wa-main (whatsapp) and tg-shop (telegram), the second gone from the configuration.
#include "tests/api/api_rig.h"

#include "gateway/api/key_token.h"
#include "gateway/model/channel.h"

namespace postern::api {

RigCore::RigCore(testing::FakeThread& thread, testing::FakeReader& reader)
    : thread_(thread), reader_(reader), core_({.epoch = 3}, {}) {}

core::Reply RigCore::apply(core::Payload payload) {
    if (std::holds_alternative<core::NoteApiKeyUse>(payload)) ++notes;
    const core::Command command{std::move(payload), {0, 1}};
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
    return effects.replies.empty() ? core::Reply{} : effects.replies[0];
}

bool RigCore::post(std::vector<core::Command> commands, runtime::Admit, net::IoThread& thread,
                   std::function<void(const std::vector<core::Reply>&)> done) {
    if (full) return false;
    std::vector<core::Reply> replies;
    for (core::Command& command : commands) replies.push_back(apply(std::move(command.payload)));
    thread.post([replies, done] { done(replies); });
    return true;
}

bool RigCore::post(core::Command command) {
    if (full) return false;
    (void)apply(std::move(command.payload));
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
    api_ =
        std::make_unique<ApiHandler>(ApiServices{core_, pool_, signal_, *this, *this, *this, *this,
                                                 *this, [this] { return thread_.now(); }},
                                     ApiOptions{.requests_per_second = 1000}, core::SmallTables{});
    core_.handler = api_.get();
    (void)core_.apply(core::RegisterAccounts{{{"wa-main", "whatsapp"}, {"tg-shop", "telegram"}}});
    model::ApiKeyRow row;
    row.name = "owner";
    row.scopes = {"*"};
    row.hash = hash_token(owner_);
    (void)core_.apply(core::CreateApiKey{row});
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

void ApiRig::receive(const std::string& phone, const std::string& text, const std::string& name) {
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

void ApiRig::replay(const model::QuarantineRow&, model::Sequence id, net::IoThread& thread,
                    Done done) {
    if (replay_refused_) return done(Outcome::overloaded, {});
    (void)core_.apply(
        core::ResolveQuarantine{id, understood_, understood_ ? "" : "still no entry", {}});
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
