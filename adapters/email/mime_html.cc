#include "adapters/email/mime_html.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "adapters/email/email_text.h"

namespace postern::adapters::email {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 46> entities = {{
    {"aacute", "á"}, {"acirc", "â"},  {"agrave", "à"}, {"amp", "&"},    {"apos", "'"},
    {"atilde", "ã"}, {"auml", "ä"},   {"bull", "•"},   {"ccedil", "ç"}, {"copy", "©"},
    {"deg", "°"},    {"eacute", "é"}, {"ecirc", "ê"},  {"egrave", "è"}, {"euml", "ë"},
    {"euro", "€"},   {"gt", ">"},     {"hellip", "…"}, {"iacute", "í"}, {"iexcl", "¡"},
    {"igrave", "ì"}, {"iquest", "¿"}, {"laquo", "«"},  {"ldquo", "“"},  {"lsquo", "‘"},
    {"lt", "<"},     {"mdash", "—"},  {"middot", "·"}, {"nbsp", " "},   {"ndash", "–"},
    {"ntilde", "ñ"}, {"oacute", "ó"}, {"ocirc", "ô"},  {"ograve", "ò"}, {"otilde", "õ"},
    {"ouml", "ö"},   {"quot", "\""},  {"raquo", "»"},  {"rdquo", "”"},  {"reg", "®"},
    {"rsquo", "’"},  {"szlig", "ß"},  {"trade", "™"},  {"uacute", "ú"}, {"ugrave", "ù"},
    {"uuml", "ü"},
}};

void append_code_point(std::string& out, std::uint32_t c) {
    if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = 0xFFFD;
    if (c == 0xA0) c = ' ';
    if (c < 0x20 && c != '\n' && c != '\t') return;
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | c >> 6);
        out += static_cast<char>(0x80 | (c & 63));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | c >> 12);
        out += static_cast<char>(0x80 | (c >> 6 & 63));
        out += static_cast<char>(0x80 | (c & 63));
    } else {
        out += static_cast<char>(0xF0 | c >> 18);
        out += static_cast<char>(0x80 | (c >> 12 & 63));
        out += static_cast<char>(0x80 | (c >> 6 & 63));
        out += static_cast<char>(0x80 | (c & 63));
    }
}

/// Reads what stands behind an ampersand; false: it is an ampersand.
bool append_entity(std::string_view& rest, std::string& out) {
    const std::size_t end = rest.substr(0, 12).find(';');
    if (end == rest.npos) return false;
    const std::string_view name = rest.substr(0, end);
    if (name.starts_with('#')) {
        const bool hex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
        const char* const from = name.data() + (hex ? 2 : 1);
        std::uint32_t code = 0;
        const auto [stop, error] = std::from_chars(from, name.data() + end, code, hex ? 16 : 10);
        if (error != std::errc{} || stop != name.data() + end) return false;
        append_code_point(out, code);
        rest.remove_prefix(end + 1);
        return true;
    }
    for (const auto& [word, text] : entities) {
        const bool capital = name.size() > 1 && same(word, name) && word != name;
        if (word != name && !capital) continue;
        // Á is spelled as á but for its case, and two bytes of Latin-1 apart.
        if (capital && text.size() == 2 && name[0] >= 'A' && name[0] <= 'Z' && text[0] == '\xC3') {
            out += text[0];
            out += static_cast<char>(static_cast<unsigned char>(text[1]) - 0x20);
        } else {
            out += text;
        }
        rest.remove_prefix(end + 1);
        return true;
    }
    return false;
}

struct Tag {
    std::string name;  // lower case; with a slash in front where it closes
    std::string_view attributes;
};

bool is_block(std::string_view name) {
    static constexpr std::array<std::string_view, 19> blocks = {
        "address", "article", "blockquote", "dd", "div", "dl",      "dt",    "h1", "h2", "h3",
        "h4",      "hr",      "li",         "ol", "pre", "section", "table", "tr", "ul"};
    return std::ranges::find(blocks, name) != blocks.end();
}

class Reader final {
  public:
    explicit Reader(std::string_view html) : rest_(html) {}

    std::string read() {
        while (!rest_.empty()) {
            if (rest_.front() == '<' && take_markup()) continue;
            take_text();
        }
        flush();
        return std::move(out_);
    }

