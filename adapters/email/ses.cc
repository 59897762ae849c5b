#include "adapters/email/ses.h"

#include <algorithm>

#include "adapters/email/email_event.h"
#include "adapters/email/ses_signature.h"
#include "adapters/errc.h"
#include "adapters/shared/json.h"
#include "adapters/shared/rfc3339.h"

namespace postern::adapters::email {
namespace {

/// SNS tries again for an hour at most, whatever its policy.
constexpr std::chrono::minutes age_max{75};
constexpr std::chrono::minutes clock_skew{15};

/// SES's own words without SNS's envelope around them.
bool is_raw(const WebhookRequest& request) {
    return request.header("x-amz-sns-rawdelivery") == "true";
}

/// Of the account's own base_url where one is configured, for laboratories.
std::string certificate_url(const MailAccount& account, const std::string& url) {
    if (account.base_url.empty()) return url;
    return account.base_url + url.substr(url.find('/', std::string_view("https://").size()));
}

std::string problem_of(const MailAccount& account, const WebhookRequest& request,
                       const SnsEnvelope& envelope, Instant now) {
    const bool listed = std::ranges::find(account.topics, envelope.topic) != account.topics.end();
    // A password in the endpoint's URL says as much as a list of topics.
    if (!listed && !carries_secret(request, account.secrets))
        return "the topic is not ours: write its ARN (arn:aws:sns:…) as inbound_secret";
    const auto time = shared::parse_rfc3339(envelope.timestamp);
    if (!time || *time < now - age_max || *time > now + clock_skew)
        return "the notification's Timestamp is more than an hour old, or our clock is wrong";
    if (!is_sns_url(envelope.certificate_url, ".pem"))
        return "SigningCertURL is not at sns.{region}.amazonaws.com";
    return {};
}

}  // namespace

Verification verify_ses(const MailAccount& account, const WebhookRequest& request,
                        const std::string_view* certificate, Instant now) {
    if (is_raw(request)) {
        if (carries_secret(request, account.secrets)) return Verification::ok();
        return Verification::no(
            "raw message delivery has no signature: switch it off, or write "
            "https://user:password@ in front of the host, with inbound_secret as the password");
    }
    const auto envelope = read_sns(request.body);
    if (!envelope) return Verification::no("the body is no notification of SNS");
    std::string problem = problem_of(account, request, *envelope, now);
    if (!problem.empty()) return Verification::no(std::move(problem));
    if (certificate == nullptr)
        return Verification::fetch(certificate_url(account, envelope->certificate_url));
    const bool named = account.base_url.empty();  // a laboratory's has its own
    problem = sns_signature_problem(*envelope, *certificate, named, now);
    return problem.empty() ? Verification::ok() : Verification::no(std::move(problem));
}

Result<InboundBatch> decode_ses(const MailAccount& account, const WebhookRequest& request,
                                Instant now) {
    if (is_raw(request))
        return decode_ses_message(account, std::string(request.body),
                                  request.header("x-amz-sns-message-id"), request.body, now);
    auto envelope = read_sns(request.body);
    if (!envelope) return make_error_code(Errc::wrong_shape);
    if (envelope->type == "Notification")
        return decode_ses_message(account, std::move(envelope->message), envelope->id, request.body,
                                  now);
    InboundBatch batch;
    MailEvent event;
    event.word = envelope->type;
    event.id = envelope->id;
    event.time = shared::parse_rfc3339(envelope->timestamp).value_or(now);
    add_note(event, {}, request.body, batch);
    if (envelope->type == "SubscriptionConfirmation") {
        if (!is_sns_url(envelope->subscribe_url, {})) return make_error_code(Errc::wrong_shape);
        batch.confirm_url = certificate_url(account, envelope->subscribe_url);
    }
    return batch;
}

}  // namespace postern::adapters::email
