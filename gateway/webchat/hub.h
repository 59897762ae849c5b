// Where a visitor's open windows are: a table a thread, so that nothing is shared; what is for a
// visitor is posted to each thread and meets those windows that are there. A window that was not
// reached reads the store when it comes back.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/model/ids.h"
#include "gateway/model/seq_head.h"
#include "gateway/net/io_thread.h"

namespace postern::webchat {

/// For all windows of one visitor.
struct Push {
    std::string frame;
    model::Sequence message = 0;   // of ours, which a window may then acknowledge; 0: none
    const void* except = nullptr;  // the window that it came from
};

/// One open window; on its thread only.
class Window {
  public:
    virtual ~Window() = default;
    virtual void push(const Push& push) = 0;
};

class Hub final {
  public:
    /// The pool outlives what is posted.
    explicit Hub(net::IoPool& pool);

    /// On `thread`. False: the visitor has as many windows here as one may (doc: five). leave()
    /// follows a true, before the window ends.
    [[nodiscard]] bool join(net::IoThread& thread, model::AccountNumber account,
                            std::string_view visitor, Window& window);
    void leave(net::IoThread& thread, model::AccountNumber account, std::string_view visitor,
               const Window& window);

    /// Any thread.
    void push(model::AccountNumber account, std::string_view visitor, Push push);

    /// Windows that are open. Any thread.
    [[nodiscard]] std::uint64_t open() const { return open_.load(std::memory_order_relaxed); }

    static constexpr std::size_t windows_max = 5;

  private:
    using Bench = std::unordered_multimap<std::string, Window*>;
    [[nodiscard]] static std::string key_of(model::AccountNumber account, std::string_view visitor);

    net::IoPool& pool_;
    std::atomic<std::uint64_t> open_{0};
    std::vector<std::shared_ptr<Bench>> benches_;  // by thread; each belongs to its thread
};

}  // namespace postern::webchat
