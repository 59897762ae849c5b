#include "adapters/email/imap_reply.h"

#include <algorithm>
#include <charconv>

#include "adapters/email/email_text.h"

namespace postern::adapters::email {
namespace {

constexpr int depth_max = 32;
constexpr std::size_t words_max = 200;

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = upper(c);
    return out;
}

template <class Number>
std::optional<Number> number(std::string_view text) {
    Number out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return out;
}

/// Up to the next space, which goes too.
std::string_view word_of(std::string_view& rest) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return word;
}

std::optional<ImapKind> status_kind(std::string_view word) {
    if (same(word, "OK")) return ImapKind::ok;
    if (same(word, "NO")) return ImapKind::no;
    if (same(word, "BAD")) return ImapKind::bad;
    if (same(word, "BYE")) return ImapKind::bye;
    if (same(word, "PREAUTH")) return ImapKind::preauth;
    return std::nullopt;
}

void add_words(std::string_view rest, std::vector<std::string>& words) {
    while (!rest.empty() && words.size() < words_max) {
        const std::string_view word = word_of(rest);
        if (!word.empty()) words.push_back(upper(word));
    }
}

void read_status(std::string_view rest, ImapReply& out) {
    const std::size_t close = rest.find(']');
    if (rest.starts_with('[') && close != std::string_view::npos) {
        std::string_view inside = rest.substr(1, close - 1);
        out.code = upper(word_of(inside));
        out.code_value = inside;
        rest.remove_prefix(close + 1);
        if (rest.starts_with(' ')) rest.remove_prefix(1);
        if (out.code == "CAPABILITY") add_words(inside, out.words);
    }
    out.text = rest;
}

void read_search(std::string_view rest, ImapReply& out) {
    out.kind = ImapKind::search;
    while (!rest.empty()) {
        const std::string_view word = word_of(rest);
        if (word.empty()) continue;
        // "(MODSEQ 9)" may follow the numbers, and belongs to nobody who did not ask for it.
        const auto found = number<std::uint32_t>(word);
        if (!found) return;
        out.numbers.push_back(*found);
    }
}

/// The parenthesised list of a FETCH.
class FetchList final {
  public:
    FetchList(std::string_view text, std::vector<ImapLiteral>& literals)
        : rest_(text), literals_(literals) {}

    bool read(ImapFetched& out) {
        if (!eat('(')) return false;
        while (true) {
            while (eat(' ')) {
            }
            if (eat(')')) return trim(rest_).empty();
            const std::string name = upper(attribute());
            if (name.empty() || !eat(' ') || !read_value(name, out)) return false;
        }
    }

