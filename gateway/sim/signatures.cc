// Signatures over OpenSSL's HMAC, and the form coding that Twilio's scheme signs.
#include "gateway/sim/signatures.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

namespace postern::sim {
namespace {

using Bytes = std::basic_string<unsigned char>;

Bytes hmac(const EVP_MD* digest, std::string_view key, std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned int length = 0;
    HMAC(digest, key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), out.data(), &length);
    return {out.data(), length};
}

std::string hex(const Bytes& bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const unsigned char byte : bytes) {
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

std::string base64(const Bytes& bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes.data(),
                                       static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
            hex_value(text[i + 2]) >= 0) {
            out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

void append_encoded(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '*';
        if (plain) {
            out += c;
        } else if (c == ' ') {
            out += '+';
        } else {
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
}

}  // namespace

std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) {
    return hex(hmac(EVP_sha256(), key, bytes));
}

std::string hmac_sha1_hex(std::string_view key, std::string_view bytes) {
    return hex(hmac(EVP_sha1(), key, bytes));
}

std::string hmac_sha1_base64(std::string_view key, std::string_view bytes) {
    return base64(hmac(EVP_sha1(), key, bytes));
}

std::string hmac_sha256_base64(std::string_view key, std::string_view bytes) {
    return base64(hmac(EVP_sha256(), key, bytes));
}

std::string sha1_hex(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned int length = 0;
    EVP_Digest(bytes.data(), bytes.size(), out.data(), &length, EVP_sha1(), nullptr);
    return hex({out.data(), length});
}

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned int length = 0;
    EVP_Digest(bytes.data(), bytes.size(), out.data(), &length, EVP_sha256(), nullptr);
    return hex({out.data(), length});
}

Form parse_form(std::string_view body) {
    Form form;
    while (!body.empty()) {
        const std::string_view part = body.substr(0, body.find('&'));
        body.remove_prefix(std::min(body.size(), part.size() + 1));
        if (part.empty()) continue;
        const std::size_t equals = std::min(part.find('='), part.size());
        const std::size_t value = std::min(part.size(), equals + 1);
        form.emplace_back(decoded(part.substr(0, equals)), decoded(part.substr(value)));
    }
    return form;
}

std::string form_text(const Form& form) {
    std::string out;
    for (const auto& [name, value] : form) {
        if (!out.empty()) out += '&';
        append_encoded(out, name);
        out += '=';
        append_encoded(out, value);
    }
    return out;
}

std::string twilio_form_signature(std::string_view auth_token, std::string_view url,
                                  std::string_view body) {
    Form form = parse_form(body);
    std::sort(form.begin(), form.end());  // bytewise: by name, then by value
    form.erase(std::unique(form.begin(), form.end()), form.end());
    std::string canonical(url);
    for (const auto& [name, value] : form) canonical += name + value;
    return hmac_sha1_base64(auth_token, canonical);
}

std::string twilio_json_signature(std::string_view auth_token, std::string_view url) {
    return hmac_sha1_base64(auth_token, url);
}

}  // namespace postern::sim
