#include "gateway/media/sealed_file.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

namespace postern::media {
namespace {

using storage::Errc;

constexpr std::size_t tag_bytes = 16;
constexpr std::size_t nonce_bytes = 12;
constexpr std::string_view magic{"PMED\x01\0\0\0", 8};
constexpr std::size_t size_at = 8;
constexpr std::size_t nonce_at = 16;
constexpr std::size_t wrapped_at = nonce_at + nonce_bytes;
constexpr std::size_t head_bytes = wrapped_at + 32 + tag_bytes;

using Nonce = std::array<unsigned char, nonce_bytes>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

void put_u64(std::uint64_t value, char* to) {
    for (int i = 7; i >= 0; --i, value >>= 8) to[i] = static_cast<char>(value);
}

std::uint64_t get_u64(std::string_view from) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) value = value << 8 | static_cast<unsigned char>(from[i]);
    return value;
}

Nonce nonce_of(std::uint64_t chunk, bool last) {
    Nonce nonce{};
    nonce[0] = last ? 1 : 0;
    put_u64(chunk, reinterpret_cast<char*>(nonce.data()) + 4);
    return nonce;
}

/// Ciphertext and tag into `out`.
bool seal(EVP_CIPHER_CTX* context, const storage::KeyBytes& key, const Nonce& nonce,
          std::string_view extra, std::string_view clear, std::string& out) {
    out.resize(clear.size() + tag_bytes);
    int n = 0;
    int more = 0;
    return EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nullptr, key.data(), nonce.data()) == 1 &&
           (extra.empty() || EVP_EncryptUpdate(context, nullptr, &n, bytes_of(extra),
                                               static_cast<int>(extra.size())) == 1) &&
           EVP_EncryptUpdate(context, bytes_of(out), &n, bytes_of(clear),
                             static_cast<int>(clear.size())) == 1 &&
           EVP_EncryptFinal_ex(context, bytes_of(out) + n, &more) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, tag_bytes,
                               bytes_of(out) + clear.size()) == 1;
}

bool open_sealed(const storage::KeyBytes& key, const Nonce& nonce, std::string_view extra,
                 std::string sealed, std::string& clear) {
    if (sealed.size() < tag_bytes) return false;
    const CipherContext context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    const std::size_t size = sealed.size() - tag_bytes;
    clear.resize(size + 1);  // never a null pointer
    int n = 0;
    int more = 0;
    const bool good =
        context != nullptr &&
        EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce.data()) ==
            1 &&
        (extra.empty() || EVP_DecryptUpdate(context.get(), nullptr, &n, bytes_of(extra),
                                            static_cast<int>(extra.size())) == 1) &&
        EVP_DecryptUpdate(context.get(), bytes_of(clear), &n, bytes_of(std::string_view(sealed)),
                          static_cast<int>(size)) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes,
                            bytes_of(sealed) + size) == 1 &&
        EVP_DecryptFinal_ex(context.get(), bytes_of(clear) + n, &more) == 1;
    clear.resize(good ? size : 0);
    return good;
}

/// All of `bytes` from `offset`, or why not; a file that is too short is corrupt.
storage::Result<std::string> read_at(int fd, std::uint64_t offset, std::size_t bytes) {
    std::string out(bytes, '\0');
    std::size_t have = 0;
    while (have < bytes) {
        const ssize_t got =
            ::pread(fd, out.data() + have, bytes - have, static_cast<off_t>(offset + have));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return storage::errc_of(errno);
        if (got == 0) return Errc::corrupt;
        have += static_cast<std::size_t>(got);
    }
    return out;
}

}  // namespace

struct SealedWriter::Ciphers {
    CipherContext cipher{EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free};
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash{EVP_MD_CTX_new(), EVP_MD_CTX_free};
    storage::KeyBytes key{};
    ~Ciphers() { OPENSSL_cleanse(key.data(), key.size()); }
};

SealedWriter::SealedWriter() = default;

SealedWriter::~SealedWriter() {
    if (!finished_ && !path_.empty()) ::unlink(path_.c_str());
}

storage::Result<void> SealedWriter::open(std::string path) {
    ciphers_ = std::make_unique<Ciphers>();
    const bool ready =
        ciphers_->cipher != nullptr && ciphers_->hash != nullptr &&
        EVP_DigestInit_ex(ciphers_->hash.get(), EVP_sha256(), nullptr) == 1 &&
        RAND_bytes(ciphers_->key.data(), static_cast<int>(ciphers_->key.size())) == 1;
    if (!ready) return Errc::io;
    file_ = storage::Descriptor(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!file_) return storage::errc_of(errno);
    path_ = std::move(path);
    return storage::write_all(file_.get(), std::string(head_bytes, '\0'));
}

