// The form of POST /Messages.json (https://www.twilio.com/docs/messaging/api/message-resource).
#include <algorithm>
#include <charconv>
#include <chrono>

#include "adapters/shared/endpoint.h"
#include "adapters/shared/form.h"
#include "adapters/shared/json_build.h"
#include "adapters/twilio/send.h"

namespace postern::adapters::twilio {
namespace {

/// Twilio's own default and most (Message resource, ValidityPeriod, 2026).
constexpr std::int64_t validity_s_max = 36'000;

using Fields = std::vector<shared::FormField>;

void add(Fields& fields, std::string_view name, std::string_view value) {
    if (!value.empty()) fields.push_back({std::string(name), std::string(value)});
}

/// An address that names its channel already ("messenger:…") stays as it is.
std::string recipient(const From& from, std::string_view to) {
    if (!to.starts_with('+')) return std::string(to);
    return from.prefix + std::string(to);
}

std::string variables_json(const OutboundContent& content) {
    if (content.variables.empty()) return {};
    json::Builder out(256);
    out.open();
    for (const auto& [name, value] : content.variables) out.text(name, value);
    return out.close().finish();
}

std::string digits(double value) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, 6).ptr};
}

/// `geo:latitude,longitude|label`
std::string geo_action(const OutboundContent& content) {
    std::string out =
        "geo:" + digits(content.point->latitude) + "," + digits(content.point->longitude);
    const std::string& label = content.address.empty() ? content.name : content.address;
    return label.empty() ? out : out + "|" + label;
}

void add_content(Fields& fields, const OutboundContent& content) {
    switch (content.type) {
        case ContentType::media:
            add(fields, "Body", content.text);
            add(fields, "MediaUrl", content.url);
            return;
        case ContentType::template_:
            add(fields, "ContentSid", content.name);
            add(fields, "ContentVariables", variables_json(content));
            return;
        case ContentType::location:
            // A location needs a body; its name is the one that a person understands.
            add(fields, "Body", content.name.empty() ? content.address : content.name);
            add(fields, "PersistentAction", geo_action(content));
            return;
        default:
            add(fields, "Body", content.text);
            return;
    }
}

/// How long Twilio may keep the message in its queue, in seconds; empty where it may for as long as
/// it ever does. What has expired meanwhile was sent again on purpose and says nothing of its end.
std::string validity_s(const SendRequest& request) {
    if (request.expires <= request.now) return {};
    const auto left = std::chrono::floor<std::chrono::seconds>(request.expires - request.now);
    if (left.count() > validity_s_max) return {};
    return std::to_string(std::max<std::int64_t>(left.count(), 1));
}

}  // namespace

std::string message_form(const From& from, const SendRequest& request) {
    Fields fields;
    fields.reserve(8);
    add(fields, "To", recipient(from, request.to));
    add(fields, "From", from.from);
    add(fields, "MessagingServiceSid", from.messaging_service_sid);
    add_content(fields, request.content);
    add(fields, "ValidityPeriod", validity_s(request));
    if (!request.status_url.empty()) {
        add(fields, "StatusCallback",
            request.echo.empty()
                ? std::string(request.status_url)
                : shared::with_parameter(request.status_url, echo_parameter, request.echo));
    }
    return shared::encode_form(fields);
}

}  // namespace postern::adapters::twilio
