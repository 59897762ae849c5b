// A medium as an HTTP answer: type, disposition, one range, and the bytes read while they are sent.
// The same on the API and on the public port.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/media/disk_thread.h"
#include "gateway/media/store.h"
#include "gateway/model/media.h"
#include "gateway/net/http.h"
#include "gateway/net/io_thread.h"

namespace postern::media {

struct ByteRange {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    bool operator==(const ByteRange&) const = default;
};

struct RangeAsked {
    bool asked = false;              // else: the whole
    std::optional<ByteRange> range;  // asked and nothing here: 416
};
/// RFC 9110, 14: one range of bytes. Other units and several ranges count as not asked.
[[nodiscard]] RangeAsked read_range(std::string_view header, std::uint64_t size);

enum class Unserved : unsigned char { none, gone, damaged, busy };

/// `done` comes on `thread`: 200, 206, 304 or 416 with its body to come; nothing if the file cannot
/// be read (`why` says so). `request`'s views need not outlive the call.
void serve(DiskThread& disk, const MediaStore& store, const model::MediaRow& row,
           const net::Request& request, net::IoThread& thread,
           std::function<void(std::optional<net::Response>, Unserved why)> done);

/// The clear bytes of an open file from `offset` on, read piece by piece on the media thread.
[[nodiscard]] std::shared_ptr<net::BodySource> source_of(DiskThread& disk,
                                                         std::unique_ptr<SealedReader> reader,
                                                         std::uint64_t offset = 0);

[[nodiscard]] std::string hex(const model::Sha256& sha256);

}  // namespace postern::media
