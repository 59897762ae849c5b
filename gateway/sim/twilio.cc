// Twilio's messaging webhooks: one form POST a message or status, X-Twilio-Signature over the
// configured URL and the sorted parameters. Redelivers as with "#rc=5&rp=all" in the webhook's URL.
#include <array>

#include <fmt/format.h>

#include "gateway/sim/media.h"
#include "gateway/sim/provider.h"
#include "gateway/sim/signatures.h"

namespace postern::sim {
namespace {

constexpr std::array kinds = {Kind::text, Kind::image, Kind::status, Kind::opt_out};

std::string external_id(const Item& item, std::uint64_t run) {
    return fmt::format("SM{:016x}{:016x}", run, item.number);
}

/// Numbers come with their plus; the population is stored as digits.
std::string number_of(const Item& item) {
    const bool plain = !item.person.address.empty() && item.person.address.front() >= '0' &&
                       item.person.address.front() <= '9';
    return plain ? "+" + item.person.address : item.person.address;
}

Form status_form(const Endpoint& endpoint, const Item& item) {
    Form form = {{"MessageStatus", item.state == "failed" ? "undelivered" : item.state},
                 {"SmsStatus", item.state == "failed" ? "undelivered" : item.state},
                 {"To", number_of(item)},
                 {"From", endpoint.own_address},
                 {"ApiVersion", "2010-04-01"}};
    if (item.state == "failed") form.emplace_back("ErrorCode", "30003");
    return form;
}

Form message_form(const Endpoint& endpoint, const Item& item) {
    const bool image = item.kind == Kind::image;
    Form form = {{"ToCountry", "US"},
                 {"From", number_of(item)},
                 {"To", endpoint.own_address},
                 {"Body", item.kind == Kind::opt_out ? "STOP" : item.text},
                 {"NumMedia", image ? "1" : "0"},
                 {"NumSegments", "1"},
                 {"ApiVersion", "2010-04-01"}};
    if (image) {
        form.emplace_back("MediaUrl0", medium_url(endpoint, item));
        form.emplace_back("MediaContentType0", "image/jpeg");
    }
    if (item.kind == Kind::opt_out) form.emplace_back("OptOutType", "STOP");
    return form;
}

/// The ids come last, so that a truncated body has lost them.
void append_ids(Form& form, const Endpoint& endpoint, const Item& item) {
    form.emplace_back("AccountSid", endpoint.own_id);
    form.emplace_back("SmsSid", item.external_id);
    form.emplace_back("SmsMessageSid", item.external_id);
    form.emplace_back("MessageSid", item.external_id);
}

std::string body(const Endpoint& endpoint, std::span<const Item> items) {
    const Item& item = items.front();
    Form form =
        item.kind == Kind::status ? status_form(endpoint, item) : message_form(endpoint, item);
    append_ids(form, endpoint, item);
    return form_text(form);
}

std::string unknown_body(const Endpoint& endpoint, const Item& item) {
    Form form = {{"HologramStatus", "shimmering"}, {"HologramId", "H1"}};
    append_ids(form, endpoint, item);
    return form_text(form);
}

std::string wrong_body(const Endpoint& endpoint, Prng& prng) {
    constexpr std::array<std::string_view, 3> shapes = {"Body=&Body=twice&From=nobody", "=&=&&",
                                                        "MessageSid=&NumMedia=many"};
    return fmt::format("{}&AccountSid={}", shapes[prng.below(shapes.size())], endpoint.own_id);
}

void sign(Webhook& webhook, std::string_view secret, std::int64_t) {
    const Endpoint& endpoint = webhook.endpoint;
    const std::string& url = endpoint.signed_url.empty() ? endpoint.url : endpoint.signed_url;
    webhook.headers.emplace_back("X-Twilio-Signature",
                                 twilio_form_signature(secret, url, webhook.body));
    webhook.headers.emplace_back("User-Agent", "TwilioProxy/1.1");
}

}  // namespace

const Provider twilio_provider = {
    .channel = "twilio",
    .kinds = kinds,
    .batch_max = 1,
    .content_type = "application/x-www-form-urlencoded",
    .redelivery = {.first = std::chrono::milliseconds(500),
                   .cap = std::chrono::milliseconds(3'000),
                   .give_up_after = std::chrono::milliseconds(15'000)},
    .external_id = external_id,
    .body = body,
    .unknown_body = unknown_body,
    .wrong_body = wrong_body,
    .sign = sign,
};

}  // namespace postern::sim
