// Keeps the segments of the commit log and prepares the next one ahead.
#include "storage/segment_log_pool.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <utility>

#include "storage/failpoint.h"

namespace postern::storage {
namespace {

constexpr std::string_view name_prefix = "segment-";
constexpr std::string_view name_suffix = ".log";
constexpr std::size_t available_min = 2;  // fewer, and the store is asked to flush
constexpr std::chrono::milliseconds ask_again{20};
// About a second: each try takes room that the flush needs which would free a segment.
constexpr int create_again_waits = 50;

}  // namespace

std::string segment_name(std::uint32_t number, std::uint64_t size) {
    char name[64];
    std::snprintf(name, sizeof name, "segment-%06u-%llu.log", number,
                  static_cast<unsigned long long>(size));
    return name;
}

bool parse_segment_name(std::string_view name, std::uint32_t& number, std::uint64_t& size) {
    if (!name.starts_with(name_prefix) || !name.ends_with(name_suffix)) return false;
    const char* end = name.data() + name.size() - name_suffix.size();
    const auto first = std::from_chars(name.data() + name_prefix.size(), end, number);
    if (first.ec != std::errc() || first.ptr == end || *first.ptr != '-') return false;
    const auto second = std::from_chars(first.ptr + 1, end, size);
    return second.ec == std::errc() && second.ptr == end;
}

SegmentPool::SegmentPool(SegmentLogOptions options, Segments segments)
    : options_(std::move(options)), segments_(std::move(segments)) {
    thread_ = std::thread([this] { run(); });
}

SegmentPool::~SegmentPool() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    work_.notify_all();
    thread_.join();
}

Result<Segment*> SegmentPool::next(Segment* full, Sequence last) {
    std::unique_lock lock(mutex_);
    if (full != nullptr) {
        full->last = last;
        full->state = last <= flushed_ ? Segment::State::free : Segment::State::waiting;
    }
    // The next segment's first group may be torn; then the one before it must still be there, or
    // nothing would say where the chain ends. So a segment never follows itself.
    full_ = full;
    disk_full_ = false;  // it may have room again
    for (;;) {
        if (Segment* segment = take_free()) {
            append_waits_ = false;
            full_ = nullptr;
            ask_ = ask_ || available() < available_min;
            work_.notify_all();
            return segment;
        }
        if (failure_.failed()) return failure_;
        append_waits_ = true;
        ask_ = ask_ || available() < available_min;
        work_.notify_all();
        freed_.wait(lock);
    }
}

void SegmentPool::retire(Sequence flushed) {
    const std::lock_guard lock(mutex_);
    flushed_ = std::max(flushed_, flushed);
    for (const auto& segment : segments_) {
        if (segment->state == Segment::State::waiting && segment->last <= flushed_) {
            segment->state = Segment::State::free;
        }
    }
    freed_.notify_all();
    work_.notify_all();
}

SegmentPool::Counters SegmentPool::counters() const {
    const std::lock_guard lock(mutex_);
    const auto waiting = std::count_if(segments_.begin(), segments_.end(), [](const auto& segment) {
        return segment->state == Segment::State::waiting;
    });
    return {segments_.size(), static_cast<std::uint64_t>(waiting)};
}

bool SegmentPool::usable(const Segment& segment) const {
    return segment.state == Segment::State::free && &segment != full_;
}

// The one with the oldest content; none of what is in it is needed any more.
Segment* SegmentPool::take_free() {
    Segment* oldest = nullptr;
    for (const auto& segment : segments_) {
        if (!usable(*segment)) continue;
        if (oldest == nullptr || segment->last < oldest->last) oldest = segment.get();
    }
    if (oldest != nullptr) oldest->state = Segment::State::current;
    return oldest;
}

std::size_t SegmentPool::free_count() const {
    return static_cast<std::size_t>(
        std::count_if(segments_.begin(), segments_.end(),
                      [this](const auto& segment) { return usable(*segment); }));
}

bool SegmentPool::can_create() const {
    return !failure_.failed() && !disk_full_ && segments_.size() < options_.segments_max;
}

std::size_t SegmentPool::available() const {
    return free_count() + (can_create() ? options_.segments_max - segments_.size() : 0);
}

void SegmentPool::run() {
    std::unique_lock lock(mutex_);
    while (!stop_) {
        if (append_waits_) look_at_store(lock);
        if (stop_) return;  // told while the lock was free: nobody will tell again
        if (waits_ >= create_again_waits) disk_full_ = false;
        if (free_count() == 0 && can_create()) {
            create(lock);
        } else if (ask_ && options_.want_flush) {
            ask_for_flush(lock);
        } else if (append_waits_) {
            work_.wait_for(lock, ask_again);  // the disk may get room, or the store break
            ++waits_;
        } else {
            work_.wait(lock);
        }
    }
}

// A store that has failed retires nothing any more: append() shall not wait for it for ever.
void SegmentPool::look_at_store(std::unique_lock<std::mutex>& lock) {
    if (!options_.store_failed || failure_.failed()) return;
    lock.unlock();
    const bool failed = options_.store_failed();
    lock.lock();
    if (!failed) return;
    failure_ = Errc::io;
    freed_.notify_all();
}

void SegmentPool::ask_for_flush(std::unique_lock<std::mutex>& lock) {
    ask_ = false;
    lock.unlock();
    options_.want_flush();
    lock.lock();
    // The flush may have come before the applier had reached the end of a segment: ask again for as
    // long as append() waits, but not in a tight loop.
    const auto settled = [this] { return stop_ || !append_waits_ || free_count() > 0; };
    if (work_.wait_for(lock, ask_again, settled)) return;
    ask_ = true;
    ++waits_;
}

void SegmentPool::create(std::unique_lock<std::mutex>& lock) {
    std::uint32_t number = 0;
    for (const auto& segment : segments_) number = std::max(number, segment->number);
    lock.unlock();
    auto made = make(number + 1);
    lock.lock();
    if (made) {
        segments_.push_back(std::move(*made));
    } else if (made.error() == Errc::full && segments_.size() >= available_min) {
        disk_full_ = true;
        waits_ = 0;
    } else {
        failure_ = made.error();
    }
    freed_.notify_all();
}

Result<std::unique_ptr<Segment>> SegmentPool::make(std::uint32_t number) {
    if (failpoint_fails("segment.create")) return Errc::io;
    auto segment = std::make_unique<Segment>();
    segment->number = number;
    segment->path = options_.path + "/" + segment_name(number, options_.segment_bytes);
    if (auto created = options_.files->create(segment->path, options_.segment_bytes); !created) {
        return created.error();
    }
    auto file = options_.files->open(segment->path, options_.sync);
    if (!file) return file.error();
    segment->file = std::move(*file);
    return segment;
}

}  // namespace postern::storage
