// The thread on which media are read and written: a slow disk holds up uploads and downloads, never
// a webhook, an event or another query. Tasks run in the order in which they were posted.
#pragma once

#include <functional>
#include <thread>

#include "gateway/runtime/mailbox.h"

namespace postern::media {

class DiskThread final {
  public:
    DiskThread();
    ~DiskThread();
    DiskThread(const DiskThread&) = delete;
    DiskThread& operator=(const DiskThread&) = delete;

    /// Any thread. False: too much waits, or it was stopped; the task will not run.
    [[nodiscard]] bool post(std::function<void()> task);
    /// For what must run after what was taken: closing and removing files. Dropped once stopped.
    void post_always(std::function<void()> task);
    /// Runs what waits, then ends. Main thread, once.
    void stop();

  private:
    void run();

    runtime::Mailbox<std::function<void()>> tasks_;
    std::thread thread_;
};

}  // namespace postern::media
