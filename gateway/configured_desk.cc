// Addresses become canonical here as adapters make them on the way in: one person, one address.
#include "gateway/configured_desk.h"

#include <algorithm>

#include <simdjson.h>

#include "adapters/long_text.h"
#include "adapters/shared/phone.h"
#include "gateway/model/json.h"
#include "gateway/policy/recipient.h"
#include "gateway/random_bytes.h"

namespace postern {
namespace {

using api::AddressKind;

constexpr std::string_view whatsapp_prefix = "whatsapp:";

/// The document was checked by the adapter; here only its one word counts.
bool receives_phones(std::string_view receive) {
    simdjson::dom::parser parser;
    std::string_view word;
    return parser.parse(receive.data(), receive.size())["address"].get(word) == simdjson::SUCCESS &&
           word == "phone";
}

AddressKind kind_of(const adapters::AdapterConfig& config) {
    const std::string_view channel = config.channel;
    // Of Messenger, which Vonage reaches too, a person is an id of one page.
    if (channel == "vonage" && config.setting("from").starts_with("messenger:"))
        return AddressKind::account_id;
    if (channel == "whatsapp" || channel == "twilio" || channel == "vonage" || channel == "smpp")
        return AddressKind::phone;
    if (channel == "email") return AddressKind::email;
    if (channel == "telegram") return AddressKind::channel_id;
    if (channel == "http") {
        const bool phone =
            config.setting("address") == "phone" || receives_phones(config.setting("receive"));
        return phone ? AddressKind::phone : AddressKind::account_id;
    }
    return AddressKind::account_id;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return out;
}

/// Something, an @, and a domain with a dot; the rest is for the mail system to say.
bool is_mail(std::string_view address) {
    const std::size_t at = address.rfind('@');
    if (at == std::string_view::npos || at == 0 || at > 64) return false;
    const std::string_view domain = address.substr(at + 1);
    return domain.find('.') != std::string_view::npos && !domain.starts_with('.') &&
           !domain.ends_with('.');
}

bool is_visible(std::string_view address) {
    return model::is_utf8(address) &&
           std::ranges::all_of(address, [](unsigned char c) { return c > 0x20 && c != 0x7F; });
}

/// WhatsApp's own id of a person who hides the number: "CO.13491208655302741918".
bool is_whatsapp_user(std::string_view address) {
    const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    return address.size() > 3 && upper(address[0]) && upper(address[1]) && address[2] == '.';
}

void invalid(model::Route& route, std::string why) {
    while (why.ends_with('.')) why.pop_back();
    route.recipient.valid = false;
    route.recipient.invalid_why = std::move(why);
}

void make_phone(model::Route& route, const api::SendAccount& account) {
    if (account.channel == "whatsapp" && is_whatsapp_user(route.address)) return;
    auto phone = adapters::shared::canonical_phone(route.address, account.default_region);
    if (!phone.ok()) return invalid(route, std::move(phone.problem));
    route.address = std::move(phone.e164);
    route.recipient = policy::describe_number(route.address);
}

void make_mail(model::Route& route) {
    route.address = lower(route.address);
    if (!is_mail(route.address)) invalid(route, "it is no mail address");
}

}  // namespace

void DeskTable::add(const adapters::AdapterConfig& config, model::AccountNumber number,
                    std::shared_ptr<const adapters::SendingAdapter> adapter,
                    std::string_view default_category) {
    auto account = std::make_shared<api::SendAccount>();
    account->number = number;
    account->name = config.account;
    account->channel = config.channel;
    account->addresses = kind_of(config);
    account->sms = adapters::goes_as_sms(config);
    account->public_url = config.setting("public_url");
    account->default_region = config.setting("default_region");
    account->adapter = std::move(adapter);
    for (const auto& [name, secrets] : config.credentials)
        account->credentials.insert(account->credentials.end(), secrets.begin(), secrets.end());
    model::Category category{};
    if (model::parse_category(default_category, category)) account->default_category = category;
    std::string_view from = config.setting("from");
    if (from.starts_with(whatsapp_prefix)) from.remove_prefix(whatsapp_prefix.size());
    if (from.find('@') != std::string_view::npos) own_.insert(lower(from));
    const auto own = adapters::shared::canonical_phone(from, account->default_region);
    if (own.ok()) own_.insert(own.e164);
    accounts_[account->name] = std::move(account);
}

void DeskTable::set_test_recipients(const std::vector<std::string>& addresses) {
    for (const std::string& address : addresses) {
        const auto phone = adapters::shared::canonical_phone(address, {});
        test_.insert(phone.ok() ? phone.e164 : address);
        test_.insert(lower(address));
    }
}

void DeskTable::set_routes(std::vector<policy::RouteRule> rules) {
    routes_ = std::make_shared<const std::vector<policy::RouteRule>>(std::move(rules));
}

std::vector<std::shared_ptr<const api::SendAccount>> DeskTable::senders() const {
    std::vector<std::shared_ptr<const api::SendAccount>> out;
    for (const auto& [name, account] : accounts_) {
        if (account->adapter != nullptr) out.push_back(account);
    }
    return out;
}

std::shared_ptr<const api::SendAccount> DeskTable::find(std::string_view name) const {
    const auto found = accounts_.find(name);
    return found != accounts_.end() ? found->second : nullptr;
}

model::Route ConfiguredDesk::route_to(const api::SendAccount& account,
                                      std::string_view typed) const {
    model::Route route;
    route.account = account.number;
    route.address = typed;
    route.scope = api::scope_of(account);
    if (account.addresses == AddressKind::phone)
        make_phone(route, account);
    else if (account.addresses == AddressKind::email)
        make_mail(route);
    else if (!is_visible(typed))
        invalid(route, "it has spaces or characters that cannot be seen");
    route.blind = blind_("identity", route.address);
    const auto table = table_.load();
    route.own_address = table->is_own(route.address);
    route.test_recipient = table->is_test(route.address);
    return route;
}

model::PartKey ConfiguredDesk::fresh_key() const {
    model::PartKey key{};
    fill_random(key);
    return key;
}

}  // namespace postern
