#include "adapters/email/reply_marks.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "adapters/email/email_text.h"

namespace postern::adapters::email {
namespace {

using Words = std::vector<std::string_view>;

constexpr std::size_t attribution_lines_max = 4;
constexpr std::size_t attribution_bytes_max = 500;
constexpr std::size_t block_lines_max = 8;

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

bool is_attribution(std::string_view text) {
    static const Words verbs = {" wrote",   " escribió", " escribio", " ha scritto",
                                " scrive",  " escreveu", " schrieb",  " a écrit",
                                " a ecrit", " schreef",  " skrev",    "napisał"};
    static const Words starts = {"on ",  "el ", "il ",     "em ",     "am ",  "le ", "op ",
                                 "den ", "at ", "in data", "no dia ", "dnia", "lun", "mar",
                                 "mié",  "jue", "vie",     "sáb",     "dom",  "no "};
    if (!text.ends_with(':') || text.size() > attribution_bytes_max) return false;
    const bool address = text.find('@') != text.npos;
    const bool time = names_a_time(text);
    // Gmail of some years: 2026-01-05 10:00 GMT-05:00 Ana <ana@example.com>:
    if (is_digit(text.front()) && address && time && text.ends_with(">:")) return true;
    if (!contains_any(text, verbs)) return false;
    const bool starter = is_digit(text.front()) || std::ranges::any_of(starts, [&](auto start) {
                             return begins(text, start);
                         });
    // «Ana <ana@example.com> schrieb am Mo., 5. Jan. 2026, 10:00:»
    return (starter && (address || time)) || (address && time);
}

/// Between dashes, asterisks and blanks.
std::string_view bare(std::string_view line) {
    constexpr std::string_view frame = " \t-_*=\xE2\x80\x94\xC2\xA0";
    const std::size_t begin = line.find_first_not_of(frame);
    if (begin == line.npos) return {};
    return line.substr(begin, line.find_last_not_of(frame) - begin + 1);
}

bool is_framed(std::string_view line) {
    const std::string_view text = trim(line);
    return text.starts_with("--") || text.starts_with("__") || text.starts_with("==");
}

enum class Field : unsigned char { none, from, date, to, subject };

Field field_of(std::string_view line) {
    static const Words from = {"from", "de", "da", "von", "van", "fra", "remitente", "mittente"};
    static const Words date = {"sent",       "date",      "enviado",      "enviado el",
                               "enviado em", "enviada",   "enviada em",   "fecha",
                               "data",       "inviato",   "inviato il",   "gesendet",
                               "datum",      "envoyé",    "envoyé le",    "data/hora",
                               "verzonden",  "date/time", "enviado a las"};
    static const Words to = {"to", "para", "a", "an", "à", "\xC3\x80", "per", "aan", "til"};
    static const Words subject = {"subject", "asunto", "assunto",  "oggetto",
                                  "betreff", "objet",  "onderwerp"};
    while (!line.empty() && (line.front() == '*' || line.front() == ' ' || line.front() == '>'))
        line.remove_prefix(1);
    const std::size_t colon = line.find(':');
    if (colon == line.npos || colon == 0 || colon > 16) return Field::none;
    std::string label = lower(line.substr(0, colon));
    while (!label.empty() && (label.back() == ' ' || label.back() == '*')) label.pop_back();
    // French puts a no-break space before its colon.
    if (label.ends_with("\xC2\xA0")) label.resize(label.size() - 2);
    const auto one_of = [&](const Words& words) {
        return std::ranges::find(words, label) != words.end();
    };
    if (one_of(from)) return Field::from;
    if (one_of(date)) return Field::date;
    if (one_of(to)) return Field::to;
    return one_of(subject) ? Field::subject : Field::none;
}

/// From, sent, to, subject, in whatever order, close together.
bool begins_block(Lines lines) {
    if (lines.empty() || field_of(lines.front()) != Field::from) return false;
    std::array<bool, 5> seen{};
    for (const std::string_view line : lines.first(std::min(lines.size(), block_lines_max)))
        seen[static_cast<std::size_t>(field_of(line))] = true;
    return static_cast<int>(seen[2]) + seen[3] + seen[4] >= 2;
}

}  // namespace

bool is_quoted(std::string_view line) {
    const std::size_t at = line.find_first_not_of(' ');
    return at != line.npos && at < 3 && line[at] == '>';
}

std::size_t attribution_lines(Lines lines) {
    std::string text;
    for (std::size_t i = 0; i < std::min(lines.size(), attribution_lines_max); ++i) {
        const std::string_view line = trim(lines[i]);
        if (line.empty() || is_quoted(line)) return 0;
        if (!text.empty()) text += ' ';
        text.append(line);
        if (is_attribution(text)) return i + 1;
        if (text.ends_with(':')) return 0;
    }
    return 0;
}

bool begins_original(Lines lines) {
    static const Words originals = {
        "original message",    "mensaje original",        "mensagem original",
        "messaggio originale", "ursprüngliche nachricht", "message d'origine",
        "message d’origine",   "message original",        "original-nachricht",
        "originalnachricht",   "oprindelig meddelelse"};
    static const Words above = {"reply above this line",
                                "responda por encima de esta línea",
                                "rispondi sopra questa riga",
                                "responda acima desta linha",
                                "répondez au-dessus de cette ligne",
                                "antworten sie oberhalb dieser zeile"};
    if (lines.empty()) return false;
    const std::string_view line = lines.front();
    if (is_framed(line)) {
        const std::string words = lower(bare(line));
        if (std::ranges::find(originals, words) != originals.end()) return true;
        // A line across the page, and then Outlook's block.
        std::size_t next = 1;
        while (next < lines.size() && blank(lines[next])) ++next;
        if (words.empty() && trim(line).size() >= 10 && begins_block(lines.subspan(next)))
            return true;
    }
    if (line.size() < 200 && contains_any(line, above)) return true;
    return begins_block(lines);
}

bool begins_forwarded(std::string_view line) {
    static const Words framed = {"forwarded message",          "mensaje reenviado",
                                 "mensagem encaminhada",       "mensagem reencaminhada",
                                 "messaggio inoltrato",        "weitergeleitete nachricht",
                                 "message transféré",          "message transmis",
                                 "forwarded message attached", "forwarded by"};
    static const Words open = {
        "begin forwarded message:",        "inicio del mensaje reenviado:",
        "inizio messaggio inoltrato:",     "início da mensagem reencaminhada:",
        "início da mensagem encaminhada:", "anfang der weitergeleiteten nachricht:",
        "début du message réexpédié",      "début du message transféré"};
    const std::string text = lower(trim(line));
    if (text.size() > 120) return false;
    if (std::ranges::any_of(open, [&](auto words) { return text.starts_with(words); })) return true;
    const std::string words = lower(bare(line));
    return is_framed(line) &&
           std::ranges::any_of(framed, [&](auto start) { return words.starts_with(start); });
}

bool is_signature_mark(std::string_view line) {
    return line == "-- " || line == "--" || line == "--\xC2\xA0";
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
                                 "enviada do meu "};
    const std::string text = lower(trim(line));
    return text.size() < 100 &&
           std::ranges::any_of(starts, [&](auto start) { return text.starts_with(start); });
}

bool is_forward_subject(std::string_view subject) {
    static const Words starts = {"fwd:", "fw:", "rv:", "wg:", "tr:", "enc:", "i:", "doorst:"};
    const std::string text = lower(trim(subject));
    return std::ranges::any_of(starts, [&](auto start) { return text.starts_with(start); });
}

}  // namespace postern::adapters::email
