// From durable effects back to the I/O threads that wait: one posted batch a thread and group.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "gateway/core/effects.h"
#include "gateway/net/io_thread.h"

namespace postern::runtime {

/// One batch of commands that somebody waits for. Made by post(), ended by the release.
struct PendingReply {
    net::IoThread* thread = nullptr;
    std::size_t expected = 0;
    std::size_t bytes = 0;  // of the commands, as admission counted them
    std::size_t received = 0;
    std::vector<core::Reply> replies;  // `expected` of them, each in its command's place
    std::function<void(const std::vector<core::Reply>&)> done;

    /// The ticket that leads back here.
    [[nodiscard]] core::Ticket ticket() {
        return {static_cast<std::uint32_t>(thread->index()), reinterpret_cast<std::uint64_t>(this),
                0};
    }
};

/// Log thread only. Collects replies; flush() hands complete batches to their threads.
class Release final {
  public:
    void add(core::Reply reply);
    /// Returns what was handed over, for admission to forget.
    struct Released {
        std::size_t replies = 0;
        std::size_t bytes = 0;
    };
    Released flush();

  private:
    std::vector<std::vector<std::unique_ptr<PendingReply>>> by_thread_;
    Released waiting_;
};

}  // namespace postern::runtime
