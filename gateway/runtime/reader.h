// Reads rows for people and apps: decoded, opened, from a consistent moment. Query threads only
// (each has its own): reads may touch the disk. Never on an I/O thread, never in the core.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/model/records.h"
#include "gateway/net/io_thread.h"
#include "storage/errc.h"
#include "storage/keys.h"

namespace postern::runtime {

/// The row's own fault (damage, a later schema): the others can be read, and reading it again will
/// not help.
[[nodiscard]] inline bool is_of_one_row(const boost::system::error_code& error) {
    return error == storage::Errc::corrupt || error == storage::Errc::schema_newer ||
           error == storage::Errc::bad_key;
}

class Reader {
  public:
    virtual ~Reader() = default;

    /// Null: no such row, or its part was erased.
    [[nodiscard]] virtual storage::Result<model::RecordPtr> get(const storage::RowKey& key) = 0;

    /// Rows of [from, to) of one family in key order until `visit` returns false. A row of an
    /// erased part is visited with a null record, and so is one that is damaged: it must not hide
    /// all behind it. An error is the store's own: the disk does not read.
    [[nodiscard]] virtual storage::Result<void> scan(
        const storage::RowKey& from, const storage::RowKey& to,
        const std::function<bool(std::string_view key, const model::RecordPtr& record)>& visit) = 0;
    /// The same from the end backwards.
    [[nodiscard]] virtual storage::Result<void> scan_back(
        const storage::RowKey& from, const storage::RowKey& to,
        const std::function<bool(std::string_view key, const model::RecordPtr& record)>& visit) = 0;

    /// Highest sequence that these reads include.
    [[nodiscard]] virtual model::Sequence applied() const = 0;

    /// Keyed hash of an address or id, as the ingress makes them (look-ups by address).
    [[nodiscard]] virtual storage::Blind blind(std::string_view domain,
                                               std::string_view value) const = 0;
};

class QueryPool {
  public:
    virtual ~QueryPool() = default;
    /// Runs `query` on a query thread once everything that was durable when this was called can be
    /// read (so a client reads its own writes). False: too many queries wait, answer 503.
    [[nodiscard]] virtual bool post(std::function<void(Reader&)> query) = 0;
};

/// Tells streams that there is something new to read. Callbacks come on the subscriber's I/O
/// thread.
class EventSignal {
  public:
    virtual ~EventSignal() = default;
    /// Highest sequence that readers can see. Any thread.
    [[nodiscard]] virtual model::Sequence readable() const = 0;
    /// Calls `wake` on `thread` once, when readable() is above `after` (at once if it is already).
    /// The returned function cancels; after it returns on `thread`, `wake` will not be called.
    [[nodiscard]] virtual std::function<void()> wait(net::IoThread& thread, model::Sequence after,
                                                     std::function<void()> wake) = 0;
};

}  // namespace postern::runtime
