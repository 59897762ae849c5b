#include "gateway/media/disk_thread.h"

#include <vector>

namespace postern::media {
namespace {

/// A task is a piece of 64 KiB, or the end of a file; beyond it callers read 503.
constexpr std::size_t tasks_max = 1024;

}  // namespace

DiskThread::DiskThread() : tasks_(tasks_max), thread_([this] { run(); }) {}

DiskThread::~DiskThread() {
    stop();
}

bool DiskThread::post(std::function<void()> task) {
    return tasks_.push(std::move(task));
}

void DiskThread::post_always(std::function<void()> task) {
    tasks_.push_always(std::move(task));
}

void DiskThread::stop() {
    tasks_.close();
    if (thread_.joinable()) thread_.join();
}

void DiskThread::run() {
    std::vector<std::function<void()>> batch;
    while (tasks_.drain(batch)) {
        for (auto& task : batch) {
            task();
            task = nullptr;  // what it holds ends in order, too
        }
        batch.clear();
    }
}

}  // namespace postern::media
