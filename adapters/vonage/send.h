// The pieces of Vonage's way out, one .cc each; the registry knows make_sending(). Pure functions.
// Thread: any.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "adapters/sending_adapter.h"
#include "adapters/shared/outcome.h"
#include "adapters/vonage/signature.h"

namespace postern::adapters::vonage {

/// Null without a problem: no `from`, so the account only receives.
[[nodiscard]] std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config,
                                                           std::string& problem);

enum class Api : unsigned char { sms, messages };
/// Of the setting `api`; empty means sms. Nothing for another word.
[[nodiscard]] std::optional<Api> api_of(std::string_view word);

/// What carries a message of the Messages API: the word before `from`'s colon, sms without one.
enum class Carrier : unsigned char { sms, mms, whatsapp, messenger, viber, rcs };
/// As Vonage spells it in `channel`.
[[nodiscard]] std::string_view to_string(Carrier carrier);

struct From {
    Api api = Api::sms;
    Carrier carrier = Carrier::sms;
    std::string sender;  // digits without a plus, a name, or the id of a page
};
/// Nothing for a prefix that names no carrier of this API.
[[nodiscard]] std::optional<From> from_of(Api api, std::string_view setting);

/// The recipient as Vonage wants it: digits without a plus, of Messenger the id as it is. Empty if
/// it is neither.
[[nodiscard]] std::string recipient_of(const From& from, std::string_view to);

// check.cc
[[nodiscard]] std::optional<FieldProblem> check(const From& from, const OutboundContent& content);

// build_sms.cc
/// How a request of the SMS API shows whose it is: with the API secret in it, or signed.
struct Proof {
    std::string api_key;
    Secret api_secret;  // empty: signed
    Secret signature_secret;
    Method method = Method::sha256;
};
[[nodiscard]] std::string sms_form(const From& from, const Proof& proof,
                                   const SendRequest& request);

// build.cc
[[nodiscard]] std::string message_body(const From& from, const SendRequest& request);

/// Longer ones are refused; an attempt's name has 32.
constexpr std::size_t client_ref_max = 40;
/// What is left until the message expires, in [least, most]; nothing if it never does, or later.
[[nodiscard]] std::optional<std::chrono::milliseconds> time_left(const SendRequest& request,
                                                                 std::chrono::milliseconds least,
                                                                 std::chrono::milliseconds most);

// classify.cc, codes.cc
[[nodiscard]] SendOutcome classify_sms(const ProviderAnswer& answer, Instant now,
                                       std::span<const Secret> credentials);
[[nodiscard]] SendOutcome classify_message(const ProviderAnswer& answer, Instant now,
                                           std::span<const Secret> credentials);
/// err-code of the SMS API's receipts; sorted like the others.
[[nodiscard]] std::span<const shared::CodeRule> receipt_rules();
/// `status` of the SMS API, and the codes of the Messages API; sorted.
[[nodiscard]] std::span<const shared::CodeRule> sms_rules();
[[nodiscard]] std::span<const shared::CodeRule> message_rules();

}  // namespace postern::adapters::vonage
