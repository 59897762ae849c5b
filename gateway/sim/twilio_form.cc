// Checks in the order in which Twilio reports them (docs/api/errors; the OpenAPI document of April
// 2026 names the parameters).
#include "gateway/sim/twilio_form.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "gateway/sim/json_read.h"

namespace postern::sim {
namespace {

constexpr std::string_view whatsapp_prefix = "whatsapp:";

struct MessageForm {
    const std::string* first(std::string_view name) const {
        for (const auto& [key, value] : form) {
            if (key == name) return &value;
        }
        return nullptr;
    }
    std::string_view text(std::string_view name) const {
        const std::string* value = first(name);
        return value == nullptr ? std::string_view() : std::string_view(*value);
    }
    std::size_t count(std::string_view name) const {
        return static_cast<std::size_t>(std::count_if(
            form.begin(), form.end(), [name](const auto& field) { return field.first == name; }));
    }

    const Form& form;
};

bool is_e164(std::string_view text) {
    return text.starts_with('+') && is_phone(text);
}

bool is_sid(std::string_view text, std::string_view prefix) {
    return text.size() == 34 && text.starts_with(prefix);
}

TwilioProblem check_to(std::string_view to) {
    if (to.empty()) return {21604, "A 'To' phone number is required"};
    const bool channel = to.starts_with(whatsapp_prefix);
    if (channel) to.remove_prefix(whatsapp_prefix.size());
    if (is_e164(to)) return {};
    return {21211, "The 'To' number is not a valid phone number"};
}

/// A number, a short code, a sender id of letters, or a WhatsApp sender.
TwilioProblem check_from(std::string_view from, std::string_view to, const Endpoint& endpoint) {
    const bool channel = from.starts_with(whatsapp_prefix);
    if (channel != to.starts_with(whatsapp_prefix)) {
        return {21910, "'From' and 'To' must be of the same channel"};
    }
    const bool mine = endpoint.own_address.empty() || endpoint.own_address == from;
    if (channel) {
        const bool phone = is_e164(from.substr(whatsapp_prefix.size()));
        return phone && mine ? TwilioProblem{} : TwilioProblem{63007, "No such channel sender"};
    }
    const bool plain =
        !from.empty() && from.size() <= 15 && std::all_of(from.begin(), from.end(), [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                   c == ' ';
        });
    if (!plain && !is_e164(from)) return {21212, "The 'From' number is not valid"};
    return mine ? TwilioProblem{} : TwilioProblem{21606, "The 'From' number is not yours"};
}

TwilioProblem check_content(const MessageForm& form) {
    const std::size_t media = form.count("MediaUrl");
    const std::string_view content = form.text("ContentSid");
    if (form.text("Body").empty() && media == 0 && content.empty()) {
        return {21602, "Message body is required"};
    }
    if (characters(form.text("Body")) > 1600) {
        return {21617, "The message body exceeds 1600 characters"};
    }
    if (media > 10) return {21623, "More than 10 media"};
    for (const auto& [name, value] : form.form) {
        if (name == "MediaUrl" && !is_http_url(value)) return {21620, "Invalid media URL"};
    }
    if (!content.empty() && !is_sid(content, "HX")) return {21655, "The ContentSid is invalid"};
    const std::string_view variables = form.text("ContentVariables");
    if (variables.empty()) return {};
    simdjson::dom::parser parser;
    JsonObject object;
    const bool good =
        parser.parse(variables.data(), variables.size()).get(object) == simdjson::SUCCESS &&
        !content.empty();
    return good ? TwilioProblem{} : TwilioProblem{21656, "The ContentVariables are invalid"};
}

TwilioProblem check_options(const MessageForm& form) {
    const std::string_view callback = form.text("StatusCallback");
    const std::string_view host = callback.substr(std::min<std::size_t>(callback.size(), 8));
    const bool underscore = host.substr(0, host.find('/')).find('_') != std::string_view::npos;
    if (!callback.empty() && (!is_http_url(callback) || underscore)) {
        return {21609, "The 'StatusCallback' URL is not valid"};
    }
    if (const std::string* period = form.first("ValidityPeriod")) {
        int seconds = 0;
        const char* end = period->data() + period->size();
        const auto [stop, error] = std::from_chars(period->data(), end, seconds);
        if (error != std::errc() || stop != end || seconds < 1 || seconds > 36'000) {
            return {21624, "The 'ValidityPeriod' must be 1 to 36000"};
        }
    }
    return {};
}

}  // namespace

TwilioProblem read_message_form(const Form& fields, Call& call) {
    const MessageForm form{fields};
    call.to = form.text("To");
    call.text = form.text("Body");
    if (call.text.empty()) call.text = form.text("ContentVariables");
    call.status_url = form.text("StatusCallback");
    if (const TwilioProblem problem = check_to(call.to); problem.code != 0) return problem;
    const std::string_view service = form.text("MessagingServiceSid");
    call.from = form.text("From");
    if (call.from.empty() && service.empty()) {
        return {21603, "A 'From' or 'MessagingServiceSid' is required"};
    }
    if (!service.empty() && !is_sid(service, "MG")) {
        return {21701, "The Messaging Service does not exist"};
    }
    if (!call.from.empty()) {
        const TwilioProblem problem = check_from(call.from, call.to, call.account->endpoint);
        if (problem.code != 0) return problem;
    }
    if (!service.empty()) call.from = service;
    if (const TwilioProblem problem = check_content(form); problem.code != 0) return problem;
    return check_options(form);
}

}  // namespace postern::sim
