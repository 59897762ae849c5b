// Server-sent events from a stream of pieces (WHATWG HTML, "Interpreting an event stream").
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace postern::cli {

struct SseEvent {
    std::string id;    // the last id seen, this event's or an earlier one's
    std::string type;  // empty: "message"
    std::string data;  // lines joined with '\n'
};

/// Pieces may end anywhere, within a line ending too. A line beyond 4 MiB ends the stream.
class SseParser final {
  public:
    /// Calls `event` for each complete event; false if the stream must be given up.
    [[nodiscard]] bool feed(std::string_view piece,
                            const std::function<void(const SseEvent&)>& event);

  private:
    void take_line(std::string_view line, const std::function<void(const SseEvent&)>& event);

    std::string line_;
    SseEvent event_;
    bool has_data_ = false;
    bool after_cr_ = false;
};

}  // namespace postern::cli