  private:
    bool eat(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    /// A section in brackets may hold blanks and parentheses: BODY[HEADER.FIELDS (DATE)]<0>.
    std::string_view attribute() {
        std::size_t at = 0;
        bool inside = false;
        for (; at < rest_.size(); ++at) {
            const char c = rest_[at];
            if (c == '[') inside = true;
            if (c == ']') inside = false;
            if (!inside && (c == ' ' || c == '(' || c == ')' || c == '"' || c == '{')) break;
        }
        const std::string_view name = rest_.substr(0, at);
        rest_.remove_prefix(at);
        return name;
    }

    bool read_value(const std::string& name, ImapFetched& out) {
        if (name == "UID") {
            const auto uid = number<std::uint32_t>(atom());
            out.uid = uid.value_or(0);
            return uid.has_value();
        }
        if (name == "RFC822.SIZE") {
            out.size = number<std::uint64_t>(atom());
            return out.size.has_value();
        }
        if (name.starts_with("BODY[")) return string(out);
        return skip();
    }

    std::string_view atom() {
        const std::size_t end = std::min(rest_.find_first_of(" ()\"{"), rest_.size());
        const std::string_view found = rest_.substr(0, end);
        rest_.remove_prefix(end);
        return found;
    }

    bool string(ImapFetched& out) {
        if (rest_.starts_with('"')) {
            out.body.emplace();
            return quoted(&*out.body);
        }
        if (rest_.starts_with('{') || rest_.starts_with("~{")) {
            ImapLiteral* const found = literal();
            if (found == nullptr) return false;
            out.body = std::move(found->bytes);
            out.cut = found->cut;
            return true;
        }
        out.nil = same(atom(), "NIL");
        return out.nil;
    }

    bool quoted(std::string* out) {
        rest_.remove_prefix(1);
        while (!rest_.empty()) {
            char c = rest_.front();
            rest_.remove_prefix(1);
            if (c == '"') return true;
            if (c == '\\') {
                if (rest_.empty()) return false;
                c = rest_.front();
                rest_.remove_prefix(1);
            }
            if (out != nullptr) out->push_back(c);
        }
        return false;
    }

    ImapLiteral* literal() {
        const std::size_t close = rest_.find('}');
        if (close == std::string_view::npos || used_ == literals_.size()) return nullptr;
        rest_.remove_prefix(close + 1);
        return &literals_[used_++];
    }

    /// Any value, with all that is nested in it.
    bool skip() {
        int depth = 0;
        do {
            if (rest_.empty()) return false;
            if (rest_.front() == '"') {
                if (!quoted(nullptr)) return false;
            } else if (rest_.front() == '{' || rest_.starts_with("~{")) {
                if (literal() == nullptr) return false;
            } else if (eat('(')) {
                if (++depth > depth_max) return false;
            } else if (rest_.front() == ')') {
                if (depth == 0) return false;
                rest_.remove_prefix(1);
                --depth;
            } else if (eat(' ')) {
                if (depth == 0) return false;
            } else if (atom().empty()) {
                return false;
            }
        } while (depth > 0);
        return true;
    }

    std::string_view rest_;
    std::vector<ImapLiteral>& literals_;
    std::size_t used_ = 0;
};

/// What begins with a number: "12 EXISTS", "12 FETCH (…)".
bool read_numbered(std::uint32_t first, std::string_view rest, std::vector<ImapLiteral>& literals,
                   ImapReply& out) {
    const std::string_view what = word_of(rest);
    if (same(what, "EXISTS")) {
        out.kind = ImapKind::exists;
        out.numbers.push_back(first);
    } else if (same(what, "FETCH")) {
        out.kind = ImapKind::fetch;
        return FetchList(rest, literals).read(out.fetched);
    }
    return !what.empty();
}

}  // namespace

std::optional<ImapReply> imap_reply(std::string_view line, std::vector<ImapLiteral>& literals) {
    ImapReply out;
    std::string_view rest = line;
    const std::string_view tag = word_of(rest);
    if (tag.empty()) return std::nullopt;
    if (tag == "+") {
        out.kind = ImapKind::more;
        out.text = rest;
        return out;
    }
    std::string_view behind = rest;
    const std::string_view word = word_of(behind);
    if (word.empty()) return std::nullopt;
    const auto status = status_kind(word);
    if (tag != "*") {
        // A command is answered by these three alone.
        if (!status || *status == ImapKind::bye || *status == ImapKind::preauth)
            return std::nullopt;
        out.tag = tag;
    }
    if (status) {
        out.kind = *status;
        read_status(behind, out);
        return out;
    }
    if (same(word, "CAPABILITY")) {
        out.kind = ImapKind::capability;
        add_words(behind, out.words);
    } else if (same(word, "SEARCH")) {
        read_search(behind, out);
    } else if (word.front() >= '0' && word.front() <= '9') {
        const auto first = number<std::uint32_t>(word);
        if (!first || !read_numbered(*first, behind, literals, out)) return std::nullopt;
    }
    return out;
}

bool imap_has_literals(std::string_view line) {
    if (word_of(line) != "*") return false;
    return !status_kind(word_of(line));
}

}  // namespace postern::adapters::email