  private:
    bool take_markup();
    void take_text();
    void open(const Tag& tag);
    void skip_to_end_of(std::string_view name);
    /// Ends the line under way, if it has anything.
    void end_line() {
        if (!line_.empty()) flush();
    }
    void flush() {
        std::string_view line = line_;
        while (line.ends_with(' ')) line.remove_suffix(1);
        const bool empty = line.empty();
        if (empty && (out_.empty() || blank_before_)) return line_.clear();
        for (int i = 0; i < std::min(quoted_, 20); ++i) out_ += empty ? ">" : "> ";
        out_.append(line).append("\n");
        blank_before_ = empty;
        line_.clear();
    }

    std::string_view rest_;
    std::string out_;
    std::string line_;
    int quoted_ = 0;
    int pre_ = 0;
    bool blank_before_ = false;
    bool no_more_ends_ = false;  // no «>» is left
};

void Reader::skip_to_end_of(std::string_view name) {
    const std::string end = "</" + std::string(name);
    while (!rest_.empty() && !begins(rest_, end)) {
        rest_.remove_prefix(1);
        rest_.remove_prefix(std::min(rest_.find('<'), rest_.size()));
    }
}

bool Reader::take_markup() {
    if (rest_.starts_with("<!--")) {
        const std::size_t end = rest_.find("-->");
        rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + 3);
        return true;
    }
    const char next = rest_.size() > 1 ? rest_[1] : ' ';
    const bool letter = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') ||
                        next == '/' || next == '!' || next == '?';
    if (!letter || no_more_ends_) return false;
    // What is found is taken, and that there is none is remembered: no byte is searched twice.
    const std::size_t end = rest_.find('>');
    no_more_ends_ = end == rest_.npos;
    if (no_more_ends_) return false;
    const std::string_view inside = rest_.substr(1, end - 1);
    const std::size_t name = std::min(inside.find_first_of(" \t\r\n/", 1), inside.size());
    const Tag tag{lower(inside.substr(0, name)), inside.substr(name)};
    rest_.remove_prefix(end + 1);
    open(tag);
    return true;
}

void Reader::open(const Tag& tag) {
    if (tag.name == "script" || tag.name == "style" || tag.name == "head" || tag.name == "title")
        return skip_to_end_of(tag.name);
    if (tag.name == "br") return flush();
    if (tag.name == "p" || tag.name == "/p") {
        end_line();
        return tag.name == "/p" ? flush() : void();
    }
    const bool closes = tag.name.starts_with('/');
    const std::string_view name = std::string_view(tag.name).substr(closes ? 1 : 0);
    if ((name == "td" || name == "th") && !closes && !line_.empty() && !line_.ends_with(' '))
        line_ += ' ';
    if (!is_block(name)) return;
    end_line();
    if (name == "blockquote") quoted_ = std::max(0, quoted_ + (closes ? -1 : 1));
    if (name == "pre") pre_ = std::max(0, pre_ + (closes ? -1 : 1));
    if (name == "li" && !closes) line_ = "- ";
    if (name == "hr") out_ += "________________________________\n";
    const bool signature = contains_any(
        tag.attributes,
        {"gmail_signature", "moz-signature", "id=\"signature\"", "ms-outlook-mobile-signature"});
    if (signature && !closes) out_ += "-- \n";
}

void Reader::take_text() {
    const std::size_t stop = std::max<std::size_t>(1, std::min(rest_.find('<'), rest_.size()));
    std::string_view text = rest_.substr(0, stop);
    rest_.remove_prefix(stop);
    while (!text.empty()) {
        const char c = text.front();
        text.remove_prefix(1);
        if (c == '&' && append_entity(text, line_)) continue;
        const bool white = c == ' ' || c == '\t' || c == '\r' || c == '\n';
        if (white && pre_ > 0 && c == '\n') {
            flush();
        } else if (!white || pre_ > 0) {
            line_ += c;
        } else if (!line_.empty() && !line_.ends_with(' ')) {
            line_ += ' ';
        }
    }
}

}  // namespace

std::string html_text(std::string_view html) {
    const std::string read = Reader(cut(html, html_max)).read();
    // A no-break space stands for an empty line in every Outlook paragraph.
    std::string out;
    out.reserve(read.size());
    std::size_t from = 0;
    for (std::size_t at = read.find("\xC2\xA0"); at != read.npos;
         at = read.find("\xC2\xA0", from)) {
        out.append(read, from, at - from).append(" ");
        from = at + 2;
    }
    return out.append(read, from);
}

}  // namespace postern::adapters::email
