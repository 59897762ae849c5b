#include "adapters/email/dkim.h"

#include <algorithm>
#include <array>
#include <optional>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "adapters/email/dkim_canonical.h"
#include "adapters/shared/encoding.h"

namespace postern::adapters::email {

class DkimKey final {
  public:
    explicit DkimKey(EVP_PKEY* key) : key_(key, &EVP_PKEY_free) {}
    [[nodiscard]] EVP_PKEY* get() const { return key_.get(); }
    [[nodiscard]] bool is_ed25519() const { return EVP_PKEY_id(get()) == EVP_PKEY_ED25519; }

  private:
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

namespace {

constexpr int rsa_bits_min = 1024;  // RFC 8301
constexpr std::size_t fold_at = 72;

/// What is signed where it is there; From twice.
constexpr std::array<std::string_view, 15> signed_fields = {"from",
                                                            "from",
                                                            "to",
                                                            "cc",
                                                            "subject",
                                                            "date",
                                                            "message-id",
                                                            "in-reply-to",
                                                            "references",
                                                            "mime-version",
                                                            "content-type",
                                                            "content-transfer-encoding",
                                                            "list-unsubscribe",
                                                            "list-unsubscribe-post",
                                                            "reply-to"};

struct Field {
    std::string relaxed;
    bool used = false;
    [[nodiscard]] bool is(std::string_view name) const {
        return relaxed.size() > name.size() && relaxed.starts_with(name) &&
               relaxed[name.size()] == ':';
    }
};

std::vector<Field> fields_of(std::string_view headers) {
    std::vector<Field> out;
    while (!headers.empty()) {
        std::size_t end = headers.find("\r\n");
        while (end != std::string_view::npos && end + 2 < headers.size() &&
               (headers[end + 2] == ' ' || headers[end + 2] == '\t')) {
            end = headers.find("\r\n", end + 2);
        }
        out.push_back({dkim_relaxed_header(headers.substr(0, end))});
        if (end == std::string_view::npos) break;
        headers.remove_prefix(end + 2);
    }
    return out;
}

/// The last one that is not signed yet (section 5.4.2).
Field* last_unused(std::vector<Field>& fields, std::string_view name) {
    const auto found = std::find_if(fields.rbegin(), fields.rend(), [name](const Field& field) {
        return !field.used && field.is(name);
    });
    return found == fields.rend() ? nullptr : &*found;
}

std::string sha256(std::string_view data) {
    std::array<unsigned char, 32> digest{};
    unsigned size = 0;
    if (EVP_Digest(data.data(), data.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
        return {};
    }
    return {reinterpret_cast<const char*>(digest.data()), size};
}

/// RSA hashes what it signs; Ed25519 signs the hash itself (RFC 8463 section 3).
std::string raw_signature(const DkimKey& key, const std::string& input) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          &EVP_MD_CTX_free);
    const bool ed25519 = key.is_ed25519();
    const std::string data = ed25519 ? sha256(input) : input;
    const EVP_MD* const digest = ed25519 ? nullptr : EVP_sha256();
    if (!context || data.empty() ||
        EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key.get()) != 1) {
        return {};
    }
    const auto* const bytes = reinterpret_cast<const unsigned char*>(data.data());
    std::size_t size = 0;
    if (EVP_DigestSign(context.get(), nullptr, &size, bytes, data.size()) != 1) return {};
    std::string out(size, '\0');
    auto* const to = reinterpret_cast<unsigned char*>(out.data());
    if (EVP_DigestSign(context.get(), to, &size, bytes, data.size()) != 1) return {};
    out.resize(size);
    return out;
}

/// Into lines; blanks within b= mean nothing.
std::string folded(std::string_view base64) {
    std::string out;
    while (!base64.empty()) {
        const std::size_t size = std::min(fold_at, base64.size());
        out.append("\r\n ").append(base64.substr(0, size));
        base64.remove_prefix(size);
    }
    return out;
}

}  // namespace

