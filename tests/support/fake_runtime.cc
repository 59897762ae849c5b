// The loop, the rows and the signal of tests that need no threads.
#include "tests/support/fake_runtime.h"

#include <algorithm>

namespace postern::testing {

std::function<void()> FakeThread::after(std::chrono::milliseconds delay,
                                        std::function<void()> task) {
    const std::uint64_t id = ++next_id_;
    timers_.push_back({clock_ + delay, id, std::move(task)});
    return [this, id] { std::erase_if(timers_, [id](const Timer& t) { return t.id == id; }); };
}

void FakeThread::run() {
    while (!tasks_.empty()) {
        const auto task = std::move(tasks_.front());
        tasks_.pop_front();
        task();
    }
}

void FakeThread::advance(std::chrono::milliseconds by) {
    const auto end = clock_ + by;
    run();
    while (true) {
        const auto next = std::min_element(timers_.begin(), timers_.end(), [](auto& a, auto& b) {
            return std::pair(a.at, a.id) < std::pair(b.at, b.id);
        });
        if (next == timers_.end() || next->at > end) break;
        clock_ = std::max(clock_, next->at);
        const auto task = std::move(next->task);
        timers_.erase(next);
        task();
        run();
    }
    clock_ = end;
}

model::Now FakeThread::now() const {
    return {start + clock_, clock_};
}

void FakeReader::put(const storage::RowKey& key, model::Record record) {
    rows_[key] = std::make_shared<const model::Record>(std::move(record));
    if (key.family == storage::Family::seq) {
        applied_ = std::max(applied_, storage::keys::trailing_u64(key.view()));
    }
}

void FakeReader::put_erased(const storage::RowKey& key) {
    put(key, model::NoticeRow{});
    rows_[key] = nullptr;
}

void FakeReader::put_unreadable(const storage::RowKey& key) {
    put_erased(key);
    unreadable_.insert(key);
}

void FakeReader::remove(const storage::RowKey& key) {
    rows_.erase(key);
    unreadable_.erase(key);
}

storage::Result<model::RecordPtr> FakeReader::get(const storage::RowKey& key) {
    if (broken) return storage::Errc::io;
    ++rows_read;
    if (unreadable_.contains(key)) return storage::Errc::corrupt;
    const auto found = rows_.find(key);
    return found != rows_.end() ? found->second : model::RecordPtr{};
}

storage::Result<void> FakeReader::scan(
    const storage::RowKey& from, const storage::RowKey& to,
    const std::function<bool(std::string_view, const model::RecordPtr&)>& visit) {
    if (broken) return storage::Errc::io;
    for (auto it = rows_.lower_bound(from); it != rows_.end() && it->first < to; ++it) {
        ++rows_read;
        if (!visit(it->first.view(), it->second)) break;
    }
    return {};
}

storage::Result<void> FakeReader::scan_back(
    const storage::RowKey& from, const storage::RowKey& to,
    const std::function<bool(std::string_view, const model::RecordPtr&)>& visit) {
    if (broken) return storage::Errc::io;
    for (auto it = rows_.lower_bound(to); it != rows_.begin();) {
        --it;
        if (it->first < from) break;
        ++rows_read;
        if (!visit(it->first.view(), it->second)) break;
    }
    return {};
}

storage::Blind FakeReader::blind(std::string_view domain, std::string_view value) const {
    const std::size_t a = std::hash<std::string_view>{}(domain);
    const std::size_t b = std::hash<std::string_view>{}(value);
    storage::Blind blind;
    for (std::size_t i = 0; i < 8; ++i) {
        blind.bytes[i] = static_cast<std::uint8_t>(a >> (8 * i));
        blind.bytes[8 + i] = static_cast<std::uint8_t>(b >> (8 * i));
    }
    return blind;
}

std::function<void()> FakeSignal::wait(net::IoThread& thread, model::Sequence after,
                                       std::function<void()> wake) {
    if (readable_ > after) {
        thread.post(std::move(wake));
        return [] {};
    }
    const std::uint64_t id = ++next_id_;
    const auto waiter = std::make_shared<Waiter>(Waiter{&thread, after, std::move(wake)});
    waiters_.emplace(id, waiter);
    // Like the real one, the cancel function keeps the waiter: who never drops it is never
    // destroyed.
    return [this, id, waiter] { waiters_.erase(id); };
}

void FakeSignal::raise(model::Sequence readable) {
    readable_ = std::max(readable_, readable);
    for (auto it = waiters_.begin(); it != waiters_.end();) {
        if (it->second->after >= readable_) {
            ++it;
            continue;
        }
        it->second->thread->post([waiter = it->second] { waiter->wake(); });
        it = waiters_.erase(it);
    }
}

}  // namespace postern::testing
