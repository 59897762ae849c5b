// Filling a template in: the value of each placeholder, escaped for its place.
#include <algorithm>
#include <charconv>

#include "adapters/http/send_template.h"
#include "adapters/shared/code_points.h"
#include "adapters/shared/json_write.h"
#include "adapters/shared/sms_segments.h"

namespace postern::adapters::http {
namespace {

std::string number_text(double value) {
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

std::string digits_of(std::string_view address) {
    std::string out;
    for (const char c : address) {
        if (c >= '0' && c <= '9') out += c;
    }
    return out;
}

std::string variable_of(const OutboundContent& content, std::string_view name) {
    for (const auto& [known, value] : content.variables) {
        if (known == name) return value;
    }
    return {};
}

std::string text_and_url(const OutboundContent& content) {
    std::string out = content.text;
    if (!out.empty() && !content.url.empty()) out += '\n';
    return out + content.url;
}

std::string hex_of_utf16(std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    const auto unit = [&out](char32_t value) {
        for (int shift = 12; shift >= 0; shift -= 4) out += digits[(value >> shift) & 0xfU];
    };
    while (!text.empty()) {
        const char32_t character = shared::take_character(text);
        if (character < 0x10000) {
            unit(character);
        } else {
            unit(0xd800 + ((character - 0x10000) >> 10U));
            unit(0xdc00 + ((character - 0x10000) & 0x3ffU));
        }
    }
    return out;
}

/// "A.B": A if the text needs no more than GSM-7.
std::string by_alphabet(std::string_view words, const OutboundContent& content) {
    const std::size_t parting = words.find('.');
    const bool gsm =
        shared::sms_segments(text_and_url(content)).encoding == shared::SmsEncoding::gsm7;
    return std::string(gsm ? words.substr(0, parting) : words.substr(parting + 1));
}

template <class Unit>
std::string epoch_text(Instant now) {
    return std::to_string(std::chrono::floor<Unit>(now).time_since_epoch().count());
}

/// Values that stand in the message as they are.
std::string_view view_of(Slot slot, const SendRequest& request, const Sender& sender) {
    const OutboundContent& content = request.content;
    switch (slot) {
        case Slot::to:
            return request.to;
        case Slot::text:
            return content.text;
        case Slot::echo:
            return request.echo;
        case Slot::account:
            return sender.account;
        case Slot::type:
            return to_string(content.type);
        case Slot::kind:
            return content.type == ContentType::media ? to_string(content.media) : "";
        case Slot::url:
            return content.url;
        case Slot::mime:
            return content.mime;
        case Slot::filename:
            return content.filename;
        case Slot::name:
            return content.name;
        case Slot::language:
            return content.language;
        case Slot::address:
            return content.address;
        case Slot::message:
            return content.reaction_to;
        case Slot::emoji:
            return content.emoji;
        case Slot::reply_to:
            return request.reply_to;
        case Slot::status_url:
            return request.status_url;
        case Slot::secret:
            return sender.secret;
        default:
            return {};
    }
}

/// Values that are made.
std::string made(const SlotPiece& piece, const SendRequest& request) {
    const OutboundContent& content = request.content;
    const GeoPoint point = content.point.value_or(GeoPoint{});
    switch (piece.slot) {
        case Slot::to_digits:
            return digits_of(request.to);
        case Slot::latitude:
            return number_text(point.latitude);
        case Slot::longitude:
            return number_text(point.longitude);
        case Slot::time:
            return epoch_text<std::chrono::seconds>(request.now);
        case Slot::time_ms:
            return epoch_text<std::chrono::milliseconds>(request.now);
        case Slot::text_and_url:
            return text_and_url(content);
        case Slot::text_hex:
            return hex_of_utf16(content.text);
        case Slot::alphabet:
            return by_alphabet(piece.text, content);
        case Slot::content:
            return content_json(content);
        case Slot::variable:
            return variable_of(content, piece.text);
        default:
            return piece.text;  // basic
    }
}

bool is_made(Slot slot) {
    switch (slot) {
        case Slot::to_digits:
        case Slot::latitude:
        case Slot::longitude:
        case Slot::time:
        case Slot::time_ms:
        case Slot::text_and_url:
        case Slot::text_hex:
        case Slot::alphabet:
        case Slot::content:
        case Slot::variable:
        case Slot::basic:
            return true;
        default:
            return false;
    }
}

bool bare_in_json(Slot slot, std::string_view value) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (slot == Slot::alphabet) return !value.empty() && std::ranges::all_of(value, is_digit);
    return slot == Slot::latitude || slot == Slot::longitude || slot == Slot::time ||
           slot == Slot::time_ms || slot == Slot::content;
}

bool unreserved(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void append_percent(std::string& out, std::string_view value, bool plus) {
    static constexpr char digits[] = "0123456789ABCDEF";
    for (const char c : value) {
        if (unreserved(c)) {
            out += c;
        } else if (plus && c == ' ') {
            out += '+';
        } else {
            out += '%';
            out += digits[(static_cast<unsigned char>(c) >> 4) & 0xf];
            out += digits[static_cast<unsigned char>(c) & 0xf];
        }
    }
}

void append_header(std::string& out, std::string_view value) {
    for (const char c : value) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
}

void append_xml(std::string& out, std::string_view value) {
    for (const char c : value) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&apos;";
                break;
            default:
                // XML 1.0 has no way to say the other control characters.
                if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;
        }
    }
}

void append_json(std::string& out, std::string_view value, bool quotes) {
    const std::size_t begin = out.size();
    json::append_quoted(out, value);
    if (quotes) return;
    out.pop_back();
    out.erase(begin, 1);
}

void append_escaped(std::string& out, std::string_view value, const SlotPiece& piece) {
    switch (piece.place) {
        case SlotPlace::plain:
            out += value;
            return;
        case SlotPlace::url:
            return append_percent(out, value, false);
        case SlotPlace::header:
            return append_header(out, value);
        case SlotPlace::form:
            return append_percent(out, value, true);
        case SlotPlace::xml:
            return append_xml(out, value);
        case SlotPlace::json_string:
            return append_json(out, value, false);
        case SlotPlace::json_value:
            if (!bare_in_json(piece.slot, value)) return append_json(out, value, true);
            out += value;
            return;
    }
}

}  // namespace

void fill(const Template& pieces, const SendRequest& request, const Sender& sender,
          std::string& out) {
    for (const SlotPiece& piece : pieces) {
        if (piece.slot == Slot::literal) {
            out += piece.text;
        } else if (is_made(piece.slot)) {
            append_escaped(out, made(piece, request), piece);
        } else {
            append_escaped(out, view_of(piece.slot, request, sender), piece);
        }
    }
}

}  // namespace postern::adapters::http
