// Defaults that let everything go: each test adds the rule that it is about.
#include "tests/core/sending_rig.h"

namespace postern::core {

SendingRig::SendingRig() {
    settings_->calendars = std::make_shared<const policy::Calendars>();
    for (const model::AccountNumber account : {1u, 2u}) {
        AccountSettings& a = settings_->accounts[account];
        a.channel = "whatsapp";
        a.sends = true;
        a.policy.window = std::chrono::hours{0};
        a.policy.rate = {};
    }
    configure();
    pass(std::chrono::seconds{1});
}

void SendingRig::configure() {
    bench_.run(Configure{std::make_shared<const SendingSettings>(*settings_)}, now_);
}

SubmitMessage SendingRig::text_to(std::string_view address) const {
    SubmitMessage c;
    model::Route route;
    route.account = 1;
    route.address = address;
    route.scope = channel_scope;
    route.blind = blind_of(address);
    c.row.routes.push_back(route);
    c.row.content_json = R"({"type":"text","text":"hola"})";
    c.row.is_template = true;
    c.row.expires = now_ + std::chrono::hours{24};
    c.fresh_key.fill(7);
    return c;
}

Reply SendingRig::submit(SubmitMessage c) {
    bench_.run(std::move(c), now_);
    for (const Dispatch& d : bench_.effects().dispatches) dispatched_.push_back(d);
    return bench_.reply();
}

void SendingRig::answer(adapters::SendOutcome outcome) {
    ASSERT_LT(answered_, dispatched_.size());
    const Dispatch dispatch = dispatched_[answered_++];
    answer(dispatch, std::move(outcome));
}

AnswerAttempt SendingRig::answer_to(const Dispatch& dispatch, adapters::SendOutcome outcome) {
    AnswerAttempt c;
    c.message = dispatch.message;
    c.attempt = dispatch.attempt;
    c.slot = dispatch.slot;
    c.account = dispatch.account;
    c.part = dispatch.part;
    c.external = blind_of(outcome.external_id);
    for (const std::string& id : outcome.earlier_ids) c.earlier.push_back(blind_of(id));
    c.outcome = std::move(outcome);
    c.random = 0x2000'0000'0000'0000;  // an eighth
    return c;
}

void SendingRig::answer(const Dispatch& dispatch, adapters::SendOutcome outcome) {
    bench_.run(answer_to(dispatch, std::move(outcome)), now_);
    bench_.turn(now_, dispatched_);
}

void SendingRig::receipt(std::string_view external_id, adapters::ReceiptState state) {
    ReceiveStatus c;
    c.account = 1;
    c.external = blind_of(external_id);
    c.status.external_id = external_id;
    c.status.state = state;
    bench_.run(std::move(c), now_);
}

void SendingRig::pass(std::chrono::microseconds time) {
    now_ += time;
    bench_.turn(now_, dispatched_);
}

model::StateRow SendingRig::state(model::Sequence message) const {
    const auto* row = bench_.stored<model::StateRow>(storage::keys::state(message));
    EXPECT_NE(row, nullptr);
    return row ? *row : model::StateRow{};
}

adapters::SendOutcome SendingRig::accepted(std::string id) {
    adapters::SendOutcome o;
    o.result = adapters::SendResult::accepted;
    o.external_id = std::move(id);
    return o;
}

adapters::SendOutcome SendingRig::outcome(adapters::SendResult result, std::string code) {
    adapters::SendOutcome o;
    o.result = result;
    o.code = std::move(code);
    return o;
}

}  // namespace postern::core
