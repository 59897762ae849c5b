// Twilio: the account, its numbers and services, and where what comes to them is sent.
#include <fmt/format.h>

#include "gateway/sim/base64.h"
#include "gateway/sim/connections.h"
#include "gateway/sim/json_text.h"
#include "gateway/sim/receiver.h"
#include "gateway/sim/signatures.h"

namespace postern::sim {
namespace {

constexpr std::string_view number_sid = "PN00000000000000000000000000000001";

ConnectCall answered(int status, std::string body) {
    return {json_answer(status, std::move(body)), std::nullopt, nullptr};
}

ConnectCall failure(int status, int code, std::string_view message) {
    JsonText json;
    json.begin_object().field("code", code).field("message", message).field("status", status);
    return answered(status, json.end_object().take());
}

std::string value_of(const Form& form, std::string_view name) {
    for (const auto& [key, value] : form) {
        if (key == name) return value;
    }
    return {};
}

/// "sid:token" of a Basic header; false: there is none.
bool read_login(const net::Request& request, std::string& sid, std::string& token) {
    constexpr std::string_view scheme = "Basic ";
    const std::string_view value = request.header("authorization");
    std::string pair;
    if (!value.starts_with(scheme) || !base64_decode(value.substr(scheme.size()), pair))
        return false;
    const std::size_t colon = pair.find(':');
    if (colon == std::string::npos) return false;
    sid = pair.substr(0, colon);
    token = pair.substr(colon + 1);
    return true;
}

std::string number_json(const std::string& number, const std::string& url) {
    JsonText json;
    json.begin_object().field("sid", number_sid).field("phone_number", number);
    json.field("sms_url", url).field("sms_method", "POST").key("capabilities").begin_object();
    json.field("voice", true).field("sms", true).field("mms", false).end_object();
    return json.end_object().take();
}

/// What the account, or a service of it, was told last.
std::string& webhook_of(ConnectState& state, const std::string& key) {
    return state.webhooks["twilio " + key];
}

ConnectCall numbers(const net::Request& request, std::string_view path, SimAccount& account,
                    ConnectState& state) {
    std::string& url = webhook_of(state, account.endpoint.own_id);
    if (path == "IncomingPhoneNumbers.json") {
        const std::string wanted = request.query_value("PhoneNumber");
        const std::string& own = account.endpoint.own_address;
        const bool there = own.empty() || wanted == own || wanted == "+" + own;
        return answered(200, R"({"incoming_phone_numbers":[)" +
                                 (there ? number_json(wanted, url) : std::string{}) + "]}");
    }
    const std::string given = value_of(parse_form(request.body), "SmsUrl");
    if (path != fmt::format("IncomingPhoneNumbers/{}.json", number_sid) || request.method != "POST")
        return failure(404, 20404, "The requested resource was not found");
    if (!is_public_webhook(given)) return failure(400, 21502, "SmsUrl is not a valid URL");
    url = given;
    account.endpoint.url = given.substr(0, given.find('#'));  // the fragment is Twilio's own
    return answered(200, number_json(account.endpoint.own_address, url));
}

ConnectCall service(const net::Request& request, std::string_view sid, SimAccount& account,
                    ConnectState& state) {
    std::string& url = webhook_of(state, std::string(sid));
    if (request.method == "POST") {
        const std::string given = value_of(parse_form(request.body), "InboundRequestUrl");
        if (!is_public_webhook(given)) return failure(400, 20001, "InboundRequestUrl is invalid");
        url = given;
        account.endpoint.url = given.substr(0, given.find('#'));  // the fragment is Twilio's own
    }
    JsonText json;
    json.begin_object().field("sid", sid).field("friendly_name", "Simulated service");
    json.field("use_inbound_webhook_on_number", false);
    url.empty() ? json.field_raw("inbound_request_url", "null")
                : json.field("inbound_request_url", url);
    return answered(200, json.end_object().take());
}

}  // namespace

std::optional<ConnectCall> connect_twilio(const net::Request& request, std::string_view path,
                                          Accounts& accounts, ConnectState& state) {
    constexpr std::string_view services = "v1/Services/MG";
    constexpr std::string_view accounts_path = "2010-04-01/Accounts/";
    const bool of_service = path.starts_with(services);
    if (!of_service && !path.starts_with(accounts_path)) return std::nullopt;
    std::string_view rest = path.substr(of_service ? services.size() - 2 : accounts_path.size());
    const std::string_view named = take_segment(rest);
    const bool of_account = !of_service && named.ends_with(".json");
    if (!of_service && !of_account && !rest.starts_with("IncomingPhoneNumbers"))
        return std::nullopt;
    std::string sid, token;
    const bool login = read_login(request, sid, token);
    SimAccount* account = login && sid.starts_with("AC") ? accounts.find("twilio", sid) : nullptr;
    if (account == nullptr || token.empty() ||
        (!account->endpoint.token.empty() && account->endpoint.token != token))
        return failure(401, 20003, "Authenticate");
    if (of_service) return service(request, named, *account, state);
    if (!of_account) return numbers(request, rest, *account, state);
    JsonText json;
    json.begin_object().field("sid", sid).field("friendly_name", account->endpoint.account);
    return answered(200, json.field("status", "active").end_object().take());
}

}  // namespace postern::sim
