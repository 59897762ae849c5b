// What a script says of people, and what it is told of them.
#include <ctime>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

#include "gateway/sim/json_text.h"
#include "gateway/sim/ledger.h"
#include "gateway/sim/people.h"

namespace postern::sim {
namespace {

using simdjson::SUCCESS;
using Element = simdjson::dom::element;

constexpr std::size_t listed_max = 1'000;

struct Told {
    std::string_view channel;
    std::string_view account;
    std::string_view address;
    std::optional<bool> blocked;
    std::optional<std::int64_t> last_inbound_s;
    bool forget = false;
};

/// "2026-01-15T10:30:00Z", fractions of a second allowed.
std::optional<std::int64_t> instant_of(std::string_view text) {
    std::tm at{};
    int read = 0;
    const std::string copy(text);
    const int fields =
        std::sscanf(copy.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &at.tm_year, &at.tm_mon, &at.tm_mday,
                    &at.tm_hour, &at.tm_min, &at.tm_sec, &read);
    if (fields != 6 || !copy.ends_with('Z')) return std::nullopt;
    const std::string_view rest =
        std::string_view(copy).substr(static_cast<std::size_t>(read), copy.size() - read - 1);
    if (!rest.empty() && (rest[0] != '.' || rest.find_first_not_of("0123456789", 1) != rest.npos))
        return std::nullopt;
    at.tm_year -= 1900;
    at.tm_mon -= 1;
    return timegm(&at);
}

bool set_member(std::string_view name, Element value, std::int64_t now_s, Told& told) {
    std::string_view text;
    bool truth = false;
    double number = -1;
    if (name == "channel") return value.get(told.channel) == SUCCESS;
    if (name == "account") return value.get(told.account) == SUCCESS;
    if (name == "address") return value.get(told.address) == SUCCESS && !told.address.empty();
    if (name == "forget") return value.get(told.forget) == SUCCESS;
    if (name == "blocked" && value.get(truth) == SUCCESS) {
        told.blocked = truth;
    } else if (name == "last_inbound" && value.is_null()) {
        told.last_inbound_s = 0;
    } else if (name == "last_inbound" && value.get(text) == SUCCESS) {
        told.last_inbound_s = instant_of(text);
        return told.last_inbound_s.has_value();
    } else if (name == "last_inbound_ago_s" && value.get(number) == SUCCESS && number >= 0) {
        told.last_inbound_s = now_s - static_cast<std::int64_t>(number);
    } else {
        return false;
    }
    return true;
}

}  // namespace

bool People::tell(std::string_view json, const Accounts& accounts, std::int64_t now_s,
                  std::string& problem) {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    if (parser.parse(json.data(), json.size()).get(object) != SUCCESS) {
        problem = "the body is not a JSON object";
        return false;
    }
    Told told;
    for (const auto& [name, value] : object) {
        if (set_member(name, value, now_s, told)) continue;
        problem = fmt::format("'{}' is unknown or has the wrong type", name);
        return false;
    }
    std::vector<std::string> keys;
    for (const SimAccount& account : accounts.all()) {
        const Endpoint& endpoint = account.endpoint;
        const bool named = told.account.empty() || endpoint.account == told.account;
        if (endpoint.channel == told.channel && named)
            keys.push_back(people_key(endpoint.channel, endpoint.account, told.address));
    }
    if (keys.empty() || told.address.empty()) {
        problem = "'channel' (and 'account') name no account here, or 'address' is missing";
        return false;
    }
    for (std::string& key : keys) {
        if (told.forget) {
            people_.erase(key);
            continue;
        }
        KnownPerson& person = at(std::move(key));
        person.told = true;
        person.blocked = told.blocked.value_or(person.blocked);
        if (!told.last_inbound_s) continue;
        person.last_inbound_s = *told.last_inbound_s;
        person.counted_from_s = *told.last_inbound_s;
        person.sent = 0;
    }
    return true;
}

std::string People::json() const {
    JsonText json;
    json.begin_array();
    std::size_t listed = 0;
    for (const auto& [key, person] : people_) {
        if (listed++ == listed_max) break;
        const std::size_t first = key.find('\n');
        const std::size_t second = key.find('\n', first + 1);
        json.begin_object().field("channel", key.substr(0, first));
        json.field("account", key.substr(first + 1, second - first - 1));
        json.field("address", key.substr(second + 1)).field("blocked", person.blocked);
        json.key("last_inbound");
        person.last_inbound_s == 0 ? json.raw("null")
                                   : json.value(time_text(person.last_inbound_s * 1'000'000));
        json.field("sent_since", person.sent).field("told", person.told).end_object();
    }
    return json.end_array().take();
}

}  // namespace postern::sim
