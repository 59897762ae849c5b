// Who waits for something new to read: streams and long polls. Implements EventSignal.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "gateway/runtime/reader.h"

namespace postern::runtime {

class WakeList final : public EventSignal {
  public:
    [[nodiscard]] model::Sequence readable() const override { return readable_.load(); }
    [[nodiscard]] std::function<void()> wait(net::IoThread& thread, model::Sequence after,
                                             std::function<void()> wake) override;

    /// Applier thread (or log thread, where the log applies): rows up to here can be read.
    void raise(model::Sequence readable);

    /// Query threads: waits until `sequence` can be read. False after close().
    [[nodiscard]] bool wait_readable(model::Sequence sequence);
    void close();

  private:
    struct Waiter {
        net::IoThread* thread;
        model::Sequence after;
        std::function<void()> wake;
        std::atomic<bool> cancelled{false};
    };
    std::atomic<model::Sequence> readable_{0};
    std::mutex mutex_;
    std::condition_variable raised_;
    std::vector<std::shared_ptr<Waiter>> waiters_;
    bool closed_ = false;
};

}  // namespace postern::runtime
