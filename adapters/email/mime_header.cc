#include "adapters/email/mime_header.h"

#include <algorithm>
#include <array>

#include "adapters/email/email_text.h"
#include "adapters/email/mime_gmime.h"
#include "adapters/email/mime_words.h"
#include "adapters/shared/utf8.h"

namespace postern::adapters::email {
namespace {

constexpr std::size_t list_max = 100;
constexpr std::size_t value_max = 64 * 1024;
constexpr std::size_t address_max = 320;
constexpr std::size_t parsed_max = 16 * 1024;  // of a text that GMime reads as addresses
constexpr std::size_t field_max = 8 * 1024;    // of a header line that GMime reads
constexpr int colons_max = 200;

/// Line ends and tabs become blanks, NUL ends what C would read.
std::string one_line(std::string_view raw) {
    std::string out(raw.substr(0, value_max));
    std::erase(out, '\r');
    for (char& c : out) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    }
    return std::string(trim(out));
}

void add(InternetAddressList* list, std::vector<Mailbox>& out) {
    for (int i = 0; i < internet_address_list_length(list) && out.size() < list_max; ++i) {
        InternetAddress* const one = internet_address_list_get_address(list, i);
        if (INTERNET_ADDRESS_IS_GROUP(one)) {
            add(internet_address_group_get_members(INTERNET_ADDRESS_GROUP(one)), out);
            continue;
        }
        const char* const address =
            internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one));
        const char* const name = internet_address_get_name(one);
        Mailbox box{name == nullptr ? "" : one_line(shared::valid_utf8(name)),
                    plain_address(address == nullptr ? "" : address)};
        if (!box.address.empty()) out.push_back(std::move(box));
    }
}

/// The last resort: whatever has an at sign between blanks.
std::string any_address(std::string_view text) {
    std::size_t end = 0;
    // What one word with several at signs is not once, it is not for the next of them either.
    for (std::size_t at = text.find('@'); at != text.npos; at = text.find('@', end)) {
        constexpr std::string_view ends = " \t,;:<>()[]\"'";
        const std::string_view before = text.substr(end, at - end);
        const std::size_t begin = before.find_last_of(ends);
        const std::size_t from = end + (begin == text.npos ? 0 : begin + 1);
        end = std::min(text.find_first_of(ends, at), text.size());
        std::string found = plain_address(text.substr(from, end - from));
        if (!found.empty()) return found;
    }
    return {};
}

bool is_white(char c) {
    return static_cast<unsigned char>(c) <= 0x20;
}

bool begins_parsed_field(std::string_view text) {
    // clang-format off
    static constexpr std::array<std::string_view, 32> names = {
        "from", "sender", "reply-to", "to", "cc", "bcc", "resent-from", "resent-sender",
        "resent-reply-to", "resent-to", "resent-cc", "resent-bcc", "return-path",
        "return-receipt-to", "errors-to", "delivered-to", "envelope-to", "x-original-to",
        "apparently-to", "mail-followup-to", "mail-reply-to", "disposition-notification-to",
        "subject", "date", "message-id", "content-type", "content-disposition", "content-id",
        "content-description", "content-location", "content-transfer-encoding", "content-md5"};
    // clang-format on
    const auto* const name_end =
        std::ranges::find_if(text.substr(0, 32), [](char c) { return c == ':' || is_white(c); });
    const auto size = static_cast<std::size_t>(name_end - text.data());
    const std::string_view name = text.substr(0, size);
    if (std::ranges::none_of(names, [&](auto one) { return same(one, name); })) return false;
    const auto* const colon = std::ranges::find_if_not(text.substr(size), is_white);
    return colon != text.data() + text.size() && *colon == ':';
}

/// With its folds and its line feed.
std::string_view whole_line(std::string_view text) {
    std::size_t end = text.find('\n');
    while (end != text.npos && end + 1 < text.size() &&
           (text[end + 1] == ' ' || text[end + 1] == '\t'))
        end = text.find('\n', end + 1);
    return text.substr(0, end == text.npos ? text.size() : end + 1);
}

/// How much of a header line may stay, up to the end of an address where there is one.
std::size_t bearable(std::string_view line) {
    std::size_t keep = 0;
    for (int colons = 0; keep < line.size(); ++keep) {
        if (keep == field_max || (line[keep] == ':' && ++colons > colons_max)) break;
    }
    if (keep == line.size()) return keep;
    const std::size_t comma = line.substr(0, keep).rfind(',');
    if (comma != line.npos && keep - comma <= address_max) keep = comma;
    while (keep > 0 && is_white(line[keep - 1])) --keep;
    return keep;
}

}  // namespace

