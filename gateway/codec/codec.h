// Records to sealed bytes and back: the only place that knows both the core's structs and the
// stored form (storage/records.proto). Encoder: the log thread's. Decoder: one a reading thread.
//
//   value    := envelope                                  every row but a contact's
//   (storage/seal.h)
//             | wrapped_bytes(u8) wrapped envelope        a contact's row: hot 'c' part
//   envelope := … clear …                                 plain, or sealed by workspace or part key
//   clear    := schema(varint) kind(u8) bytes             kind and bytes: storage/records.proto
//   wrapped  := the part's key under the workspace key    Sealer::wrap; 60 bytes
//
// A contact with wrapped_bytes = 0 has no key: it was erased, its envelope is the workspace's and
// says so, and no other row of the part can be opened any more. A kind is stored under its own keys
// only, so a plain value that was moved to a key of another kind is told as well as a sealed one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/model/records.h"
#include "storage/errc.h"
#include "storage/keys.h"
#include "storage/seal.h"

namespace postern::codec {

/// Stored schema of records.proto; a reader knows all up to this one.
inline constexpr std::uint32_t schema_current = 1;

/// Exactly one for each epoch: its counter and the epoch make the nonces.
class Encoder final {
  public:
    Encoder(const storage::KeyBytes& master, std::uint32_t epoch);
    ~Encoder();

    /// `value` is overwritten. A contact's own row is sealed by its part's key, which stands
    /// wrapped beside it; every other part-sealed row by `part_key`.
    void encode(const storage::RowKey& key, const model::Record& record, storage::SealKind seal,
                model::Part part, const model::PartKey& part_key, std::string& value);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Gets the key of a part when a row needs it (its contact's row, a cache); null: erased or
/// unknown.
class PartKeySource {
  public:
    virtual ~PartKeySource() = default;
    [[nodiscard]] virtual const model::PartKey* part_key(model::Part part) = 0;
};

class Decoder final {
  public:
    explicit Decoder(const storage::KeyBytes& master);
    ~Decoder();

    /// A null record (no error): the part's key is gone, so the row is erased. A contact row needs
    /// no source. Errc::corrupt: damaged or of another row; Errc::schema_newer.
    [[nodiscard]] storage::Result<model::RecordPtr> decode(const storage::RowKey& key,
                                                           std::string_view value,
                                                           PartKeySource& keys);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace postern::codec
