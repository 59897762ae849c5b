// Contact cards that a person shared. What a card of the model has no place for is kept beside it.
#include <algorithm>
#include <array>

#include "adapters/shared/json_write.h"
#include "adapters/whatsapp/decode.h"

namespace postern::adapters::whatsapp {
namespace {

using json::Object;

/// The line FN of a card that Meta passes on as the phone wrote it.
std::string_view vcard_name(std::string_view vcard) {
    constexpr std::string_view label = "\nFN:";
    const std::size_t at = vcard.find(label);
    if (at == std::string_view::npos) return {};
    const std::string_view name = vcard.substr(at + label.size());
    return name.substr(0, name.find_first_of("\r\n"));
}

ContactCard read_card(Object card) {
    ContactCard out;
    if (const auto name = json::object(card, "name")) {
        out.name = json::text(*name, "formatted_name");
        if (out.name.empty()) {
            out.name = json::text(*name, "first_name");
            const std::string_view last = json::text(*name, "last_name");
            if (!out.name.empty() && !last.empty()) out.name += ' ';
            out.name += last;
        }
    }
    if (out.name.empty()) out.name = vcard_name(json::text(card, "vcard"));
    if (const auto phones = json::array(card, "phones")) {
        for (const json::Value element : *phones) {
            const auto phone = json::as_object(element);
            if (!phone) continue;
            std::string number(json::text(*phone, "phone"));
            if (number.empty()) number = phone_address(json::text(*phone, "wa_id"));
            if (!number.empty()) out.phones.push_back(std::move(number));
        }
    }
    if (const auto emails = json::array(card, "emails")) {
        for (const json::Value element : *emails) {
            const auto email = json::as_object(element);
            const std::string_view address =
                email ? json::text(*email, "email") : std::string_view{};
            if (!address.empty()) out.emails.emplace_back(address);
        }
    }
    if (const auto company = json::object(card, "org")) {
        out.organization = json::text(*company, "company");
    }
    return out;
}

/// What a card of the model has no place for: then the cards are kept as they came, too.
bool has_more(Object card) {
    static constexpr std::array more = {"addresses", "birthday", "origin", "urls", "vcard"};
    return std::any_of(more.begin(), more.end(),
                       [&](const char* member) { return json::member(card, member).has_value(); });
}

}  // namespace

bool read_contacts(Object message, Said& said) {
    const auto cards = json::array(message, "contacts");
    if (!cards) return false;
    said.content.type = ContentType::contacts;
    bool more = false;
    for (const json::Value element : *cards) {
        if (const auto card = json::as_object(element)) {
            said.content.contacts.push_back(read_card(*card));
            more = more || has_more(*card);
        }
    }
    if (more) {
        said.content.details_json =
            json::ObjectWriter().raw("contacts", json::compact(*cards)).finish();
    }
    return !said.content.contacts.empty();
}

}  // namespace postern::adapters::whatsapp
