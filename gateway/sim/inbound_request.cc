// Reads the request with simdjson; refuses unknown fields so that a misspelt test fails loudly.
#include "gateway/sim/inbound_request.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <simdjson.h>

namespace postern::sim {
namespace {

constexpr std::uint32_t items_max = 1'000'000;

bool set_text(InboundRequest& request, std::string_view name, std::string_view value) {
    Endpoint& endpoint = request.endpoint;
    if (name == "channel" || name == "account" || name == "kind") return true;  // read before
    if (name == "from") {
        request.wish.from = value;
    } else if (name == "name") {
        request.wish.name = value;
    } else if (name == "text") {
        request.wish.text = value;
    } else if (name == "secret" || name == "app_secret" || name == "secret_token" ||
               name == "auth_token" || name == "channel_secret") {
        endpoint.secret = value;
    } else if (name == "phone_number_id" || name == "account_sid") {
        endpoint.own_id = value;
    } else if (name == "to") {
        endpoint.own_address = value;
    } else if (name == "aes_key") {
        endpoint.aes_key = value;
    } else if (name == "public_url") {
        endpoint.signed_url = value;
    } else if (name == "url") {
        endpoint.url = value;
    } else if (name == "token") {
        endpoint.token = value;
    } else if (name == "application_id") {
        endpoint.application = value;
    } else if (name == "public_key") {
        endpoint.public_key = value;
    } else {
        return false;
    }
    return true;
}

bool set_number(InboundRequest& request, std::string_view name, std::uint64_t value) {
    const auto number = static_cast<std::uint32_t>(std::min<std::uint64_t>(value, items_max));
    if (name == "count") {
        request.count = number;
    } else if (name == "batch") {
        request.batch = std::max(number, 1u);
    } else if (name == "duplicates") {
        request.duplicates = number;
    } else if (name == "garbage") {
        request.garbage = number;
    } else {
        return false;
    }
    return true;
}

std::string_view text_of(const simdjson::dom::object& object, std::string_view name) {
    std::string_view value;
    if (object.at_key(name).get(value) != simdjson::SUCCESS) return {};
    return value;
}

bool find_endpoint(const simdjson::dom::object& object, const std::vector<Endpoint>& known,
                   Endpoint& endpoint, std::string& problem) {
    const std::string_view channel = text_of(object, "channel");
    const std::string_view account = text_of(object, "account");
    for (const Endpoint& candidate : known) {
        const bool same_channel = channel.empty() || candidate.channel == channel;
        if (!same_channel || (!account.empty() && candidate.account != account)) continue;
        endpoint = candidate;
        return true;
    }
    if (find_provider(channel) == nullptr) {
        problem = "no such account, and 'channel' is none that is simulated";
        return false;
    }
    endpoint = demo_endpoint(channel, {});
    if (!account.empty()) endpoint.account = account;
    return true;
}

}  // namespace

bool parse_inbound(std::string_view json, const std::vector<Endpoint>& known,
                   InboundRequest& request, std::string& problem) {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    if (parser.parse(json.data(), json.size()).get(object) != simdjson::SUCCESS) {
        problem = "the body is not a JSON object";
        return false;
    }
    if (!find_endpoint(object, known, request.endpoint, problem)) return false;
    const std::string_view kind = text_of(object, "kind");
    request.wish.kind_given = !kind.empty();
    if (!kind.empty() && !kind_from(kind, request.wish.kind)) {
        problem = fmt::format("'{}' is no kind", kind);
        return false;
    }
    for (const auto& [name, value] : object) {
        std::string_view text;
        std::uint64_t number = 0;
        bool truth = false;
        bool taken = false;
        if (value.get(text) == simdjson::SUCCESS) {
            taken = set_text(request, name, text);
        } else if (value.get(number) == simdjson::SUCCESS) {
            taken = set_number(request, name, number);
        } else if (name == "wait" && value.get(truth) == simdjson::SUCCESS) {
            request.wait = truth;
            taken = true;
        }
        if (taken) continue;
        problem = fmt::format("'{}' is unknown or has the wrong type", name);
        return false;
    }
    if (request.endpoint.url.empty()) problem = "'url' is missing and no --target was given";
    return problem.empty();
}

std::vector<Webhook> plan_inbound(const InboundRequest& request, Stream& stream) {
    constexpr std::array defects = {Defect::bad_signature, Defect::truncated, Defect::wrong_shape,
                                    Defect::unknown_kind};
    const auto batch_max = find_provider(request.endpoint.channel)->batch_max;
    Wish wish = request.wish;
    const bool drawn = wish.from.empty() && wish.text.empty() && request.count > 1;
    if (!wish.kind_given && !drawn) wish.kind_given = true;  // Kind::text
    std::vector<Webhook> plan;
    for (std::uint32_t left = request.count; left > 0;) {
        const std::uint32_t items =
            std::min({left, request.batch, static_cast<std::uint32_t>(batch_max)});
        plan.push_back(stream.make(request.endpoint, items, wish));
        left -= items;
    }
    const std::size_t genuine = plan.size();
    for (std::uint32_t i = 0; i < request.duplicates && genuine > 0; ++i) {
        plan.push_back(stream.repeat(plan[i % genuine]));
    }
    for (std::uint32_t i = 0; i < request.garbage; ++i) {
        plan.push_back(stream.make_defective(request.endpoint, defects[i % defects.size()]));
    }
    return plan;
}

}  // namespace postern::sim
