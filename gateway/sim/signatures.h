// How the providers sign webhooks, written from their documents alone: the adapters verify with
// code of their own, so an error on either side shows as a refused webhook instead of cancelling
// out.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::sim {

[[nodiscard]] std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);
[[nodiscard]] std::string hmac_sha256_base64(std::string_view key, std::string_view bytes);
[[nodiscard]] std::string sha1_hex(std::string_view bytes);
[[nodiscard]] std::string hmac_sha1_hex(std::string_view key, std::string_view bytes);
[[nodiscard]] std::string hmac_sha1_base64(std::string_view key, std::string_view bytes);
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// A form body as names and values, in order, decoded ('+' is a space).
using Form = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] Form parse_form(std::string_view body);
[[nodiscard]] std::string form_text(const Form& form);

/// X-Twilio-Signature of a form POST: the URL as configured, then the sorted parameters; a repeated
/// name keeps its distinct values, sorted.
[[nodiscard]] std::string twilio_form_signature(std::string_view auth_token, std::string_view url,
                                                std::string_view body);
/// X-Twilio-Signature of a JSON POST; `url` carries bodySHA256 already.
[[nodiscard]] std::string twilio_json_signature(std::string_view auth_token, std::string_view url);

}  // namespace postern::sim
