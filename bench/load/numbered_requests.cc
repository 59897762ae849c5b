// Marks are found once; a request is made by writing ten digits at each.
#include "bench/load/numbered_requests.h"

#include <algorithm>
#include <string_view>

namespace postern::load {
namespace {

constexpr std::size_t digits = 10;

void write_decimal(std::uint64_t value, char* to) {
    for (std::size_t i = digits; i > 0; --i, value /= 10) {
        to[i - 1] = static_cast<char>('0' + value % 10);
    }
}

}  // namespace

NumberedRequests::NumberedRequests(const NumberedOptions& options) : options_(options) {
    const std::size_t head = options_.text.find("\r\n\r\n");
    std::string text = std::move(options_.text);
    std::size_t body_at = std::string::npos;
    for (std::size_t at = 0; at < text.size();) {
        if (at == head) {
            body_at = blank_.size() + 4;
        }
        const std::string_view rest = std::string_view(text).substr(at);
        const auto mark = [&](std::string_view word, Field field) {
            if (!rest.starts_with(word)) return false;
            marks_.push_back({blank_.size(), field});
            blank_.append(digits, '0');
            at += word.size();
            if (field == Field::next) ++numbers_each_;
            return true;
        };
        if (mark("@N@", Field::next) || mark("@M@", Field::same) || mark("@TO@", Field::recipient))
            continue;
        blank_ += text[at++];
    }
    if (body_at == std::string::npos) return;
    body_bytes_ = blank_.size() - body_at;
    if (body_bytes_ == 0) return;
    const std::string length = "\r\nContent-Length: " + std::to_string(body_bytes_);
    const std::size_t insert_at = body_at - 4;
    blank_.insert(insert_at, length);
    for (Mark& mark : marks_) {
        if (mark.at >= insert_at) mark.at += length.size();
    }
}

void NumberedRequests::write(std::size_t index, char* buffer) const {
    std::uint64_t next = options_.first + index * numbers_each_;
    std::uint64_t number = next;
    for (const Mark& mark : marks_) {
        if (mark.field == Field::next) number = next++;
        const std::uint64_t value =
            mark.field == Field::recipient
                ? options_.first_recipient + next % std::max<std::uint64_t>(1, options_.recipients)
                : number;
        write_decimal(value, buffer + mark.at);
    }
}

}  // namespace postern::load
