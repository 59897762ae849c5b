#include "adapters/webchat/token.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <openssl/crypto.h>

#include "adapters/shared/encoding.h"
#include "adapters/shared/hmac.h"

namespace postern::adapters::webchat {
namespace {

constexpr std::size_t mac_bytes = 16;
constexpr std::size_t mac_letters = 22;

std::string mac_of(const Secret& key, std::string_view text) {
    const shared::Mac mac = shared::hmac(shared::Digest::sha256, key, text);
    std::string spelled = shared::to_base64(mac.bytes().substr(0, mac_bytes));
    std::ranges::replace(spelled, '+', '-');
    std::ranges::replace(spelled, '/', '_');
    return spelled.substr(0, mac_letters);
}

/// `signed_text` ends where its last dot stands.
bool is_signed(std::span<const Secret> keys, std::string_view signed_text, std::string_view mac) {
    bool equal = false;
    if (mac.size() != mac_letters) return false;
    for (const Secret& key : keys) {
        const std::string ours = mac_of(key, signed_text);
        equal |=
            ours.size() == mac.size() && CRYPTO_memcmp(ours.data(), mac.data(), mac.size()) == 0;
    }
    return equal;
}

std::string_view cut_last(std::string_view& text) {
    const auto dot = text.rfind('.');
    if (dot == std::string_view::npos) return {};
    const std::string_view last = text.substr(dot + 1);
    text = text.substr(0, dot);
    return last;
}

constexpr std::string_view state_open = "0";
constexpr std::string_view state_form_done = "1";

std::string file_text(std::string_view visitor, std::string_view upload) {
    return std::string("file.").append(visitor).append(".").append(upload);
}

}  // namespace

bool is_visitor_id(std::string_view text) {
    return text.size() == 32 && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

bool is_renewal_due(const Visitor& visitor, Instant now) {
    return visitor.expires - now < token_lifetime / 2;
}

std::string write_token(const Secret& key, std::string_view account, const Visitor& visitor) {
    const auto expires_s =
        std::chrono::duration_cast<std::chrono::seconds>(visitor.expires.time_since_epoch());
    std::string text(account);
    text.append(".").append(visitor.id).append(".");
    text.append(visitor.form_done ? state_form_done : state_open);
    text.append(".").append(std::to_string(expires_s.count()));
    const std::string mac = mac_of(key, text);
    return text.append(".").append(mac);
}

TokenState read_token(std::span<const Secret> keys, std::string_view account,
                      std::string_view token, Instant now, Visitor& visitor) {
    std::string_view rest = token;
    const std::string_view mac = cut_last(rest);
    if (!is_signed(keys, rest, mac)) return TokenState::forged;
    const std::string_view expires = cut_last(rest);
    const std::string_view state = cut_last(rest);
    const std::string_view id = cut_last(rest);
    if (rest != account || !is_visitor_id(id)) return TokenState::forged;
    std::int64_t seconds = 0;
    const auto [end, error] =
        std::from_chars(expires.data(), expires.data() + expires.size(), seconds);
    if (error != std::errc{} || end != expires.data() + expires.size()) return TokenState::forged;
    visitor.id = id;
    visitor.form_done = state == state_form_done;
    visitor.expires = Instant{std::chrono::seconds{seconds}};
    return visitor.expires > now ? TokenState::valid : TokenState::expired;
}

std::string write_file_token(const Secret& key, std::string_view visitor, std::string_view upload) {
    return std::string(upload).append(".").append(mac_of(key, file_text(visitor, upload)));
}

std::string_view read_file_token(std::span<const Secret> keys, std::string_view visitor,
                                 std::string_view token) {
    std::string_view upload = token;
    const std::string_view mac = cut_last(upload);
    return is_signed(keys, file_text(visitor, upload), mac) ? upload : std::string_view{};
}

}  // namespace postern::adapters::webchat
