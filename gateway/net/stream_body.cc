#include "gateway/net/stream_body.h"

#include <charconv>
#include <utility>

namespace postern::net {
namespace {

constexpr std::size_t waiting_bytes_max = 256 * 1024;

}  // namespace

StreamBody::StreamBody(bool chunked, bool discard, std::function<void()> wake)
    : chunked_(chunked), discard_(discard), wake_(std::move(wake)) {}

bool StreamBody::write(std::string bytes) {
    if (closed_ || finished_ || discard_) return false;
    if (bytes.empty()) return true;  // an empty chunk would end the body
    // One piece is always taken when nothing waits, so that a long one is not refused for ever.
    if (waiting_bytes() > 0 && waiting_bytes() + bytes.size() > waiting_bytes_max) return false;
    if (chunked_) {
        char digits[16];
        const auto end = std::to_chars(digits, digits + sizeof digits, bytes.size(), 16).ptr;
        pending_.append(digits, end).append("\r\n").append(bytes).append("\r\n");
    } else {
        pending_.append(bytes);
    }
    if (wake_) wake_();
    return true;
}

void StreamBody::finish() {
    if (finished_) return;
    finished_ = true;
    on_close_ = nullptr;
    if (!closed_ && wake_) wake_();
}

void StreamBody::on_close(std::function<void()> callback) {
    if (closed_ && !finished_) return callback();
    if (!finished_) on_close_ = std::move(callback);
}

bool StreamBody::take(std::string& out) {
    out.clear();
    out.swap(pending_);
    in_flight_bytes_ = out.size();
    return !out.empty();
}

void StreamBody::close() {
    if (closed_) return;
    closed_ = true;
    pending_.clear();
    in_flight_bytes_ = 0;
    wake_ = nullptr;
    // The callback may hold the last reference to this: it runs after all else is done.
    const auto callback = std::exchange(on_close_, nullptr);
    if (callback && !finished_) callback();
}

void StreamBody::close_for_drain() {
    if (closed_ || finished_) return;
    const auto callback = std::exchange(on_close_, nullptr);
    if (callback) callback();
    finish();
}

}  // namespace postern::net