std::shared_ptr<const DkimKey> dkim_key(const Secret& pem, std::string& problem) {
    const std::string_view text = pem.reveal();
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
        BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free);
    // An empty pass phrase instead of a prompt on the terminal.
    char none[] = "";
    EVP_PKEY* const key =
        bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, none) : nullptr;
    if (key == nullptr) {
        problem =
            "is no private key in PEM: write the text between -----BEGIN PRIVATE KEY----- "
            "and its end, not encrypted";
        return nullptr;
    }
    auto out = std::make_shared<const DkimKey>(key);
    if (out->is_ed25519()) return out;
    if (EVP_PKEY_id(key) != EVP_PKEY_RSA || EVP_PKEY_bits(key) < rsa_bits_min) {
        problem = "must be an RSA key of at least 1024 bits, or an Ed25519 key";
        return nullptr;
    }
    return out;
}

struct DkimBodyHash::State {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                    &EVP_MD_CTX_free};
    bool good = false;
};

DkimBodyHash::DkimBodyHash() : state_(std::make_unique<State>()) {
    state_->good =
        state_->context && EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) == 1;
}

DkimBodyHash::~DkimBodyHash() = default;

void DkimBodyHash::add(std::string_view canonical) {
    state_->good = state_->good &&
                   EVP_DigestUpdate(state_->context.get(), canonical.data(), canonical.size()) == 1;
}

std::string DkimBodyHash::finish() {
    std::array<unsigned char, 32> digest{};
    unsigned size = 0;
    if (!state_->good || EVP_DigestFinal_ex(state_->context.get(), digest.data(), &size) != 1) {
        return {};
    }
    state_->good = false;
    return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string dkim_signature_over(const DkimSigner& signer, std::string_view headers,
                                std::string_view body_hash, std::int64_t unix_time) {
    if (body_hash.empty()) return {};
    if (headers.ends_with("\r\n")) headers.remove_suffix(2);
    std::vector<Field> fields = fields_of(headers);
    std::string names;
    std::string input;
    bool from = false;
    for (const std::string_view name : signed_fields) {
        Field* const field = last_unused(fields, name);
        // A name without a field is signed as absent: only From is, on purpose.
        if (field == nullptr && !(from && name == "from")) continue;
        names.append(names.empty() ? "" : ":").append(name);
        from = from || name == "from";
        if (field == nullptr) continue;
        field->used = true;
        input.append(field->relaxed).append("\r\n");
    }
    const bool ed25519 = signer.key->is_ed25519();
    std::string field = "DKIM-Signature: v=1; a=";
    field.append(ed25519 ? "ed25519-sha256" : "rsa-sha256").append("; c=relaxed/relaxed;\r\n");
    field.append(" d=").append(signer.domain).append("; s=").append(signer.selector);
    field.append("; t=").append(std::to_string(unix_time)).append(";\r\n h=").append(names);
    field.append(";\r\n bh=").append(shared::to_base64(body_hash)).append(";\r\n b=");
    input += dkim_relaxed_header(field);
    const std::string raw = raw_signature(*signer.key, input);
    if (!from || raw.empty()) return {};
    return field + folded(shared::to_base64(raw)) + "\r\n";
}

std::string dkim_signature(const DkimSigner& signer, std::string_view mail,
                           std::int64_t unix_time) {
    const std::size_t end = mail.find("\r\n\r\n");
    if (end == std::string_view::npos) return {};
    DkimBodyHash hash;
    hash.add(dkim_relaxed_body(mail.substr(end + 4)));
    return dkim_signature_over(signer, mail.substr(0, end), hash.finish(), unix_time);
}

std::string dkim_signed(const std::vector<DkimSigner>& signers, std::string mail,
                        std::int64_t unix_time) {
    std::string fields;
    for (const DkimSigner& signer : signers) {
        const std::string field = dkim_signature(signer, mail, unix_time);
        if (field.empty()) return {};
        fields += field;
    }
    return fields + mail;
}

}  // namespace postern::adapters::email