storage::Result<void> SealedWriter::write(std::string_view bytes) {
    if (EVP_DigestUpdate(ciphers_->hash.get(), bytes.data(), bytes.size()) != 1) return Errc::io;
    size_ += bytes.size();
    while (!bytes.empty()) {
        // A full chunk is sealed when it is known that it is not the last.
        if (held_.size() == chunk_bytes) {
            if (const auto sealed = seal_chunk(false); !sealed) return sealed;
        }
        const std::size_t taken = std::min(bytes.size(), chunk_bytes - held_.size());
        held_.append(bytes.substr(0, taken));
        bytes.remove_prefix(taken);
    }
    return {};
}

storage::Result<void> SealedWriter::seal_chunk(bool last) {
    if (!seal(ciphers_->cipher.get(), ciphers_->key, nonce_of(chunk_, last), {}, held_, sealed_))
        return Errc::io;
    ++chunk_;
    held_.clear();
    return storage::write_all(file_.get(), sealed_);
}

storage::Result<Content> SealedWriter::finish(const KeyOf& key_of) {
    if (const auto sealed = seal_chunk(true); !sealed) return sealed.error();
    Content content;
    content.size = size_;
    unsigned bytes = 0;
    if (EVP_DigestFinal_ex(ciphers_->hash.get(), content.sha256.data(), &bytes) != 1)
        return Errc::io;
    std::string head(magic);
    head.resize(nonce_at);
    put_u64(size_, head.data() + size_at);
    Nonce nonce{};
    if (RAND_bytes(nonce.data(), static_cast<int>(nonce.size())) != 1) return Errc::io;
    const std::string_view key(reinterpret_cast<const char*>(ciphers_->key.data()),
                               ciphers_->key.size());
    if (!seal(ciphers_->cipher.get(), key_of(content.sha256), nonce, head, key, sealed_))
        return Errc::io;
    head.append(reinterpret_cast<const char*>(nonce.data()), nonce.size()).append(sealed_);
    if (::lseek(file_.get(), 0, SEEK_SET) != 0) return storage::errc_of(errno);
    if (const auto written = storage::write_all(file_.get(), head); !written)
        return written.error();
    if (::fdatasync(file_.get()) != 0) return storage::errc_of(errno);
    finished_ = true;
    file_.close();
    return content;
}

storage::Result<void> SealedReader::open(const std::string& path, const Content& content,
                                         const storage::KeyBytes& key) {
    file_ = storage::Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file_) return storage::errc_of(errno);
    const auto head = read_at(file_.get(), 0, head_bytes);
    if (!head) return head.error();
    const std::string_view view = *head;
    if (!view.starts_with(magic) || get_u64(view.substr(size_at)) != content.size)
        return Errc::corrupt;
    Nonce nonce{};
    std::memcpy(nonce.data(), view.data() + nonce_at, nonce_bytes);
    std::string clear;
    const bool opened = open_sealed(key, nonce, view.substr(0, nonce_at),
                                    std::string(view.substr(wrapped_at)), clear);
    if (!opened || clear.size() != key_.size()) return Errc::corrupt;
    std::memcpy(key_.data(), clear.data(), key_.size());
    OPENSSL_cleanse(clear.data(), clear.size());
    size_ = content.size;
    return {};
}

storage::Result<std::string> SealedReader::read(std::uint64_t offset) const {
    if (offset >= size_) return std::string{};
    const std::uint64_t chunk = offset / chunk_bytes;
    const std::uint64_t begin = chunk * chunk_bytes;
    const std::size_t clear_bytes = std::min<std::uint64_t>(chunk_bytes, size_ - begin);
    // An empty content is one empty chunk; a full last chunk has none behind it.
    const bool last = begin + clear_bytes == size_;
    auto sealed = read_at(file_.get(), head_bytes + chunk * (chunk_bytes + tag_bytes),
                          clear_bytes + tag_bytes);
    if (!sealed) return sealed.error();
    std::string clear;
    if (!open_sealed(key_, nonce_of(chunk, last), {}, std::move(*sealed), clear))
        return Errc::corrupt;
    clear.erase(0, static_cast<std::size_t>(offset - begin));
    return clear;
}

}  // namespace postern::media
