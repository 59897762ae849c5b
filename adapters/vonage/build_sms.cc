// The form of POST /sms/json ("SMS API: Send an SMS", 2026).
#include <algorithm>
#include <chrono>

#include "adapters/shared/sms_segments.h"
#include "adapters/vonage/send.h"

namespace postern::adapters::vonage {
namespace {

constexpr std::chrono::milliseconds ttl_min{20'000};
constexpr std::chrono::milliseconds ttl_max{604'800'000};

void add(std::vector<shared::FormField>& fields, std::string_view name, std::string_view value) {
    if (!value.empty()) fields.push_back({std::string(name), std::string(value)});
}

}  // namespace

std::optional<std::chrono::milliseconds> time_left(const SendRequest& request,
                                                   std::chrono::milliseconds least,
                                                   std::chrono::milliseconds most) {
    if (request.expires <= request.now) return std::nullopt;
    const auto left = std::chrono::floor<std::chrono::milliseconds>(request.expires - request.now);
    if (left > most) return std::nullopt;
    return std::max(left, least);
}

std::string sms_form(const From& from, const Proof& proof, const SendRequest& request) {
    std::vector<shared::FormField> fields;
    fields.reserve(10);
    add(fields, "api_key", proof.api_key);
    // Both a secret and a signature is refused (status 32).
    add(fields, "api_secret", proof.api_secret.reveal());
    add(fields, "from", from.sender);
    add(fields, "to", recipient_of(from, request.to));
    add(fields, "text", request.content.text);
    // Vonage looks at no character: without this word it replaces what GSM-7 has not.
    const auto segments = shared::sms_segments(request.content.text);
    if (segments.encoding == shared::SmsEncoding::ucs2) add(fields, "type", "unicode");
    if (request.echo.size() <= client_ref_max) add(fields, "client-ref", request.echo);
    add(fields, "callback", request.status_url);
    if (const auto left = time_left(request, ttl_min, ttl_max)) {
        add(fields, "ttl", std::to_string(left->count()));
    }
    if (proof.api_secret.empty()) {
        const auto seconds =
            std::chrono::floor<std::chrono::seconds>(request.now.time_since_epoch());
        add(fields, "timestamp", std::to_string(seconds.count()));
        // Names are ours: there is always a text to sign.
        const auto text = signed_text(fields);
        add(fields, "sig", sign(proof.method, proof.signature_secret, text.value_or("")));
    }
    return shared::encode_form(fields);
}

}  // namespace postern::adapters::vonage
