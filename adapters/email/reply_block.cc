// Where somebody else's mail begins: the rule across the page, Outlook's block of fields.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "adapters/email/email_text.h"
#include "adapters/email/reply_marks.h"

namespace postern::adapters::email {
namespace {

using Words = std::vector<std::string_view>;

constexpr std::size_t block_lines_max = 8;
constexpr std::size_t label_bytes_max = 32;

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
    // Letters beyond ASCII are as the programs write them: nothing here folds their case.
    static const Words from = {"from",      "de",        "da",       "von",    "van",
                               "fra",       "remitente", "mittente", "från",   "från",
                               "lähettäjä", "od",        "od",       "от",     "От",
                               "від",       "Від",       "kimden",   "feladó", "de la",
                               "Από",       "差出人",    "发件人",   "寄件者", "보낸 사람"};
    static const Words date = {
        "sent",          "date",       "enviado",   "enviado el", "enviado em", "enviada",
        "enviada em",    "fecha",      "data",      "inviato",    "inviato il", "gesendet",
        "datum",         "envoyé",     "envoyé le", "data/hora",  "verzonden",  "date/time",
        "enviado a las", "dato",       "sendt",     "skickat",    "lähetetty",  "wysłano",
        "odesláno",      "Отправлено", "Дата",      "дата",       "Надіслано",  "gönderildi",
        "tarih",         "elküldve",   "dátum",     "trimis",     "Στάλθηκε",   "送信日時",
        "日付",          "发送时间",   "日期",      "寄件日期",   "보낸 날짜",  "enviat"};
    static const Words to = {"to",
                             "para",
                             "a",
                             "an",
                             "à",
                             "\xC3\x80",
                             "per",
                             "aan",
                             "til",
                             "till",
                             "vastaanottaja",
                             "do",
                             "komu",
                             "Кому",
                             "кому",
                             "kime",
                             "címzett",
                             "către",
                             "Προς",
                             "宛先",
                             "收件人",
                             "收件者",
                             "받는 사람"};
    static const Words subject = {"subject", "asunto",    "assunto", "oggetto", "betreff",
                                  "objet",   "onderwerp", "emne",    "ämne",    "\xC3\x84mne",
                                  "aihe",    "temat",     "předmět", "predmet", "Тема",
                                  "тема",    "konu",      "tárgy",   "subiect", "Θέμα",
                                  "件名",    "主题",      "主旨",    "제목",    "assumpte"};
    while (!line.empty() && (line.front() == '*' || line.front() == ' ' || line.front() == '>'))
        line.remove_prefix(1);
    const std::size_t colon = std::min(line.find(':'), line.find("\xEF\xBC\x9A"));
    if (colon == line.npos || colon == 0 || colon > label_bytes_max) return Field::none;
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

/// From, sent, to, subject, close together; where not From is the first, all of them.
bool begins_block(Lines lines) {
    const Field first = lines.empty() ? Field::none : field_of(lines.front());
    if (first == Field::none) return false;
    std::array<int, 5> seen{};
    for (const std::string_view line : lines.first(std::min(lines.size(), block_lines_max)))
        seen[static_cast<std::size_t>(field_of(line))] = 1;
    const int others = seen[2] + seen[3] + seen[4];
    return seen[1] == 1 && (first == Field::from ? others >= 2 : others == 3);
}

/// What a mailing list puts below each mail.
bool is_list_footer(Lines lines) {
    const std::string_view line = trim(lines.front());
    if (line.size() < 2 || line.find_first_not_of('_') != line.npos) return false;
    return lines.size() > 1 && contains(lines[1], "mailing list");
}

}  // namespace

bool begins_original(Lines lines) {
    static const Words originals = {"original message",
                                    "mensaje original",
                                    "mensagem original",
                                    "messaggio originale",
                                    "ursprüngliche nachricht",
                                    "message d'origine",
                                    "message d’origine",
                                    "message original",
                                    "original-nachricht",
                                    "originalnachricht",
                                    "oprindelig meddelelse",
                                    "oprindelig besked",
                                    "opprinnelig melding",
                                    "ursprungligt meddelande",
                                    "alkuperäinen viesti",
                                    "oryginalna wiadomość",
                                    "wiadomość oryginalna",
                                    "původní zpráva",
                                    "исходное сообщение",
                                    "Исходное сообщение",
                                    "orijinal mesaj",
                                    "eredeti üzenet",
                                    "oorspronkelijk bericht",
                                    "original mail",
                                    "原始邮件",
                                    "原始郵件",
                                    "元のメッセージ",
                                    "원본 메시지",
                                    "missatge original"};
    static const Words above = {"reply above this line",
                                "responda por encima de esta línea",
                                "rispondi sopra questa riga",
                                "responda acima desta linha",
                                "répondez au-dessus de cette ligne",
                                "antworten sie oberhalb dieser zeile"};
    if (lines.empty()) return false;
    std::string_view line = lines.front();
    while (line.starts_with('*') && line.size() > 2) line.remove_prefix(1);
    if (is_list_footer(lines)) return true;
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

}  // namespace postern::adapters::email