std::string decoded_words(std::string_view raw) {
    const std::string line = one_line(raw);
    const bool plain =
        std::ranges::none_of(line, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    if (plain && line.find("=?") == line.npos) return line;
    return one_line(words_text(line));
}

std::string plain_address(std::string_view text) {
    text = trim(text);
    if (begins(text, "mailto:")) text.remove_prefix(7);
    while (text.starts_with('<') || text.starts_with('\'')) text.remove_prefix(1);
    while (text.ends_with('>') || text.ends_with('\'') || text.ends_with('.'))
        text.remove_suffix(1);
    const std::size_t at = text.rfind('@');
    if (at == text.npos || at == 0 || at + 1 == text.size() || text.size() > address_max) return {};
    const bool odd = std::ranges::any_of(text, [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '<' || c == '>' ||
               c == ',' || c == ';';
    });
    std::string out = lower(text);
    return odd || shared::valid_utf8(out) != out ? std::string{} : out;
}

std::vector<Mailbox> mailboxes(std::string_view raw) {
    std::vector<Mailbox> out;
    const std::string line = words_merged(one_line(raw));
    if (line.empty()) return out;
    GMimeParserOptions* const options = mime_options();
    const bool parsed = line.size() <= parsed_max && std::ranges::count(line, ':') <= colons_max;
    if (Owned<InternetAddressList> list{
            !parsed ? nullptr : internet_address_list_parse(options, line.c_str())})
        add(list.get(), out);
    if (!out.empty()) return out;
    const std::string words = decoded_words(line);
    std::string found = any_address(words);
    if (!found.empty()) out.push_back({{}, std::move(found)});
    return out;
}

std::vector<std::string> message_ids(std::string_view raw) {
    std::vector<std::string> out;
    std::string line = shared::valid_utf8(one_line(raw));
    std::string_view rest = line;
    const bool brackets = rest.find('<') != rest.npos;
    while (!rest.empty() && out.size() < list_max) {
        const std::size_t begin = brackets ? rest.find('<') : rest.find_first_not_of(" ,");
        if (begin == rest.npos) break;
        rest.remove_prefix(begin + (brackets ? 1 : 0));
        const std::size_t end = std::min(rest.find_first_of(brackets ? ">" : " ,"), rest.size());
        std::string id(trim(rest.substr(0, end)));
        // Folded in the middle by a mailer that counts columns.
        std::erase(id, ' ');
        if (!id.empty() && id.size() <= 998) out.push_back(std::move(id));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
}

std::optional<Instant> mail_date(std::string_view raw) {
    const std::string line = one_line(raw);
    if (line.empty()) return std::nullopt;
    (void)mime_options();
    GDateTime* const date = g_mime_utils_header_decode_date(line.c_str());
    if (date == nullptr) return std::nullopt;
    const gint64 seconds = g_date_time_to_unix(date);
    g_date_time_unref(date);
    return Instant(std::chrono::seconds(seconds));
}

std::optional<std::string> bounded_headers(std::string_view message) {
    std::string out;
    std::size_t copied = 0;
    for (std::size_t at = 0; at < message.size();) {
        const std::string_view rest = message.substr(at);
        if (!begins_parsed_field(rest)) {
            at += std::min(rest.find('\n'), rest.size() - 1) + 1;
            continue;
        }
        const std::string_view line = whole_line(rest);
        const std::size_t keep = bearable(line);
        if (keep < line.size()) {
            out.append(message.substr(copied, at + keep - copied));
            out.append(line.ends_with("\r\n") ? "\r\n" : "\n");
            copied = at + line.size();
        }
        at += line.size();
    }
    if (copied == 0) return std::nullopt;
    out.append(message.substr(copied));
    return out;
}

std::vector<MailHeader> header_lines(std::string_view block) {
    std::vector<MailHeader> out;
    for (const std::string_view line : lines_of(block)) {
        if (line.empty()) {
            if (out.empty()) continue;
            break;
        }
        const bool folded = line.front() == ' ' || line.front() == '\t';
        if (folded && !out.empty()) {
            out.back().value.append(" ").append(trim(line));
            continue;
        }
        const std::size_t colon = line.find(':');
        if (colon == line.npos || colon == 0 || out.size() == 1000) continue;
        out.push_back(
            {std::string(trim(line.substr(0, colon))), std::string(trim(line.substr(colon + 1)))});
    }
    return out;
}

}  // namespace postern::adapters::email
