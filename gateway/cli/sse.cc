// The line discipline of event streams: CR, LF and CRLF end a line, an empty line ends an event.
#include "gateway/cli/sse.h"

namespace postern::cli {
namespace {

constexpr std::size_t line_bytes_max = 4u * 1024 * 1024;

}  // namespace

bool SseParser::feed(std::string_view piece, const std::function<void(const SseEvent&)>& event) {
    for (const char c : piece) {
        if (c == '\n' && after_cr_) {
            after_cr_ = false;
            continue;
        }
        after_cr_ = c == '\r';
        if (c != '\n' && c != '\r') {
            line_ += c;
            if (line_.size() > line_bytes_max) return false;
            continue;
        }
        const std::string line = std::move(line_);
        line_.clear();
        take_line(line, event);
    }
    return true;
}

void SseParser::take_line(std::string_view line,
                          const std::function<void(const SseEvent&)>& event) {
    if (line.empty()) {
        if (has_data_) event(event_);
        event_.type.clear();
        event_.data.clear();
        has_data_ = false;
        return;
    }
    const std::size_t colon = line.find(':');
    if (colon == 0) return;  // a comment: the daemon's keep-alive
    const std::string_view field = line.substr(0, colon);
    std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
    if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    if (field == "data") {
        if (has_data_) event_.data += '\n';
        event_.data += value;
        has_data_ = true;
    } else if (field == "id") {
        event_.id = value;
    } else if (field == "event") {
        event_.type = value;
    }
}

}  // namespace postern::cli
