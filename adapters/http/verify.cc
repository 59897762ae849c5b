// HMAC over a canonical string, a shared token, or basic authentication.
#include "adapters/http/verify.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "adapters/shared/encoding.h"
#include "adapters/shared/form.h"
#include "adapters/shared/json.h"

namespace postern::adapters::http {
namespace {

std::string_view trim(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

/// The values at a place: the header itself, or each `field=value` of its list (a provider that
/// rotates its secret sends one a secret).
std::vector<std::string_view> values_at(const HeaderPlace& place, const WebhookRequest& request) {
    std::string_view rest = trim(request.header(place.header));
    if (rest.empty()) return {};
    if (place.field.empty()) return {rest};
    std::vector<std::string_view> values;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find_first_of(",;"), rest.size());
        const std::string_view pair = trim(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const std::size_t equals = pair.find('=');
        if (equals != std::string_view::npos && pair.substr(0, equals) == place.field) {
            values.push_back(pair.substr(equals + 1));
        }
    }
    return values;
}

std::string sorted_query(std::string_view query) {
    std::vector<std::string_view> pairs;
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        pairs.push_back(query.substr(0, end));
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    std::ranges::sort(pairs);
    std::string text;
    for (const std::string_view pair : pairs) text.append(text.empty() ? "" : "&").append(pair);
    return text;
}

const EVP_MD* digest_of(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::sha256:
            return EVP_sha256();
        case Algorithm::sha512:
            return EVP_sha512();
        case Algorithm::sha1:
            return EVP_sha1();
        case Algorithm::md5:
            return EVP_md5();
    }
    return EVP_sha256();
}

bool mac_matches(Algorithm algorithm, const Secret& secret, std::string_view text,
                 std::string_view claimed) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned int bytes = 0;
    const std::string_view key = secret.reveal();
    const unsigned char* const done =
        HMAC(digest_of(algorithm), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &bytes);
    return done != nullptr && claimed.size() == bytes &&
           CRYPTO_memcmp(mac.data(), claimed.data(), bytes) == 0;
}

std::optional<std::string> decoded(Encoding encoding, std::string_view text) {
    switch (encoding) {
        case Encoding::hex:
            return shared::from_hex(text);
        case Encoding::base64:
            return shared::from_base64(text);
        case Encoding::base64url:
            return shared::from_base64url(text);
    }
    return std::nullopt;
}

/// Empty if the timestamp is near enough to `now`, otherwise the reason.
std::string judge_timestamp(const VerifyRule& rule, std::string_view text, Instant now) {
    const auto value = json::to_integer(text);
    // Beyond year 4000 it is no time, and larger values would overflow in microseconds.
    const std::int64_t value_max = rule.timestamp_in_ms ? 64'000'000'000'000 : 64'000'000'000;
    if (!value || *value <= 0 || *value > value_max) {
        return "the timestamp is absent or not a number";
    }
    const Instant told = rule.timestamp_in_ms ? Instant{std::chrono::milliseconds{*value}}
                                              : Instant{std::chrono::seconds{*value}};
    const auto distance = told > now ? told - now : now - told;
    return distance <= rule.tolerance ? "" : "the timestamp is too far from our clock";
}

Verification verify_hmac(const VerifyRule& rule, std::span<const Secret> secrets,
                         const WebhookRequest& request, Instant now) {
    const auto claims = values_at(rule.place, request);
    if (claims.empty()) {
        return Verification::no("the signature is absent from the header " + rule.place.header);
    }
    std::string_view timestamp;
    if (rule.timestamp) {
        const auto values = values_at(*rule.timestamp, request);
        if (!values.empty()) timestamp = values.front();
        std::string reason = judge_timestamp(rule, timestamp, now);
        if (!reason.empty()) return Verification::no(std::move(reason));
    }
    const std::string text = canonical_string(rule, request, timestamp);
    for (std::string_view claim : claims) {
        if (!claim.starts_with(rule.prefix)) continue;
        claim.remove_prefix(rule.prefix.size());
        const auto bytes = decoded(rule.encoding, claim);
        if (!bytes) continue;
        for (const Secret& secret : secrets) {
            if (mac_matches(rule.algorithm, secret, text, *bytes)) return Verification::ok();
        }
    }
    return Verification::no("the signature does not match");
}

