// Six people in two zones; every message ends within an hour and a half.
#include "tests/simulation/sending_app.h"

#include <fmt/format.h>

#include "tests/simulation/sending_provider.h"
#include "tests/simulation/sending_rules.h"

namespace postern::simulation {
namespace {

constexpr std::uint64_t people = 6;
constexpr std::uint32_t channel_scope = 0x8000'0001;

std::string address_of(std::uint64_t person) {
    return fmt::format("+57{:010}", person);
}

}  // namespace

model::Route SendingApp::route(model::AccountNumber account, std::uint64_t person) const {
    model::Route r;
    r.account = account;
    r.address = address_of(person);
    r.scope = channel_scope;
    r.blind = blind_of("identity", r.address);
    r.recipient.zones = {person % 2 == 0 ? "Test/East" : "Test/West"};
    r.recipient.zone_source = "given";
    return r;
}

core::SubmitMessage SendingApp::message(model::Instant now) {
    core::SubmitMessage c;
    const std::uint64_t person = random_.below(people);
    const auto account = static_cast<model::AccountNumber>(1 + random_.below(accounts_max));
    c.row.routes.push_back(route(account, person));
    if (random_.chance(25)) c.row.routes.push_back(route(account % accounts_max + 1, person));
    c.row.category = static_cast<model::Category>(random_.below(model::category_count));
    c.row.priority = static_cast<model::Priority>(random_.below(3));
    const std::uint64_t text = ++texts_;
    c.row.content_json = fmt::format(R"({{"type":"text","text":"{}"}})", text);
    c.row.content_hash = random_.chance(90) ? text : 1 + random_.below(3);
    c.row.is_template = true;
    c.row.caller = 1 + random_.below(2);
    if (random_.chance(15)) c.row.send_at = now + std::chrono::seconds(1 + random_.below(1800));
    c.row.expires = std::max(now, c.row.send_at) +
                    std::chrono::seconds(random_.chance(20) ? 1 + random_.below(60)
                                                            : 300 + random_.below(3300));
    for (auto& byte : c.fresh_key) byte = static_cast<std::uint8_t>(random_.next());
    if (random_.chance(80)) {
        c.idempotency = core::SubmitMessage::Idempotency{blind_of("key", std::to_string(text)),
                                                         {static_cast<std::uint8_t>(text)}};
    }
    return c;
}

core::ReceiveMessage SendingApp::words(model::Instant now) {
    const std::uint64_t person = random_.below(people);
    core::ReceiveMessage c;
    c.inbound.account = static_cast<model::AccountNumber>(1 + random_.below(accounts_max));
    c.inbound.identities.push_back({channel_scope, blind_of("identity", address_of(person))});
    c.message.external_id = fmt::format("wamid.{}", ++words_);
    c.inbound.dedupe_hash = blind_of("dedupe", c.message.external_id).low();
    c.inbound.horizon_s = 8 * 86'400;
    for (auto& byte : c.inbound.fresh_key) byte = static_cast<std::uint8_t>(random_.next());
    c.message.sender.aliases.push_back({address_of(person), {}});
    c.message.content.text = "hola";
    c.message.provider_time = now;
    const std::uint64_t word = random_.below(10);
    if (word < 4) c.wish.wish = word < 2 ? policy::Wish::stop : policy::Wish::start;
    if (word == 0) c.wish.confirmation_json = R"({"type":"text","text":"bye"})";
    return c;
}

core::Command SendingApp::pause(bool paused) {
    if (random_.chance(50)) {
        core::PauseSending some;
        some.paused = paused;
        some.what.category = static_cast<model::Category>(random_.below(model::category_count));
        return {std::move(some), {}};
    }
    return {core::PauseAccount{static_cast<model::AccountNumber>(1 + random_.below(accounts_max)),
                               paused, paused ? "holidays" : ""},
            {}};
}

}  // namespace postern::simulation
