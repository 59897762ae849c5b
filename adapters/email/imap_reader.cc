#include "adapters/email/imap_reader.h"

#include <algorithm>
#include <charconv>

#include "adapters/email/email_text.h"

namespace postern::adapters::email {

std::optional<ImapReply> ImapReader::next() {
    while (broken_.empty()) {
        const bool moved = left_ > 0 ? take_literal() : take_line();
        if (!moved) {
            compact();
            return std::nullopt;
        }
        if (!whole_) continue;
        auto reply = imap_reply(line_, literals_);
        whole_ = false;
        line_.clear();
        literals_.clear();
        kept_ = 0;
        if (!reply) broken_ = "a line that is no IMAP response";
        return reply;
    }
    return std::nullopt;
}

/// True: it is whole.
bool ImapReader::take_literal() {
    ImapLiteral& literal = literals_.back();
    const auto here =
        static_cast<std::size_t>(std::min<std::uint64_t>(left_, waiting_.size() - at_));
    const std::size_t keep = std::min(here, literal_bytes_max_ - kept_);
    literal.bytes.append(waiting_, at_, keep);
    literal.cut |= keep < here;
    kept_ += keep;
    at_ += here;
    left_ -= here;
    return left_ == 0;
}

/// True: the line went on, or ended.
bool ImapReader::take_line() {
    const std::size_t end = waiting_.find('\n', std::max(at_, scanned_));
    if (end == std::string::npos) {
        scanned_ = waiting_.size();
        if (is_too_long(std::string_view(waiting_).substr(at_)))
            broken_ = "a response without an end";
        return false;
    }
    std::string_view segment = std::string_view(waiting_).substr(at_, end - at_);
    at_ = end + 1;
    if (!segment.ends_with('\r') || segment.find('\0') != segment.npos) {
        broken_ = "a line that ends without CR LF";
        return false;
    }
    segment.remove_suffix(1);
    if (is_too_long(segment)) {
        broken_ = "a response without an end";
        return false;
    }
    line_.append(segment);
    std::uint64_t bytes = 0;
    if (!announces(segment, bytes)) {
        whole_ = broken_.empty();
        return whole_;
    }
    if (literals_.size() == literals_max || bytes > announced_bytes_max) {
        broken_ = "a response with too many or too long strings";
        return false;
    }
    literals_.emplace_back();
    literals_.back().bytes.reserve(
        static_cast<std::size_t>(std::min<std::uint64_t>(bytes, literal_bytes_max_ - kept_)));
    left_ = bytes;
    return true;
}

bool ImapReader::is_too_long(std::string_view segment) const {
    const std::size_t bytes = line_.size() + segment.size();
    if (bytes <= line_bytes_max) return false;
    constexpr std::string_view search = "* SEARCH";
    const std::string_view begin = line_.empty() ? segment : std::string_view(line_);
    return bytes > search_bytes_max || !same(begin.substr(0, search.size()), search);
}

bool ImapReader::announces(std::string_view segment, std::uint64_t& bytes) {
    if (!segment.ends_with('}') || !imap_has_literals(line_)) return false;
    const std::size_t open = segment.rfind('{');
    if (open == std::string_view::npos) return false;
    const char* const first = segment.data() + open + 1;
    const char* const last = segment.data() + segment.size() - 1;
    const auto [stop, error] = std::from_chars(first, last, bytes);
    return first != last && stop == last && error == std::errc{};
}

/// What is done with goes, once it is worth the copy.
void ImapReader::compact() {
    if (at_ < waiting_.size() && at_ < 4096) return;
    waiting_.erase(0, at_);
    scanned_ -= std::min(scanned_, at_);
    at_ = 0;
}

void ImapReader::clear() {
    waiting_.clear();
    line_.clear();
    literals_.clear();
    at_ = scanned_ = kept_ = 0;
    left_ = 0;
    whole_ = false;
}

}  // namespace postern::adapters::email
