// The bytes of a streamed answer between the handler that writes and the session that sends
// (private header). One thread; neither side waits for the other.
#pragma once

#include <functional>
#include <string>

#include "gateway/net/http.h"

namespace postern::net {

/// Life: shared by the handler (as BodyStream) and the session's coroutine.
class StreamBody final : public BodyStream {
  public:
    /// `wake` tells the session that something changed; dropped with close().
    StreamBody(bool chunked, bool discard, std::function<void()> wake);

    [[nodiscard]] bool write(std::string bytes) override;
    void finish() override;
    [[nodiscard]] std::size_t waiting_bytes() const override {
        return pending_.size() + in_flight_bytes_;
    }
    void on_close(std::function<void()> callback) override;

    /// For the session: moves what waits into `out`, framed; false if nothing does.
    [[nodiscard]] bool take(std::string& out);
    [[nodiscard]] bool finished() const { return finished_; }
    [[nodiscard]] bool chunked() const { return chunked_; }
    /// The connection is gone or going: no more writes, the callback runs once unless the handler
    /// has finished itself.
    void close();
    /// The server drains: the handler is told, what waits is still sent, then the answer ends.
    void close_for_drain();

  private:
    bool chunked_;
    bool discard_;  // HEAD: the head is all that is sent
    bool finished_ = false;
    bool closed_ = false;
    std::size_t in_flight_bytes_ = 0;
    std::string pending_;
    std::function<void()> wake_;
    std::function<void()> on_close_;
};

}  // namespace postern::net