Verification verify_token(std::string_view token, std::span<const Secret> secrets) {
    if (token.empty()) return Verification::no("the token is absent");
    bool equal = false;
    for (const Secret& secret : secrets) equal = secret.equals(token) || equal;
    return equal ? Verification::ok() : Verification::no("the token does not match");
}

Verification verify_header(const VerifyRule& rule, std::span<const Secret> secrets,
                           const WebhookRequest& request) {
    std::string_view token = request.header(rule.place.header);
    if (!token.starts_with(rule.prefix)) return Verification::no("the token is absent");
    token.remove_prefix(rule.prefix.size());
    return verify_token(token, secrets);
}

Verification verify_query(const VerifyRule& rule, std::span<const Secret> secrets,
                          const WebhookRequest& request) {
    const auto query = shared::parse_form(request.query);
    if (!query) return Verification::no("the query is not a form");
    return verify_token(query->value(rule.name), secrets);
}

Verification verify_basic(const VerifyRule& rule, std::span<const Secret> secrets,
                          const WebhookRequest& request) {
    const std::string_view header = request.header("Authorization");
    static constexpr std::string_view scheme = "basic ";
    const auto same_letter = [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b;
    };
    if (header.size() < scheme.size() ||
        !std::ranges::equal(header.substr(0, scheme.size()), scheme, same_letter)) {
        return Verification::no("basic authentication is absent");
    }
    const auto pair = shared::from_base64(trim(header.substr(scheme.size())));
    const std::size_t colon = pair ? pair->find(':') : std::string::npos;
    if (colon == std::string::npos) return Verification::no("basic authentication is malformed");
    const bool right_user = pair->compare(0, colon, rule.name) == 0;
    const Verification password = verify_token(std::string_view(*pair).substr(colon + 1), secrets);
    return right_user ? password : Verification::no("the user does not match");
}

}  // namespace

std::string canonical_string(const VerifyRule& rule, const WebhookRequest& request,
                             std::string_view timestamp) {
    std::string text;
    text.reserve(request.body.size() + 128);
    for (const Piece& piece : rule.payload) {
        switch (piece.kind) {
            case Piece::Kind::literal:
                text += piece.text;
                break;
            case Piece::Kind::raw_body:
                text += request.body;
                break;
            case Piece::Kind::timestamp:
                text += timestamp;
                break;
            case Piece::Kind::method:
                text += request.method;
                break;
            case Piece::Kind::path:
                text += request.path;
                break;
            case Piece::Kind::query:
                text += request.query;
                break;
            case Piece::Kind::query_sorted:
                text += sorted_query(request.query);
                break;
            case Piece::Kind::header:
                text += request.header(piece.text);
                break;
        }
    }
    return text;
}

Verification verify(const VerifyRule& rule, std::span<const Secret> secrets,
                    const WebhookRequest& request, Instant now) {
    if (secrets.empty() && rule.kind != VerifyKind::none) {
        return Verification::no("credentials.secret is not configured");
    }
    switch (rule.kind) {
        case VerifyKind::hmac:
            return verify_hmac(rule, secrets, request, now);
        case VerifyKind::header:
            return verify_header(rule, secrets, request);
        case VerifyKind::query:
            return verify_query(rule, secrets, request);
        case VerifyKind::basic:
            return verify_basic(rule, secrets, request);
        case VerifyKind::none:
            return Verification::ok();
    }
    return Verification::no("no verifier");
}

}  // namespace postern::adapters::http
