// The generator: everything is drawn from one Prng in a fixed order.
#include "gateway/sim/stream.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace postern::sim {
namespace {

constexpr std::size_t recent_max = 64;

constexpr std::array<std::string_view, 8> given_names = {"Ana",   "Luis", "Zoë",  "Иво",
                                                         "Mbali", "José", "Noor", "Kaito"};
constexpr std::array<std::string_view, 8> phrases = {
    "Hola, ¿tienen esto en azul?",
    "When does my order arrive?",
    "Gracias \U0001F64F",
    "Is the shop open on Sunday / holidays?",
    "Quote \"this\" and a back\\slash",
    "línea uno\nlínea dos",
    "مرحبا",
    "Ünïcödé täxt with 漢字",
};
constexpr std::array<std::string_view, 4> states = {"sent", "delivered", "read", "failed"};

/// Text three times in five, as on real numbers; the rest evenly.
Kind draw_kind(Prng& prng, std::span<const Kind> kinds) {
    if (prng.chance(0.6)) return Kind::text;
    return kinds[prng.below(static_cast<std::uint32_t>(kinds.size()))];
}

bool may_be_item_of(const Provider& provider, Kind kind) {
    const auto is_in = [kind](std::span<const Kind> kinds) {
        return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
    };
    return is_in(provider.kinds) || is_in(provider.on_request);
}

/// Half of the body; a form is cut between two parameters, so that no escape is torn and both sides
/// still read the same names and values.
std::size_t cut_at(std::string_view body) {
    const std::size_t half = body.size() / 2;
    const bool form = body.front() != '{' && body.front() != '[';
    const std::size_t ampersand = form ? body.rfind('&', half) : std::string_view::npos;
    return ampersand == std::string_view::npos ? half : ampersand;
}

}  // namespace

Stream::Stream(StreamOptions options) : options_(std::move(options)), prng_(options_.seed) {
    if (options_.people == 0) options_.people = 1;
}

Item Stream::draw_item(const Endpoint& endpoint, const Provider& provider, const Wish& wish) {
    Item item;
    item.number = ++numbers_;
    item.kind = draw_kind(prng_, provider.kinds);
    item.person.number = prng_.below(options_.people);
    const std::string_view phrase = phrases[prng_.below(phrases.size())];
    item.state = states[prng_.below(states.size())];
    if (wish.kind_given) item.kind = wish.kind;
    if (!may_be_item_of(provider, item.kind)) item.kind = Kind::text;
    item.person.address = fmt::format("57300{:07}", item.person.number);
    if (!wish.from.empty()) item.person.address = wish.from;
    item.person.name = fmt::format("{} {}", given_names[item.person.number % given_names.size()],
                                   item.person.number);
    if (!wish.name.empty()) item.person.name = wish.name;
    item.text = wish.text.empty() ? fmt::format("{} #{}", phrase, item.number) : wish.text;
    const std::uint64_t since = item.number - numbers_at_start_;
    item.time_s = options_.start_s + static_cast<std::int64_t>(since / 100);
    if (item.kind == Kind::edit || item.kind == Kind::reaction) aim(item, endpoint);
    item.external_id = provider.external_id(item, options_.seed);
    return item;
}

void Stream::tell_time(std::int64_t now_s) {
    if (!options_.by_clock || now_s <= options_.start_s) return;
    options_.start_s = now_s;
    numbers_at_start_ = numbers_;
}

/// An edit or a reaction needs an earlier message of the same chat; without one it is a text.
void Stream::aim(Item& item, const Endpoint& endpoint) const {
    for (auto it = recent_.rbegin(); it != recent_.rend(); ++it) {
        if (it->endpoint.account != endpoint.account) continue;
        for (const Item& earlier : it->items) {
            if (earlier.kind != Kind::text) continue;
            item.target = earlier.external_id;
            item.person = earlier.person;
            return;
        }
    }
    item.kind = Kind::text;
}

Webhook Stream::finish(const Endpoint& endpoint, const Provider& provider) {
    Webhook webhook;
    webhook.seq = ++seqs_;
    webhook.endpoint = endpoint;
    webhook.headers.emplace_back("Content-Type", provider.content_type);
    return webhook;
}

Webhook Stream::make(const Endpoint& endpoint, std::uint32_t count, const Wish& wish) {
    const Provider& provider = *find_provider(endpoint.channel);
    Webhook webhook = finish(endpoint, provider);
    const auto items = std::clamp<std::size_t>(count, 1, provider.batch_max);
    for (std::size_t i = 0; i < items; ++i) {
        webhook.items.push_back(draw_item(endpoint, provider, wish));
    }
    webhook.body = provider.body(endpoint, webhook.items);
    provider.sign(webhook, endpoint.secret, options_.start_s);
    recent_.push_back(webhook);
    if (recent_.size() > recent_max) recent_.pop_front();
    return webhook;
}

Webhook Stream::make_defective(const Endpoint& endpoint, Defect defect) {
    const Provider& provider = *find_provider(endpoint.channel);
    Webhook webhook = finish(endpoint, provider);
    webhook.defect = defect;
    const Item item = draw_item(endpoint, provider, {});
    std::string secret = endpoint.secret;
    switch (defect) {
        case Defect::bad_signature:
            webhook.body = provider.body(endpoint, {&item, 1});
            secret += "x";
            break;
        case Defect::truncated:
            webhook.body = provider.body(endpoint, {&item, 1});
            webhook.body.resize(cut_at(webhook.body));
            break;
        case Defect::wrong_shape:
            webhook.body = provider.wrong_body(endpoint, prng_);
            break;
        default:
            webhook.body = provider.unknown_body(endpoint, item);
    }
    provider.sign(webhook, secret, options_.start_s);
    return webhook;
}

Webhook Stream::repeat(const Webhook& original) {
    Webhook webhook = original;
    webhook.seq = ++seqs_;
    webhook.duplicate = true;
    return webhook;
}

Defect Stream::draw_defect() {
    const Faults& faults = options_.faults;
    if (prng_.chance(faults.bad_signature)) return Defect::bad_signature;
    if (prng_.chance(faults.truncated)) return Defect::truncated;
    if (prng_.chance(faults.wrong_shape)) return Defect::wrong_shape;
    if (prng_.chance(faults.unknown_kind)) return Defect::unknown_kind;
    return Defect::none;
}

Webhook Stream::next() {
    const auto endpoints = static_cast<std::uint32_t>(options_.endpoints.size());
    const Endpoint& endpoint = options_.endpoints[prng_.below(endpoints)];
    const Defect defect = draw_defect();
    if (defect != Defect::none) return make_defective(endpoint, defect);
    if (!recent_.empty() && prng_.chance(options_.faults.duplicates)) {
        const auto which = prng_.below(static_cast<std::uint32_t>(recent_.size()));
        return repeat(recent_[which]);
    }
    const auto batch_max = static_cast<std::uint32_t>(find_provider(endpoint.channel)->batch_max);
    const bool batch = prng_.chance(options_.faults.batches);
    return make(endpoint, batch ? 2 + prng_.below(batch_max) : 1, {});
}

}  // namespace postern::sim
