#include "gateway/media/multipart.h"

#include <algorithm>

namespace postern::media {
namespace {

constexpr std::size_t head_bytes_max = 8 * 1024;

bool same_word(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) {
        const auto low = [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        };
        return low(x) == low(y);
    });
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
}

/// Up to the next ';' outside of quotes.
std::string_view next_part(std::string_view& rest) {
    bool quoted = false;
    std::size_t at = 0;
    for (; at < rest.size(); ++at) {
        if (quoted && rest[at] == '\\') {
            ++at;
        } else if (rest[at] == '"') {
            quoted = !quoted;
        } else if (rest[at] == ';' && !quoted) {
            break;
        }
    }
    const std::string_view part = rest.substr(0, at);
    rest.remove_prefix(std::min(rest.size(), at + 1));
    return part;
}

std::string unquoted(std::string_view value) {
    if (value.size() < 2 || !value.starts_with('"') || !value.ends_with('"'))
        return std::string(value);
    value = value.substr(1, value.size() - 2);
    std::string out;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] == '\\' && i + 1 < value.size()) ++i;
        out += value[i];
    }
    return out;
}

}  // namespace

std::string header_parameter(std::string_view value, std::string_view name) {
    (void)next_part(value);
    while (!value.empty()) {
        const std::string_view part = trimmed(next_part(value));
        const std::size_t equals = part.find('=');
        if (equals == std::string_view::npos) continue;
        if (same_word(trimmed(part.substr(0, equals)), name))
            return unquoted(trimmed(part.substr(equals + 1)));
    }
    return {};
}

std::string MultipartFile::boundary_of(std::string_view content_type) {
    const std::string_view type = trimmed(content_type.substr(0, content_type.find(';')));
    if (!same_word(type, "multipart/form-data")) return {};
    std::string boundary = header_parameter(content_type, "boundary");
    if (boundary.size() > 70) boundary.clear();
    return boundary;
}

MultipartFile::State MultipartFile::feed(std::string_view bytes, std::string& file) {
    held_.append(bytes);
    while (step(file)) {
    }
    if (at_ == At::broken) return State::malformed;
    if (at_ != At::end) return State::more;
    held_.clear();
    return found_ ? State::done : State::malformed;
}

/// False: more bytes are needed, or it is over.
bool MultipartFile::step(std::string& file) {
    switch (at_) {
        case At::content: {
            const std::size_t at = held_.find(delimiter_);
            // What may be the beginning of a delimiter stays.
            const std::size_t kept = std::min(held_.size(), delimiter_.size() - 1);
            const std::size_t sure = at == std::string::npos ? held_.size() - kept : at;
            if (inside_) file.append(held_, 0, sure);
            held_.erase(0, at == std::string::npos ? sure : at + delimiter_.size());
            if (at == std::string::npos) return false;
            inside_ = false;
            at_ = At::after_delimiter;
            return true;
        }
        case At::after_delimiter:
            if (held_.size() < 2) return false;
            at_ = held_.starts_with("--") ? At::end : At::head;
            if (at_ == At::head && !held_.starts_with("\r\n")) at_ = At::broken;
            return at_ == At::head;
        case At::head: {
            // Begins with the line break behind the delimiter: an empty head is "\r\n\r\n", too.
            const std::size_t end = held_.find("\r\n\r\n");
            if (end == std::string::npos) {
                // The same limit however the body was cut: the end may be four bytes short.
                if (held_.size() > head_bytes_max + 4) at_ = At::broken;
                return false;
            }
            if (end > head_bytes_max) {
                at_ = At::broken;
                return false;
            }
            const bool good = read_head(std::string_view(held_).substr(0, end));
            held_.erase(0, end + 4);
            at_ = good ? At::content : At::broken;
            return good;
        }
        case At::end:
        case At::broken:
            return false;
    }
    return false;
}

bool MultipartFile::read_head(std::string_view head) {
    std::string disposition;
    std::string type;
    while (!head.empty()) {
        const std::size_t end = head.find("\r\n");
        const std::string_view line = head.substr(0, end);
        head.remove_prefix(end == std::string_view::npos ? head.size() : end + 2);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        const std::string_view name = trimmed(line.substr(0, colon));
        if (same_word(name, "content-disposition")) disposition = trimmed(line.substr(colon + 1));
        if (same_word(name, "content-type")) type = trimmed(line.substr(colon + 1));
    }
    inside_ = header_parameter(disposition, "name") == "file";
    if (!inside_) return true;
    if (found_) return false;
    found_ = true;
    content_type_ = std::move(type);
    filename_ = header_parameter(disposition, "filename");
    return true;
}

}  // namespace postern::media
