// The headers by which a webhook proves where it is from. Whatever stands in them, a request is
// let through only if they hold the genuine signature (or token) of exactly these bytes; and the
// genuine one, spelled as the provider spells it, is let through whatever the body.
//
// Input: one byte: which scheme; then "HEADER\nBODY". In HEADER the byte 1 becomes the genuine
// signature and the byte 2 the timestamp that it was made with, so that what stands around them
// is tried as well.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "adapters/registry.h"
#include "tests/fuzz/check.h"

using namespace postern::adapters;

namespace {

constexpr std::size_t padding = 64;  // what simdjson may read beyond the body
constexpr std::string_view key = "second-secret";
constexpr std::string_view url = "https://postern.example/webhooks/main";
constexpr std::string_view timestamp = "1767225600";
constexpr Instant now{std::chrono::seconds(1'767'225'600)};

struct Scheme {
    const char* channel;
    const char* header;
    std::string_view spelled;  // 1: the signature, 2: the timestamp, as above
    const char* receive;       // http: its document
    enum class Kind { hex, base64, token, base64_of_body } kind;
};

constexpr Scheme schemes[] = {
    {"whatsapp", "X-Hub-Signature-256", "sha256=\1", "", Scheme::Kind::hex},
    {"telegram", "X-Telegram-Bot-Api-Secret-Token", "\1", "", Scheme::Kind::token},
    {"twilio", "X-Twilio-Signature", "\1", "", Scheme::Kind::base64},
    {"http", "X-Postern-Signature", "sha256=\1", "", Scheme::Kind::hex},
    {"http", "X-Signature", "t=\2,v1=\1",
     R"({"verify":{"type":"hmac","header":"X-Signature","field":"v1",
         "payload":"{{timestamp}}.{{raw_body}}",
         "timestamp":{"header":"X-Signature","field":"t"}}})",
     Scheme::Kind::hex},
    {"http", "Authorization", "Bearer \1",
     R"({"verify":{"type":"header","header":"Authorization","prefix":"Bearer "}})",
     Scheme::Kind::token},
    {"line", "X-Line-Signature", "\1", "", Scheme::Kind::base64_of_body},
    {"viber", "X-Viber-Content-Signature", "\1", "", Scheme::Kind::hex},
};
constexpr std::size_t stamped = 4;  // the one that signs the timestamp, too

std::unique_ptr<HttpAdapter> make_adapter(const Scheme& scheme) {
    AdapterConfig config;
    config.account = "main";
    config.channel = scheme.channel;
    for (const char* name : {"app_secret", "access_token", "verify_token", "bot_token",
                             "secret_token", "auth_token", "channel_secret", "secret"}) {
        config.credentials[name] = {Secret("first-secret"), Secret(std::string(key))};
    }
    config.settings["phone_number_id"] = "106540352242922";
    config.settings["account_sid"] = "AC00000000000000000000000000000000";
    config.settings["from"] = "+15005550006";
    config.settings["public_url"] = url;
    config.settings["receive"] = scheme.receive;
    std::string problem;
    auto made = make(config, problem);
    if (made == nullptr) std::fprintf(stderr, "%s: %s\n", scheme.channel, problem.c_str());
    POSTERN_FUZZ_CHECK(made != nullptr);
    return made;
}

const HttpAdapter& adapter(std::size_t scheme) {
    static const auto all = [] {
        std::vector<std::unique_ptr<HttpAdapter>> made;
        for (const Scheme& one : schemes) made.push_back(make_adapter(one));
        return made;
    }();
    return *all[scheme];
}

// Made with OpenSSL alone: not the code that is tried.
std::string mac(const EVP_MD* digest, std::string_view text, bool hex) {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    HMAC(digest, key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), bytes, &size);
    std::string spelled;
    if (!hex) {
        spelled.resize(4 * ((size + 2) / 3) + 1);  // with the zero that OpenSSL writes
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(spelled.data()), bytes,
                        static_cast<int>(size));
        spelled.pop_back();
        return spelled;
    }
    for (unsigned int i = 0; i < size; ++i) {
        spelled += "0123456789abcdef"[bytes[i] >> 4];
        spelled += "0123456789abcdef"[bytes[i] & 15];
    }
    return spelled;
}

std::string genuine(std::size_t scheme, std::string_view body) {
    switch (schemes[scheme].kind) {
        case Scheme::Kind::token:
            return std::string(key);
        case Scheme::Kind::base64:  // the URL; the body is no part of a GET
            return mac(EVP_sha1(), url, false);
        case Scheme::Kind::base64_of_body:
            return mac(EVP_sha256(), body, false);
        case Scheme::Kind::hex:
            break;
    }
    std::string text = scheme == stamped ? std::string(timestamp) + "." : std::string();
    return mac(EVP_sha256(), text.append(body), true);
}

std::string fill(std::string_view header, std::string_view signature) {
    std::string filled;
    for (const char c : header) {
        if (c == 1)
            filled += signature;
        else if (c == 2)
            filled += timestamp;
        else
            filled += c;
    }
    return filled;
}

bool accepted(std::size_t scheme, std::string_view header, std::string_view body) {
    std::string padded(body);
    padded.resize(body.size() + padding);
    const std::vector<HeaderView> headers = {{"Host", "postern.example"},
                                             {schemes[scheme].header, header}};
    WebhookRequest request;
    request.method = schemes[scheme].kind == Scheme::Kind::base64 ? "GET" : "POST";
    request.target = request.path = "/webhooks/main";
    request.headers = headers;
    request.body = std::string_view(padded).substr(0, body.size());
    const Verification verified = adapter(scheme).verify(request, now);
    POSTERN_FUZZ_CHECK(verified.kind == adapter(scheme).verify(request, now).kind);
    POSTERN_FUZZ_CHECK(verified.kind != Verification::Kind::invalid || !verified.reason.empty());
    return verified.kind == Verification::Kind::valid;
}

// Hexadecimal digits may come in either case; the key and base64 may not.
bool holds(std::string header, const std::string& signature, Scheme::Kind kind) {
    if (kind == Scheme::Kind::hex) {
        for (char& c : header) {
            if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
        }
    }
    const bool either = kind == Scheme::Kind::token &&  // both secrets are live
                        header.find("first-secret") != std::string::npos;
    return either || header.find(signature) != std::string::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t scheme = data[0] % std::size(schemes);
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::string body(bytes.substr(std::min(end + 1, bytes.size())));

    const std::string signature = genuine(scheme, body);
    POSTERN_FUZZ_CHECK(accepted(scheme, fill(schemes[scheme].spelled, signature), body));

    const std::string header = fill(bytes.substr(0, end), signature);
    if (accepted(scheme, header, body)) {
        POSTERN_FUZZ_CHECK(holds(header, signature, schemes[scheme].kind));
    }
    if (schemes[scheme].kind == Scheme::Kind::hex) {
        const std::string other = fill(schemes[scheme].spelled, genuine(scheme, body + "x"));
        POSTERN_FUZZ_CHECK(!accepted(scheme, other, body));
    }
    return 0;
}
