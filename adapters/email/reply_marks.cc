#include "adapters/email/reply_marks.h"

#include <algorithm>
#include <string>
#include <vector>

#include "adapters/email/email_text.h"

namespace postern::adapters::email {
namespace {

using Words = std::vector<std::string_view>;

constexpr std::size_t attribution_lines_max = 4;
constexpr std::size_t attribution_bytes_max = 500;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// "10:05", or a year.
bool names_a_time(std::string_view text) {
    for (std::size_t i = 0; i + 3 < text.size(); ++i) {
        if (!is_digit(text[i])) continue;
        if ((text[i + 1] == ':' || text[i + 1] == '.') && is_digit(text[i + 2]) &&
            is_digit(text[i + 3]))
            return true;
        const std::string_view four = text.substr(i, 4);
        if ((four.starts_with("19") || four.starts_with("20")) &&
            std::ranges::all_of(four, is_digit))
            return true;
    }
    return false;
}

/// «2013/7/20 Ana <ana@example.com>» alone, as Gmail of some years wrote it.
bool is_date_and_sender(std::string_view text) {
    if (text.size() < 8 || !text.ends_with('>') || !text.starts_with("20")) return false;
    if (text[4] != text[text[6] == '/' || text[6] == '-' ? 6 : 7]) return false;
    const bool date = is_digit(text[2]) && is_digit(text[3]) && is_digit(text[5]) &&
                      (text[4] == '/' || text[4] == '-');
    const std::size_t open = text.rfind('<');
    return date && open != text.npos && text.substr(open).find('@') != text.npos;
}

/// How surely it is one: by a name in brackets alone, or by more.
enum class Sign : unsigned char { none, faint, clear };

/// Whoever wrote, and when, in the words of a mail program; without the blank or colon behind it.
Sign attribution_in(std::string_view text) {
    static const Words verbs = {"wrote",     "escribió",    "escribio", "ha scritto", "scrive",
                                "escreveu",  "schrieb",     "a écrit",  "a ecrit",    "schreef",
                                "skrev",     "napisał",     "napisal",  "kirjoitti",  "írta",
                                "a scris",   "написал",     "написав",  "пишет",      "пише",
                                "yazdı",     "va escriure", "έγραψε",   "写道",       "寫道",
                                "님이 작성", "のメール",    "viết",     "a wrote"};
    static const Words starts = {
        "on ",     "el ",   "il ",     "em ",     "am ",     "le ",        "op ",
        "den ",    "at ",   "in data", "no dia ", "dnia",    "lun",        "mar",
        "mié",     "jue",   "vie",     "sáb",     "dom",     "no ",        "понедельник",
        "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"};
    while (text.starts_with('-') || text.starts_with(' ')) text.remove_prefix(1);
    if (text.empty() || text.size() > attribution_bytes_max) return Sign::none;
    const bool colon = text.ends_with(':') || text.ends_with("\xEF\xBC\x9A");
    const bool address = text.find('@') != text.npos;
    const bool bracketed = address && text.find('<') != text.npos && text.find('>') != text.npos;
    const bool time = names_a_time(text);
    // Gmail of some years and languages: «2026-01-05 10:00 GMT-05:00 Ana <ana@example.com>:»
    if (address && time && text.ends_with(">:")) return Sign::clear;
    if (!colon) {
        // Zoho and some others write no colon, but then all else stands there.
        if (!address || !time) return Sign::none;
        const std::string ended = lower(trim(text.substr(0, text.find_last_not_of(" -") + 1)));
        const bool verb_last =
            std::ranges::any_of(verbs, [&](auto verb) { return ended.ends_with(verb); });
        return verb_last ? Sign::clear : Sign::none;
    }
    if (!contains_any(text, verbs)) return Sign::none;
    const bool starter = is_digit(text.front()) || std::ranges::any_of(starts, [&](auto start) {
                             return begins(text, start);
                         });
    // «Ana <ana@example.com> schrieb am Mo., 5. Jan. 2026, 10:00:»
    if ((starter && (address || time)) || (address && time)) return Sign::clear;
    return bracketed ? Sign::faint : Sign::none;
}

/// Whether it is said without the first of these lines, too.
bool clear_without_first(Lines lines) {
    std::string text;
    for (const std::string_view line : lines.subspan(1)) {
        if (!text.empty() && line != ">:") text += ' ';
        text.append(trim(line));
    }
    return attribution_in(text) == Sign::clear;
}

}  // namespace

bool is_quoted(std::string_view line) {
    const std::size_t at = line.find_first_not_of(' ');
    return at != line.npos && at < 3 && line[at] == '>';
}

std::size_t attribution_lines(Lines lines) {
    // Without verb or colon a line of its own alone is sure.
    const bool apart = lines.size() > 1 && (blank(lines[1]) || is_quoted(lines[1]));
    if (apart && is_date_and_sender(trim(lines[0]))) return 1;
    std::string text;
    for (std::size_t i = 0; i < std::min(lines.size(), attribution_lines_max); ++i) {
        const std::string_view line = trim(lines[i]);
        // An address that was folded before its bracket looks like a quotation.
        const bool folded = line == ">:" && text.find('<') != text.npos;
        if (line.empty() || (is_quoted(line) && !folded)) return 0;
        if (!text.empty() && !folded) text += ' ';
        text.append(line);
        const Sign sign = attribution_in(text);
        if (sign == Sign::none && !text.ends_with(':')) continue;
        if (sign == Sign::none) return 0;
        // A line of the writer's own before it would go with it.
        const bool own_first = i > 0 && sign == Sign::faint && !line.starts_with('<');
        const bool later = i > 0 && clear_without_first(lines.first(i + 1));
        return own_first || later ? 0 : i + 1;
    }
    return 0;
}

bool is_signature_mark(std::string_view line) {
    return line == "-- " || line == "--" || line == "--\xC2\xA0" || line == "\xE2\x80\x94";
}

bool is_device_line(std::string_view line) {
    static const Words starts = {"sent from my ",
                                 "sent from mail for",
                                 "sent from outlook",
                                 "sent from yahoo",
                                 "sent from proton",
                                 "sent with proton",
                                 "sent via ",
                                 "get outlook for",
                                 "enviado desde ",
                                 "obtener outlook para",
                                 "descargar outlook para",
                                 "enviado do meu ",
                                 "enviado do e-mail para",
                                 "enviado do email para",
                                 "enviado do outlook",
                                 "obter o outlook para",
                                 "obter outlook para",
                                 "baixar o outlook para",
                                 "inviato da ",
                                 "inviato dal mio",
                                 "scarica outlook per",
                                 "ottieni outlook per",
                                 "von meinem ",
                                 "gesendet von ",
                                 "gesendet mit ",
                                 "holen sie sich outlook",
                                 "outlook für ",
                                 "envoyé de mon ",
                                 "envoyé depuis ",
                                 "envoyé à partir de",
                                 "télécharger outlook",
                                 "téléchargez outlook",
                                 "obtenez outlook",
                                 "diese nachricht wurde von meinem",
                                 "verstuurd vanaf ",
                                 "enviada do meu ",
                                 "verzonden met ",
                                 "verzonden vanuit ",
                                 "sendt fra min",
                                 "sendt fra outlook",
                                 "skickat från ",
                                 "skickat med ",
                                 "lähetetty ",
                                 "wysłane z ",
                                 "odesláno z ",
                                 "Отправлено с ",
                                 "Отправлено из ",
                                 "Надіслано з ",
                                 "iphone'umdan",
                                 "从我的",
                                 "從我的",
                                 "发自我的",
                                 "傳送自",
                                 "나의 iphone에서",
                                 "iphoneから送信",
                                 "sent from a phone",
                                 "sent from mobile",
                                 "sent from for windows",
                                 "get outlook for"};
    std::string text = lower(trim(line));
    // «(Sent from …)», «Sent from [Mail](https://…)»
    std::erase_if(text, [](char c) { return c == '(' || c == ')' || c == '[' || c == ']'; });
    return text.size() < 100 &&
           std::ranges::any_of(starts, [&](auto start) { return text.starts_with(start); });
}

bool is_forward_subject(std::string_view subject) {
    static const Words starts = {"fwd:", "fw:", "rv:", "wg:", "tr:", "enc:", "i:", "doorst:"};
    const std::string text = lower(trim(subject));
    return std::ranges::any_of(starts, [&](auto start) { return text.starts_with(start); });
}

}  // namespace postern::adapters::email
