// AES-256-GCM with contexts that live as long as the sealer: setting the key up anew for a part is
// the dearest step (0.2 us), and for the workspace key it happens once.
#include "storage/seal.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sodium.h>

#include <cstring>

#include "storage/seal_keys.h"

namespace postern::storage {
namespace {

constexpr char envelope_version = 1;
constexpr std::size_t plain_head_bytes = 2;
constexpr std::size_t sealed_head_bytes = 10;  // version, kind, key id
constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;
constexpr std::size_t wrapped_bytes = nonce_bytes + sizeof(KeyBytes) + tag_bytes;
constexpr std::uint64_t workspace_generation = 1;

using Nonce = std::array<std::uint8_t, nonce_bytes>;

void put_u32(std::uint8_t* to, std::uint32_t value) {
    for (int i = 0; i < 4; ++i) to[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

void put_u64(std::uint8_t* to, std::uint64_t value) {
    for (int i = 0; i < 8; ++i) to[i] = static_cast<std::uint8_t>(value >> (56 - 8 * i));
}

Nonce make_nonce(std::uint32_t epoch, std::uint64_t counter) {
    Nonce nonce;
    put_u32(nonce.data(), epoch);
    put_u64(nonce.data() + 4, counter);
    return nonce;
}

/// What a value is tied to: its envelope's head and the row that it stands in.
struct Associated {
    std::array<std::uint8_t, sealed_head_bytes + 1 + RowKey::bytes_max> bytes;
    std::size_t size;

    Associated(const std::uint8_t* head, const RowKey& key) {
        std::memcpy(bytes.data(), head, sealed_head_bytes);
        bytes[sealed_head_bytes] = static_cast<std::uint8_t>(key.family);
        std::memcpy(bytes.data() + sealed_head_bytes + 1, key.bytes.data(), key.size);
        size = sealed_head_bytes + 1 + key.size;
    }
};

std::uint8_t* bytes_of(std::string& text) {
    return reinterpret_cast<std::uint8_t*>(text.data());
}
const std::uint8_t* bytes_of(std::string_view text) {
    return reinterpret_cast<const std::uint8_t*>(text.data());
}

/// One direction under one key, or under a key given each time.
class Gcm final {
  public:
    Gcm(const EVP_CIPHER* cipher, bool encrypt, const KeyBytes* key)
        : context_(EVP_CIPHER_CTX_new()), encrypt_(encrypt) {
        if (context_ == nullptr) cipher_broken("context");
        begin(cipher, key != nullptr ? key->data() : nullptr, nullptr);
    }
    ~Gcm() { EVP_CIPHER_CTX_free(context_); }
    Gcm(const Gcm&) = delete;
    Gcm& operator=(const Gcm&) = delete;

    /// `key` null: the one of the constructor. `out` has room for `size` bytes and the tag.
    void seal(const KeyBytes* key, const std::uint8_t* nonce, const std::uint8_t* associated,
              std::size_t associated_size, const std::uint8_t* in, std::size_t size,
              std::uint8_t* out) {
        begin(nullptr, key != nullptr ? key->data() : nullptr, nonce);
        int n = 0;
        bool ok = EVP_EncryptUpdate(context_, nullptr, &n, associated,
                                    static_cast<int>(associated_size)) == 1;
        ok = ok && EVP_EncryptUpdate(context_, out, &n, in, static_cast<int>(size)) == 1;
        ok = ok && EVP_EncryptFinal_ex(context_, out + size, &n) == 1;
        ok = ok && EVP_CIPHER_CTX_ctrl(context_, EVP_CTRL_AEAD_GET_TAG, tag_bytes, out + size) == 1;
        if (!ok) cipher_broken("encryption");
    }

    /// False: the tag does not fit. `in` is followed by the tag; `out` may hold rubbish then.
    [[nodiscard]] bool open(const KeyBytes* key, const std::uint8_t* nonce,
                            const std::uint8_t* associated, std::size_t associated_size,
                            const std::uint8_t* in, std::size_t size, std::uint8_t* out) {
        begin(nullptr, key != nullptr ? key->data() : nullptr, nonce);
        int n = 0;
        bool ok = EVP_DecryptUpdate(context_, nullptr, &n, associated,
                                    static_cast<int>(associated_size)) == 1;
        ok = ok && EVP_DecryptUpdate(context_, out, &n, in, static_cast<int>(size)) == 1;
        ok = ok && EVP_CIPHER_CTX_ctrl(context_, EVP_CTRL_AEAD_SET_TAG, tag_bytes,
                                       const_cast<std::uint8_t*>(in + size)) == 1;
        return ok && EVP_DecryptFinal_ex(context_, out + size, &n) == 1;
    }

  private:
    void begin(const EVP_CIPHER* cipher, const std::uint8_t* key, const std::uint8_t* nonce) {
        const int ok = encrypt_ ? EVP_EncryptInit_ex2(context_, cipher, key, nonce, nullptr)
                                : EVP_DecryptInit_ex2(context_, cipher, key, nonce, nullptr);
        if (ok != 1) cipher_broken("key setup");
    }

    EVP_CIPHER_CTX* context_;
    const bool encrypt_;
};

EVP_CIPHER* fetch_cipher() {
    EVP_CIPHER* cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    if (cipher == nullptr) cipher_broken("AES-256-GCM");
    return cipher;
}

KeyBytes derive_blind_key(const KeyBytes& master) {
    if (sodium_init() < 0) cipher_broken("libsodium");
    return derive_key(master, blind_key_label);
}

}  // namespace

struct Sealer::Impl {
    explicit Impl(const KeyBytes& master)
        : workspace_key(derive_key(master, workspace_key_label)),
          wrap_key(derive_key(master, wrap_key_label)),
          blind_key(derive_blind_key(master)),
          cipher(fetch_cipher()),
          workspace_seal(cipher, true, &workspace_key),
          workspace_open(cipher, false, &workspace_key),
          part_seal(cipher, true, nullptr),
          part_open(cipher, false, nullptr),
          wrap_seal(cipher, true, &wrap_key),
          wrap_open(cipher, false, &wrap_key) {}
    ~Impl() {
        OPENSSL_cleanse(workspace_key.data(), workspace_key.size());
        OPENSSL_cleanse(wrap_key.data(), wrap_key.size());
        OPENSSL_cleanse(blind_key.data(), blind_key.size());
        EVP_CIPHER_free(cipher);  // the contexts hold their own references
    }

    KeyBytes workspace_key;
    KeyBytes wrap_key;
    KeyBytes blind_key;
    EVP_CIPHER* cipher;
    Gcm workspace_seal, workspace_open, part_seal, part_open, wrap_seal, wrap_open;

    static void seal(Gcm& gcm, const KeyBytes* part_key, SealKind kind, std::uint64_t key_id,
                     const RowKey& key, const Nonce& nonce, std::string_view clear,
                     std::string& out);
};

void Sealer::Impl::seal(Gcm& gcm, const KeyBytes* part_key, SealKind kind, std::uint64_t key_id,
                        const RowKey& key, const Nonce& nonce, std::string_view clear,
                        std::string& out) {
    out.resize(sealed_head_bytes + nonce_bytes + clear.size() + tag_bytes);
    std::uint8_t* at = bytes_of(out);
    at[0] = envelope_version;
    at[1] = static_cast<std::uint8_t>(kind);
    put_u64(at + 2, key_id);
    std::memcpy(at + sealed_head_bytes, nonce.data(), nonce_bytes);
    const Associated tied(at, key);
    gcm.seal(part_key, nonce.data(), tied.bytes.data(), tied.size, bytes_of(clear), clear.size(),
             at + sealed_head_bytes + nonce_bytes);
}

Result<EnvelopeHead> read_head(std::string_view envelope) {
    if (envelope.size() < plain_head_bytes || envelope[0] != envelope_version) return Errc::corrupt;
    EnvelopeHead head;
    head.kind = static_cast<SealKind>(envelope[1]);
    if (head.kind == SealKind::plain) return head;
    const bool known = head.kind == SealKind::workspace || head.kind == SealKind::part;
    if (!known || envelope.size() < sealed_head_bytes + nonce_bytes + tag_bytes)
        return Errc::corrupt;
    head.key_id = keys::trailing_u64(envelope.substr(0, sealed_head_bytes));
    return head;
}

Sealer::Sealer(const KeyBytes& master) : impl_(std::make_unique<Impl>(master)) {}
Sealer::~Sealer() = default;

void Sealer::seal_workspace(const RowKey& key, std::uint32_t epoch, std::uint64_t counter,
                            std::string_view clear, std::string& out) {
    Impl::seal(impl_->workspace_seal, nullptr, SealKind::workspace, workspace_generation, key,
               make_nonce(epoch, counter), clear, out);
}

void Sealer::seal_part(const RowKey& key, std::uint64_t part, const KeyBytes& part_key,
                       std::uint32_t epoch, std::uint64_t counter, std::string_view clear,
                       std::string& out) {
    Impl::seal(impl_->part_seal, &part_key, SealKind::part, part, key, make_nonce(epoch, counter),
               clear, out);
}

void Sealer::plain(std::string_view clear, std::string& out) {
    out.assign({envelope_version, static_cast<char>(SealKind::plain)});
    out.append(clear);
}

Result<void> Sealer::open(const RowKey& key, std::string_view envelope, const KeyBytes* part_key,
                          std::string& clear) {
    clear.clear();
    const auto head = read_head(envelope);
    if (!head) return head.error();
    if (head->kind == SealKind::plain) {
        clear.assign(envelope.substr(plain_head_bytes));
        return {};
    }
    const bool part = head->kind == SealKind::part;
    if (part && part_key == nullptr) return Errc::bad_argument;
    if (!part && head->key_id != workspace_generation) return Errc::corrupt;

    const std::uint8_t* at = bytes_of(envelope);
    const Associated tied(at, key);
    const std::size_t before = sealed_head_bytes + nonce_bytes;
    clear.resize(envelope.size() - before - tag_bytes);
    Gcm& gcm = part ? impl_->part_open : impl_->workspace_open;
    if (gcm.open(part ? part_key : nullptr, at + sealed_head_bytes, tied.bytes.data(), tied.size,
                 at + before, clear.size(), bytes_of(clear)))
        return {};
    clear.clear();
    return Errc::corrupt;
}

std::string Sealer::wrap(const KeyBytes& part_key, std::uint64_t part, std::uint32_t epoch,
                         std::uint64_t counter) {
    const Nonce nonce = make_nonce(epoch, counter);
    std::array<std::uint8_t, 8> tied;
    put_u64(tied.data(), part);
    std::string wrapped(wrapped_bytes, '\0');
    std::memcpy(wrapped.data(), nonce.data(), nonce_bytes);
    impl_->wrap_seal.seal(nullptr, nonce.data(), tied.data(), tied.size(), part_key.data(),
                          part_key.size(), bytes_of(wrapped) + nonce_bytes);
    return wrapped;
}

Result<KeyBytes> Sealer::unwrap(std::string_view wrapped, std::uint64_t part) {
    if (wrapped.size() != wrapped_bytes) return Errc::corrupt;
    std::array<std::uint8_t, 8> tied;
    put_u64(tied.data(), part);
    const std::uint8_t* at = bytes_of(wrapped);
    KeyBytes key;
    if (!impl_->wrap_open.open(nullptr, at, tied.data(), tied.size(), at + nonce_bytes, key.size(),
                               key.data()))
        return Errc::corrupt;
    return key;
}

Blind Sealer::blind(std::string_view domain, std::string_view value) const {
    // The length first, so that no two pairs of domain and value read the same.
    std::array<std::uint8_t, 8> length;
    put_u64(length.data(), domain.size());
    Blind result;
    crypto_generichash_state state;
    bool ok = crypto_generichash_init(&state, impl_->blind_key.data(), impl_->blind_key.size(),
                                      result.bytes.size()) == 0;
    ok = ok && crypto_generichash_update(&state, length.data(), length.size()) == 0;
    ok = ok && crypto_generichash_update(&state, bytes_of(domain), domain.size()) == 0;
    ok = ok && crypto_generichash_update(&state, bytes_of(value), value.size()) == 0;
    ok = ok && crypto_generichash_final(&state, result.bytes.data(), result.bytes.size()) == 0;
    if (!ok) cipher_broken("BLAKE2b");
    return result;
}

}  // namespace postern::storage
