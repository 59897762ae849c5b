// Vonage's webhooks -> the model: fields of the SMS API, events of the Messages API. Pure
// functions. Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/adapter.h"
#include "adapters/shared/form.h"
#include "adapters/shared/json.h"
#include "adapters/shared/json_write.h"

namespace postern::adapters::vonage {

/// A person or a number of ours as Vonage spells it: international digits without a plus. What is
/// no number (a short code, a word) counts within the account.
[[nodiscard]] Alias address_of(std::string_view spelled);
/// A moment of Vonage's, with a T or a blank, UTC; `now` for what is none, or absurd.
[[nodiscard]] Instant time_of(std::string_view told, Instant now);
/// The person opted out: the receipt of one message says so of the number.
[[nodiscard]] InboundSignal opted_out(const InboundStatus& status, Alias person);

// fields.cc: the SMS API calls with a query, a form or one flat JSON object, as the account is set
[[nodiscard]] bool is_json(const WebhookRequest& request);
/// The fields, whichever way; values are valid UTF-8.
[[nodiscard]] Result<shared::Form> read_fields(const WebhookRequest& request);
/// Where they stand in the request.
[[nodiscard]] std::string_view raw_fields(const WebhookRequest& request);

/// A request of the SMS API.
struct Callback {
    shared::Form form;
    std::string_view raw;
    RoutingId routing;
    Instant now;
};
// sms_message.cc, sms_receipt.cc
[[nodiscard]] bool is_sms(const shared::Form& form);
[[nodiscard]] bool is_receipt(const shared::Form& form);
void decode_sms(const Callback& callback, InboundBatch& batch);
void decode_receipt(const Callback& callback, InboundBatch& batch);
/// Anything else with an id or our key: an `other` signal. False: then it is not Vonage's.
[[nodiscard]] bool decode_other(const Callback& callback, InboundBatch& batch);

/// A request of the Messages API, version 1 (flat) or 0.1 (nested): one event each.
struct Event {
    json::Object root;
    std::string_view raw;
    RoutingId routing;
    Instant now;
};
// message.cc, status.cc
[[nodiscard]] bool is_event(json::Object root);
[[nodiscard]] InboundBatch decode_event(const Event& event);
void decode_status(const Event& event, std::string_view word, InboundBatch& batch);
/// The number or id in `from` or `to`, of either version.
[[nodiscard]] std::string party_of(json::Object root, std::string_view key);
/// "sms", "whatsapp", "messenger" …, of either version.
[[nodiscard]] std::string_view channel_of(json::Object root);
/// Of the channels where a person is a telephone number; else the id as it came.
[[nodiscard]] Alias alias_of(std::string_view channel, std::string_view party);

// content.cc: what a message says
struct Said {
    Content content;
    std::vector<Attachment> attachments;
    json::ObjectWriter details;
};
/// `holder` has the member that bears the name of the kind. Never fails: what is not understood is
/// `unsupported` under Vonage's own word.
[[nodiscard]] Said read_content(json::Object holder, std::string_view kind);

}  // namespace postern::adapters::vonage
