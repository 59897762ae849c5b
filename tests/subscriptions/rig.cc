// The parts of the daemon that a deliverer meets, in one thread.
#include <gtest/gtest.h>

#include "tests/subscriptions/rig.h"

#include "gateway/model/channel.h"

namespace postern::subscriptions {
namespace {

/// The text between `before` and the next quotation mark; empty if it is not there.
std::string quoted_after(const std::string& json, const std::string& before) {
    const std::size_t at = json.find(before);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + before.size();
    return json.substr(begin, json.find('"', begin) - begin);
}

constexpr int answered_2xx = 200;

}  // namespace

net::ClientResponse answer(int status) {
    net::ClientResponse response;
    response.progress = net::Progress::answered;
    response.status = status;
    return response;
}

net::ClientResponse no_answer(boost::system::errc::errc_t why) {
    net::ClientResponse response;
    response.error = boost::system::errc::make_error_code(why);
    return response;
}

void FakeClient::send(net::ClientRequest request, std::function<void(net::ClientResponse)> done) {
    Taken one{quoted_after(request.body, R"("text":")"),
              quoted_after(request.body, R"("from":{"address":")"),
              std::move(request),
              thread_.now().wall,
              0,
              {}};
    if (one.text.empty()) one.text = quoted_after(one.request.body, R"("type":")");
    auto said = endpoint ? endpoint(one) : answer(answered_2xx);
    if (said) one.status = said->status;
    if (!said) one.done = done;
    taken.push_back(std::move(one));
    if (said) thread_.post([done, said] { done(*said); });
}

RigCore::RigCore(testing::FakeThread& thread, testing::FakeReader& reader, core::SmallTables tables)
    : thread_(thread),
      reader_(reader),
      core_({.epoch = 3, .last_sequence = reader.applied() + 1000}, std::move(tables)) {}

core::Reply RigCore::apply(core::Payload payload) {
    if (std::holds_alternative<core::NoteSubscription>(payload)) ++notes;
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
        if (write.record == nullptr) {
            reader_.remove(write.key);
            continue;
        }
        if (const auto* notice = model::get_if<model::NoticeRow>(write.record.get()))
            announced.push_back(notice->type);
        reader_.put(write.key, *write.record);
    }
    for (const model::RecordPtr& record : effects.published) {
        if (publish) publish(record);
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

Rig::Rig() {
    core::SmallTables tables;
    tables.accounts.push_back({1, "wa-main", "whatsapp"});
    start(std::move(tables));
}

Rig::~Rig() {
    deliverer_->stop(std::chrono::milliseconds{0});
    core_->publish = nullptr;
}

void Rig::start(core::SmallTables tables) {
    auto client = std::make_unique<FakeClient>(thread_);
    client_ = client.get();
    client_->endpoint = [this](const Taken& one) {
        return endpoint_ ? endpoint_(one) : std::optional(answer(answered_2xx));
    };
    core_ = std::make_unique<RigCore>(thread_, reader_, tables);
    deliverer_ = std::make_unique<Deliverer>(
        DelivererServices{*core_, pool_, signal_, thread_, std::move(client),
                          [this] { return thread_.now(); },
                          [](std::string_view) { return std::string{}; }},
        DelivererOptions{}, tables);
    core_->publish = [this](const model::RecordPtr& record) { deliverer_->publish(record); };
    deliverer_->start();
    thread_.run();
}

core::SmallTables Rig::tables() {
    core::SmallTables tables;
    tables.accounts.push_back({1, "wa-main", "whatsapp"});
    for (const auto& [id, made] : made_) {
        const auto record = *reader_.get(storage::keys::subscription(id));
        if (record != nullptr)
            tables.subscriptions.push_back(model::get<model::SubscriptionRow>(*record));
    }
    return tables;
}

void Rig::crash() {
    core_->publish = nullptr;
    core_->full = true;  // nothing is told any more
    for (Taken& one : client_->taken) before_.push_back(std::move(one));
    deliverer_.reset();
    start(tables());
}

void Rig::stop_and_start() {
    deliverer_->stop(std::chrono::milliseconds{0});
    crash();
}

void Rig::receive(const std::string& number, const std::string& text) {
    core::ReceiveMessage command;
    command.inbound.account = 1;
    const auto scope = model::channel_scope(model::channel_number("whatsapp"));
    command.inbound.identities = {{scope, reader_.blind("identity", number)}};
    command.inbound.dedupe_hash = ++received_;
    command.inbound.horizon_s = 8 * 86'400;
    command.inbound.fresh_key.fill(static_cast<std::uint8_t>(received_));
    command.message.external_id = "wamid." + std::to_string(received_);
    command.message.sender.aliases = {{number, adapters::IdentityScope::channel}};
    command.message.content.text = text;
    command.message.provider_time = thread_.now().wall;
    change(std::move(command));
}

void Rig::change(core::Payload payload) {
    (void)core_->apply(std::move(payload));
    signal_.raise(reader_.applied());
    thread_.run();
}

model::Sequence Rig::subscribe(std::vector<std::string> types) {
    core::CreateSubscription command;
    command.row.url = "https://crm.example.com/hook";
    command.row.types = std::move(types);
    command.row.secret = std::string(32, 's');
    const events::Page page = events::read_page(reader_, {.from = events::From::latest}, {});
    command.row.progress.cursor = {page.next.milliseconds, page.next.epoch, page.next.place()};
    const core::Reply reply = core_->apply(std::move(command));
    made_[reply.id.sequence] = true;
    thread_.run();
    return reply.id.sequence;
}

const model::SubscriptionRow& Rig::row(model::Sequence id) {
    held_ = *reader_.get(storage::keys::subscription(id));
    return model::get<model::SubscriptionRow>(*held_);
}

events::DeliveryHealth Rig::health(model::Sequence id) const {
    return deliverer_->health(id).value_or(events::DeliveryHealth{});
}

std::vector<std::string> Rig::delivered(const std::string& number) const {
    std::vector<std::string> texts;
    for (const Taken& one : client_->taken) {
        if (one.status == answered_2xx && (number.empty() || one.contact == number))
            texts.push_back(one.text);
    }
    return texts;
}

std::size_t Rig::attempts(const std::string& text) const {
    std::size_t n = 0;
    for (const Taken& one : client_->taken) n += one.text == text ? 1 : 0;
    return n;
}

}  // namespace postern::subscriptions
