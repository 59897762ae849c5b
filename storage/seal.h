// Encryption at rest: AES-256-GCM per value, a key per part, keys wrapped by the master key.
//
//   envelope := version(u8=1) kind(u8) key_id(u64 BE) nonce(12) ciphertext tag(16)      kind 1, 2
//             | version(u8=1) kind(u8=0) bytes                                          kind 0:
//             plain
//   kind 1: the workspace key of generation key_id; kind 2: the key of part key_id
//   associated data := version kind key_id family(u8) row key (so a value cannot be moved to
//   another row, nor be taken for one of another key); of a wrapped part key: part(u64 BE)
//
// A nonce is epoch(u32) | counter(u64): unique for a key because an epoch is used by one process.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "storage/errc.h"
#include "storage/keys.h"

namespace postern::storage {

using KeyBytes = std::array<std::uint8_t, 32>;

/// Kind plain is not authenticated: whoever reads a row that must be sealed checks the kind.
enum class SealKind : std::uint8_t { plain = 0, workspace = 1, part = 2 };

struct EnvelopeHead {
    SealKind kind = SealKind::plain;
    std::uint64_t key_id = 0;
};

[[nodiscard]] Result<EnvelopeHead> read_head(std::string_view envelope);

/// Seals and opens with reused cipher contexts. One per thread; what is const may be called by any.
/// `out` and `clear` are overwritten, keeping their room; `clear` is empty after an error.
class Sealer final {
  public:
    /// Domain-separated keys are derived from the 32-byte master key (HKDF-SHA256).
    explicit Sealer(const KeyBytes& master);
    ~Sealer();

    void seal_workspace(const RowKey& key, std::uint32_t epoch, std::uint64_t counter,
                        std::string_view clear, std::string& out);
    void seal_part(const RowKey& key, std::uint64_t part, const KeyBytes& part_key,
                   std::uint32_t epoch, std::uint64_t counter, std::string_view clear,
                   std::string& out);
    static void plain(std::string_view clear, std::string& out);

    /// `part_key` is needed for kind part only. A wrong key or a changed byte is Errc::corrupt.
    [[nodiscard]] Result<void> open(const RowKey& key, std::string_view envelope,
                                    const KeyBytes* part_key, std::string& clear);

    /// A part's key under the workspace key: 12 nonce + 32 + 16 tag bytes.
    [[nodiscard]] std::string wrap(const KeyBytes& part_key, std::uint64_t part,
                                   std::uint32_t epoch, std::uint64_t counter);
    [[nodiscard]] Result<KeyBytes> unwrap(std::string_view wrapped, std::uint64_t part);

    /// Keyed 128-bit hash for keys and fingerprints; the same for the life of a workspace.
    [[nodiscard]] Blind blind(std::string_view domain, std::string_view value) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace postern::storage
