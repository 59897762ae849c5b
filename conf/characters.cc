// One pass over the bytes that knows TOML's four kinds of quotes and its comments, nothing else.
#include "conf/characters.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <utility>

namespace postern::conf {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::string show(std::uint32_t value, const char* format) {
    std::array<char, 40> text{};
    const int length = std::snprintf(text.data(), text.size(), format, value);
    return {text.data(), static_cast<std::size_t>(length)};
}

// The length of the UTF-8 sequence that `text` begins with and the character; 0: it is none.
std::size_t sequence(std::string_view text, std::uint32_t& character) {
    const auto first = static_cast<unsigned char>(text[0]);
    std::size_t length = 0;
    if (first < 0x80)
        length = 1;
    else if ((first & 0xE0) == 0xC0)
        length = 2;
    else if ((first & 0xF0) == 0xE0)
        length = 3;
    else if ((first & 0xF8) == 0xF0)
        length = 4;
    if (length == 0 || length > text.size()) return 0;
    character = length == 1 ? first : first & (0x7Fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xC0) != 0x80) return 0;
        character = character << 6 | (next & 0x3Fu);
    }
    static constexpr std::array<std::uint32_t, 5> smallest = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
    if (character < smallest[length] || character > 0x10FFFF || surrogate) return 0;
    return length;
}

class Rewriting final {
  public:
    Rewriting(std::string_view toml, std::string& ascii, TreeError& error)
        : rest_(toml), ascii_(ascii), error_(error) {}

    bool run() {
        ascii_.clear();
        ascii_.reserve(rest_.size());
        if (rest_.starts_with(byte_order_mark)) rest_.remove_prefix(byte_order_mark.size());
        while (!rest_.empty()) {
            if (!step()) return false;
        }
        return true;  // quotes that are still open are the parser's to refuse
    }

  private:
    bool fail(std::string problem) {
        error_ = {line_, std::move(problem)};
        return false;
    }

    bool step() {
        if (rest_.starts_with("\r\n")) rest_.remove_prefix(1);
        if (rest_[0] == '\n') return end_line();
        std::uint32_t character = 0;
        const std::size_t length = sequence(rest_, character);
        if (length == 0) {
            return fail(show(static_cast<unsigned char>(rest_[0]), "the byte 0x%02X") +
                        " is not UTF-8; save the file as UTF-8");
        }
        if ((character < 0x20 && character != '\t') || character == 0x7F) {
            return fail(show(character, "the control character U+%04X") +
                        " stands in the text; remove it, or write \\u and its four digits inside "
                        "double quotes");
        }
        if (length > 1) return beyond_ascii(character, length);
        if (comment_)
            copy(1);
        else if (quote_ == 0)
            plain();
        else
            quoted();
        return true;
    }

    bool end_line() {
        if (quote_ != 0 && !block_) {
            return fail(
                "the quotes opened in this line are not closed in it; close them, or use "
                "three for a text of several lines");
        }
        comment_ = false;
        ++line_;
        copy(1);
        return true;
    }

    bool beyond_ascii(std::uint32_t character, std::size_t length) {
        if (quote_ == 0 && !comment_) {
            return fail(show(character, "the character U+%04X") +
                        " is not ASCII; put the name or value that it belongs to in quotes");
        }
        if (escape_) {
            return fail(show(character, "the character U+%04X") +
                        " follows a backslash; remove the backslash, or double it");
        }
        ascii_ += comment_ ? "?" : show(character, "\\U%08X");
        rest_.remove_prefix(length);
        return true;
    }

    void plain() {
        const char c = rest_[0];
        comment_ = c == '#';
        if (c != '"' && c != '\'') return copy(1);
        const std::size_t run = std::min<std::size_t>(run_of(c), 3);
        ascii_.append(run, '"');
        rest_.remove_prefix(run);
        if (run == 2) return keep_apart();  // opened and closed at once
        quote_ = c;
        block_ = run == 3;
    }

    void quoted() {
        const char c = rest_[0];
        if (quote_ == '\'' && (c == '\\' || c == '"')) {
            ascii_ += '\\';  // an ordinary character there
            return copy(1);
        }
        if (escape_ || c == '\\') {
            escape_ = !escape_;
            return copy(1);
        }
        if (c != quote_) return copy(1);
        if (!block_) return close(0);
        // Three close a text of several lines; one or two before them are its own.
        const std::size_t run = std::min<std::size_t>(run_of(c), 5);
        if (run < 3) return copy(run);
        close(run - 3);
    }

    void close(std::size_t own) {
        copy(own);
        const std::size_t count = block_ ? 3 : 1;
        ascii_.append(count, '"');
        rest_.remove_prefix(count);
        quote_ = 0;
        keep_apart();
    }

    // Two texts side by side are a mistake, and must not become one by being given the same quotes.
    void keep_apart() {
        if (rest_.starts_with('"') || rest_.starts_with('\'')) ascii_ += ' ';
    }

    void copy(std::size_t count) {
        ascii_ += rest_.substr(0, count);
        rest_.remove_prefix(count);
        if (quote_ != '"' || ascii_.back() != '\\') escape_ = false;
    }

    [[nodiscard]] std::size_t run_of(char c) const {
        return std::min(rest_.find_first_not_of(c), rest_.size());
    }

    std::string_view rest_;
    std::string& ascii_;
    TreeError& error_;
    std::uint32_t line_ = 1;
    char quote_ = 0;  // the one that is open
    bool block_ = false;
    bool comment_ = false;
    bool escape_ = false;  // the character before is a backslash that means something
};

}  // namespace

bool write_in_ascii(std::string_view toml, std::string& ascii, TreeError& error) {
    return Rewriting(toml, ascii, error).run();
}

}  // namespace postern::conf
