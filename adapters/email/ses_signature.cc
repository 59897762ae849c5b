#include "adapters/email/ses_signature.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "adapters/email/email_text.h"
#include "adapters/shared/encoding.h"
#include "adapters/shared/json.h"

namespace postern::adapters::email {
namespace {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};

bool is_host_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

/// sns.{region}.amazonaws.com, or the same in China.
bool is_sns_host(std::string_view host) {
    if (!host.starts_with("sns.")) return false;
    host.remove_prefix(4);
    const std::size_t dot = host.find('.');
    if (dot == host.npos || dot < 3) return false;
    const std::string_view region = host.substr(0, dot);
    const std::string_view rest = host.substr(dot);
    // Whoever owns a bucket called «sns» would own sns.s3-….amazonaws.com.
    if (begins(region, "s3")) return false;
    return std::ranges::all_of(region, is_host_character) &&
           (rest == ".amazonaws.com" || rest == ".amazonaws.com.cn");
}

/// "us-east-1" and ".amazonaws.com" of https://sns.us-east-1.amazonaws.com/….
std::pair<std::string, std::string> place_of(std::string_view url) {
    url.remove_prefix(std::min(url.size(), std::string_view("https://sns.").size()));
    const std::string_view host = url.substr(0, url.find('/'));
    const std::size_t dot = std::min(host.find('.'), host.size());
    return {std::string(host.substr(0, dot)), std::string(host.substr(dot))};
}

/// The names that SNS signs by (AWS SDK for Java, SNS message manager, 2026): one for the old
/// regions, one of its own for each that has to be switched on, and GovCloud's.
bool is_issued_to_sns(X509* certificate, std::string_view url) {
    const auto [region, domain] = place_of(url);
    const std::string names[] = {"sns" + domain, "sns." + region + domain,
                                 "sns-signing." + region + domain, "sns-" + region + domain,
                                 "sns-us-gov-west-1" + domain};
    return std::ranges::any_of(names, [certificate](const std::string& name) {
        return X509_check_host(certificate, name.data(), name.size(), X509_CHECK_FLAG_NO_WILDCARDS,
                               nullptr) == 1;
    });
}

}  // namespace

std::string SnsEnvelope::canonical() const {
    std::string out;
    const auto add = [&out](std::string_view key, std::string_view value) {
        out.append(key).append("\n").append(value).append("\n");
    };
    add("Message", message);
    add("MessageId", id);
    const bool notification = type == "Notification";
    if (notification && subject) add("Subject", *subject);
    if (!notification) add("SubscribeURL", subscribe_url);
    add("Timestamp", timestamp);
    if (!notification) add("Token", token);
    add("TopicArn", topic);
    add("Type", type);
    return out;
}

std::optional<SnsEnvelope> read_sns(std::string_view body) {
    const auto parsed = json::parse(body);
    const auto root = parsed ? json::as_object(*parsed) : std::nullopt;
    if (!root) return std::nullopt;
    SnsEnvelope out;
    out.type = json::text(*root, "Type");
    out.id = json::text(*root, "MessageId");
    out.topic = json::text(*root, "TopicArn");
    std::string_view subject;
    const auto member = json::member(*root, "Subject");
    if (member && member->get(subject) == simdjson::SUCCESS) out.subject = subject;
    out.message = json::text(*root, "Message");
    out.timestamp = json::text(*root, "Timestamp");
    out.token = json::text(*root, "Token");
    out.subscribe_url = json::text(*root, "SubscribeURL");
    out.certificate_url = json::text(*root, "SigningCertURL");
    if (out.certificate_url.empty()) out.certificate_url = json::text(*root, "SigningCertUrl");
    out.signature = json::text(*root, "Signature");
    out.version = json::text(*root, "SignatureVersion");
    if (out.type.empty() || out.id.empty() || out.topic.empty()) return std::nullopt;
    return out;
}

bool is_sns_url(std::string_view url, std::string_view path_end) {
    constexpr std::string_view scheme = "https://";
    if (!url.starts_with(scheme)) return false;
    url.remove_prefix(scheme.size());
    const std::size_t slash = std::min(url.find_first_of("/?#"), url.size());
    const std::string_view path = url.substr(slash);
    const bool plain = std::ranges::all_of(
        path, [](char c) { return c > 0x20 && c < 0x7f && c != '\\' && c != '#'; });
    return is_sns_host(url.substr(0, slash)) && plain && path.starts_with('/') &&
           path.ends_with(path_end) && (path_end.empty() || path.find('?') == path.npos);
}

std::string sns_signature_problem(const SnsEnvelope& envelope, std::string_view pem, bool named,
                                  Instant now) {
    const std::unique_ptr<BIO, Freed<BIO_free>> memory(
        BIO_new_mem_buf(pem.data(), static_cast<int>(std::min<std::size_t>(pem.size(), 1 << 16))));
    const std::unique_ptr<X509, Freed<X509_free>> certificate(
        memory ? PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr) : nullptr);
    if (!certificate) return "what SigningCertURL gave is no certificate";
    std::time_t seconds =
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    if (X509_cmp_time(X509_get0_notBefore(certificate.get()), &seconds) > 0 ||
        X509_cmp_time(X509_get0_notAfter(certificate.get()), &seconds) < 0)
        return "the certificate of the signature is not valid today";
    if (named && !is_issued_to_sns(certificate.get(), envelope.certificate_url))
        return "the certificate of the signature is not issued to SNS";
    const EVP_MD* const digest = envelope.version == "2"   ? EVP_sha256()
                                 : envelope.version == "1" ? EVP_sha1()
                                                           : nullptr;
    if (digest == nullptr) return "an unknown SignatureVersion";
    const auto signature = shared::from_base64(envelope.signature);
    EVP_PKEY* const key = X509_get0_pubkey(certificate.get());
    if (!signature || key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA)
        return "the signature is no base64, or not by an RSA key";
    const std::string text = envelope.canonical();
    const std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
    const bool good =
        context != nullptr &&
        EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
        EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature->data()),
                         signature->size(), reinterpret_cast<const unsigned char*>(text.data()),
                         text.size()) == 1;
    return good ? "" : "the signature of SNS does not match";
}

}  // namespace postern::adapters::email
