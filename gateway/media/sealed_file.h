// A medium on the disk, sealed: written as it comes, read from any place. Blocking: the media
// thread's.
//
//   file   := head chunk…
//   head   := "PMED" version(u8=1) zero(3) size(u64 BE) nonce(12) wrapped(32) tag(16)
//   chunk  := ciphertext tag(16)        64 KiB of clear bytes each, the last one may be shorter
//
// Each file has a random key (AES-256-GCM; a chunk's nonce is its number and whether it is the
// last). The head holds that key, sealed by one that is made of the workspace's secret and the
// content's hash: the hash stands in a sealed row alone, so without the row nobody opens the file.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/model/media.h"
#include "storage/errc.h"
#include "storage/posix_file.h"
#include "storage/seal.h"

namespace postern::media {

inline constexpr std::size_t chunk_bytes = 64 * 1024;

struct Content {
    model::Sha256 sha256{};
    std::uint64_t size = 0;
    bool operator==(const Content&) const = default;
};

/// From the hash of a content to the key that opens its file.
using KeyOf = std::function<storage::KeyBytes(const model::Sha256&)>;

/// Writes one file, hashes it, and syncs it at the end. Not finished: the file is removed.
class SealedWriter final {
  public:
    SealedWriter();
    ~SealedWriter();
    SealedWriter(const SealedWriter&) = delete;
    SealedWriter& operator=(const SealedWriter&) = delete;

    /// `path` must not exist yet.
    [[nodiscard]] storage::Result<void> open(std::string path);
    [[nodiscard]] storage::Result<void> write(std::string_view bytes);
    /// All is on the disk, under its first name.
    [[nodiscard]] storage::Result<Content> finish(const KeyOf& key_of);

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::uint64_t size() const { return size_; }

  private:
    struct Ciphers;
    [[nodiscard]] storage::Result<void> seal_chunk(bool last);

    std::unique_ptr<Ciphers> ciphers_;
    std::string path_;
    storage::Descriptor file_;
    std::string held_;    // clear bytes of the chunk under way: the last one is known late
    std::string sealed_;  // reused
    std::uint64_t chunk_ = 0;
    std::uint64_t size_ = 0;
    bool finished_ = false;
};

class SealedReader final {
  public:
    SealedReader() = default;
    /// Errc::not_found; Errc::corrupt: another content's, damaged or cut.
    [[nodiscard]] storage::Result<void> open(const std::string& path, const Content& content,
                                             const storage::KeyBytes& key);
    /// The bytes from `offset` to the end of its chunk; empty at the end of the content.
    [[nodiscard]] storage::Result<std::string> read(std::uint64_t offset) const;
    [[nodiscard]] std::uint64_t size() const { return size_; }

  private:
    storage::Descriptor file_;
    storage::KeyBytes key_{};
    std::uint64_t size_ = 0;
};

}  // namespace postern::media
