// One set of fields out of three spellings, and the chores that all decoders share.
#include "adapters/errc.h"
#include "adapters/shared/e164.h"
#include "adapters/shared/rfc3339.h"
#include "adapters/shared/utf8.h"
#include "adapters/vonage/decode.h"

namespace postern::adapters::vonage {
namespace {

Result<shared::Form> of_object(std::string_view body) {
    const auto parsed = json::parse(body);
    if (!parsed) return parsed.error();
    const auto root = json::as_object(*parsed);
    if (!root) return make_error_code(Errc::wrong_shape);
    std::vector<shared::FormField> fields;
    for (const auto [key, value] : *root) {
        if (fields.size() == shared::form_fields_max) return make_error_code(Errc::wrong_shape);
        std::string_view text;
        const bool is_text = value.get(text) == simdjson::SUCCESS;
        std::string spelled = value.is_null() ? std::string{}
                              : is_text       ? std::string(text)
                                              : json::compact(value);
        fields.push_back({std::string(key), std::move(spelled)});
    }
    return shared::Form(std::move(fields));
}

}  // namespace

Alias address_of(std::string_view spelled) {
    std::string e164 = shared::e164_from_provider(spelled);
    if (!e164.empty()) return {std::move(e164), IdentityScope::channel};
    return {std::string(spelled), IdentityScope::account};
}

Instant time_of(std::string_view told, Instant now) {
    static constexpr Instant earliest{std::chrono::sys_days{std::chrono::year{2009} / 1 / 1}};
    const auto time = shared::parse_rfc3339(told);
    return !time || *time < earliest || *time > now + std::chrono::hours{24} ? now : *time;
}

InboundSignal opted_out(const InboundStatus& status, Alias person) {
    InboundSignal signal;
    signal.kind = SignalKind::opted_out;
    signal.dedupe_id = status.external_id + ":opted_out";
    signal.sender = Sender{{std::move(person)}, {}, {}, {}};
    signal.target = status.external_id;
    signal.provider_type = "status." + status.error->code;
    signal.provider_time = status.provider_time;
    return signal;
}

std::string_view raw_fields(const WebhookRequest& request) {
    return request.method == "GET" || request.body.empty() ? request.query : request.body;
}

bool is_json(const WebhookRequest& request) {
    if (request.method == "GET") return false;
    const std::size_t first = request.body.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && request.body[first] == '{';
}

Result<shared::Form> read_fields(const WebhookRequest& request) {
    if (is_json(request)) return of_object(request.body);
    const auto form = shared::parse_form(raw_fields(request));
    if (!form) return form.error();
    std::vector<shared::FormField> fields;
    fields.reserve(form->fields().size());
    for (const shared::FormField& field : form->fields()) {
        fields.push_back({shared::valid_utf8(field.name), shared::valid_utf8(field.value)});
    }
    return shared::Form(std::move(fields));
}

}  // namespace postern::adapters::vonage
