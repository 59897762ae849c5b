// Keys are looked for by name, whatever their order and case; a value ends at the next key.
#include "adapters/smpp/receipt.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <span>

namespace postern::adapters::smpp {
namespace {

struct State {
    std::string_view word;
    std::uint8_t number;  // of message_state
    ReceiptState state;
};
constexpr std::array<State, 10> states = {{{"SCHEDLD", 0, ReceiptState::sent},
                                           {"ENROUTE", 1, ReceiptState::sent},
                                           {"DELIVRD", 2, ReceiptState::delivered},
                                           {"EXPIRED", 3, ReceiptState::failed},
                                           {"DELETED", 4, ReceiptState::failed},
                                           {"UNDELIV", 5, ReceiptState::failed},
                                           {"ACCEPTD", 6, ReceiptState::sent},
                                           {"UNKNOWN", 7, ReceiptState::failed},
                                           {"REJECTD", 8, ReceiptState::failed},
                                           {"SKIPPED", 9, ReceiptState::failed}}};

struct Failure {
    std::string_view told;
    SendResult result;
    std::string_view word;
};
/// Of `network_error_code`: GSM's is type 3.
constexpr std::array gsm_errors = {
    Failure{"030001", SendResult::permanent, "invalid_recipient"},     // unknown subscriber
    Failure{"030006", SendResult::transient, "recipient_absent"},      // absent, for short messages
    Failure{"030009", SendResult::permanent, "invalid_recipient"},     // illegal subscriber
    Failure{"03000b", SendResult::permanent, "not_reachable"},         // has no short messages
    Failure{"03000d", SendResult::permanent, "recipient_barred"},      // call barred
    Failure{"03001b", SendResult::transient, "recipient_absent"},      // absent
    Failure{"03001f", SendResult::transient, "recipient_absent"},      // busy
    Failure{"030021", SendResult::transient, "recipient_absent"},      // too many wait for them
    Failure{"030022", SendResult::transient, "provider_unavailable"},  // system failure
};
/// In the centre's word for the end.
constexpr std::array end_words = {
    Failure{"EXPIR", SendResult::permanent, "expired"},
    Failure{"REJ", SendResult::permanent, "rejected"},
    Failure{"UNDEL", SendResult::permanent, "undeliverable"},
};

constexpr std::array<std::string_view, 9> keys = {
    "id:",        "sub:",      "dlvrd:", "submit date:", "submitdate:",
    "done date:", "donedate:", "stat:",  "err:"};

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return out;
}

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}

/// Where `key` begins a word in the part of the text that is not the message's own.
std::size_t find_key(std::string_view folded, std::string_view key) {
    for (std::size_t at = folded.find(key); at != std::string_view::npos;
         at = folded.find(key, at + 1)) {
        if (at == 0 || is_space(folded[at - 1])) return at;
    }
    return std::string_view::npos;
}

/// `text` and the same in lower case, up to the message's own words.
struct Body {
    std::string_view text;
    std::string folded;

    /// The value's first word.
    [[nodiscard]] std::string_view value(std::string_view key) const {
        const std::string_view all = phrase(key);
        return all.substr(0, std::ranges::find_if(all, is_space) - all.begin());
    }
    /// All of it, up to the next key.
    [[nodiscard]] std::string_view phrase(std::string_view key) const {
        const std::size_t at = find_key(folded, key);
        if (at == std::string_view::npos) return {};
        const std::size_t begin = at + key.size();
        std::size_t end = text.size();
        for (const std::string_view other : keys) {
            const std::size_t next = find_key(std::string_view(folded).substr(begin), other);
            if (next != std::string_view::npos) end = std::min(end, begin + next);
        }
        std::string_view out = text.substr(begin, end - begin);
        while (!out.empty() && is_space(out.front())) out.remove_prefix(1);
        while (!out.empty() && is_space(out.back())) out.remove_suffix(1);
        return out;
    }
};

Body body_of(std::string_view text) {
    Body body{text, lower(text)};
    const std::size_t own = find_key(body.folded, "text:");
    const std::size_t stat = find_key(body.folded, "stat:");
    // Some write the fields in the order of the alphabet: then the text's are not the person's.
    const bool last = stat == std::string_view::npos || stat < own;
    if (own != std::string_view::npos && last) {
        body.text = text.substr(0, own);
        body.folded.resize(own);
    }
    return body;
}

/// Centres cut and stretch the seven letters ("UNDELIVERABLE", "DND_REJECTED", "NON_DELIVERED") and
/// have words of their own. A word with one of these parts tells of a failure, whatever else is in
/// it: "DELIVERY_FAILED" is no delivery.
constexpr std::array<std::string_view, 26> failed_parts = {
    "UNDEL",   "NON_DEL", "NON-DEL", "NONDEL",  "NOT_DEL", "NOT-DEL", "NOTDEL", "EXPIR",  "DELET",
    "REJ",     "REFUS",   "FAIL",    "UNKNOWN", "SKIP",    "CANCEL",  "BLOCK",  "BLACKL", "SPAM",
    "UNREACH", "NOROUTE", "ABSENT",  "INVALID", "IMPOSS",  "UNABLE",  "Y_ERR",  "Y ERR"};
/// Of a delivery that goes on: "DELIVERY_PENDING".
constexpr std::array<std::string_view, 5> pending_parts = {"PEND", "DELAY", "ATTEMPT", "PROGR",
                                                           "RETR"};

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
    }
    return out;
}

bool has_any(std::string_view word, std::span<const std::string_view> parts) {
    return std::ranges::any_of(
        parts, [&](std::string_view part) { return word.find(part) != std::string_view::npos; });
}

/// What a centre says of the state. A word that nobody knows tells of no end, unless an error
/// stands beside it.
ReceiptState state_of(std::string_view said, std::string_view error) {
    const std::string word = upper(said);
    for (const State& one : states) {
        if (word == one.word || word == std::string_view("0123456789").substr(one.number, 1))
            return one.state;
    }
    if (has_any(word, failed_parts)) return ReceiptState::failed;
    const bool delivered = word.starts_with("DELIV") && !has_any(word, pending_parts);
    if (delivered) return ReceiptState::delivered;
    const bool known = word.starts_with("ACCEP") || word.starts_with("ENROU") ||
                       word.starts_with("BUFF") || word.starts_with("SENT") ||
                       word.starts_with("SUBMIT") || word.starts_with("DELIV");
    const bool fine = error.find_first_not_of('0') == std::string_view::npos;
    return known || fine ? ReceiptState::sent : ReceiptState::failed;
}

/// yymmddhhmm, with or without seconds.
std::optional<Instant> brief_time(std::string_view digits) {
    if (digits.size() != 10 && digits.size() != 12) return std::nullopt;
    std::array<unsigned, 6> part{};
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (digits[i] < '0' || digits[i] > '9') return std::nullopt;
        part[i / 2] = part[i / 2] * 10 + static_cast<unsigned>(digits[i] - '0');
    }
    const std::chrono::year_month_day date{std::chrono::year{2000 + static_cast<int>(part[0])},
                                           std::chrono::month{part[1]}, std::chrono::day{part[2]}};
    if (!date.ok() || part[3] > 23 || part[4] > 59 || part[5] > 60) return std::nullopt;
    return Instant{std::chrono::sys_days{date}} + std::chrono::hours{part[3]} +
           std::chrono::minutes{part[4]} + std::chrono::seconds{part[5]};
}

/// Some write the century too: what is no date of the year 2020 is one of the years 2000 to 2099.
std::optional<Instant> time_of(std::string_view digits) {
    const auto brief = brief_time(digits);
    const bool century = digits.size() >= 12 && digits.starts_with("20");
    return brief || !century ? brief : brief_time(digits.substr(2, 12));
}

/// "2601151031", or with signs between: "2026-01-15 10:31:55".
std::optional<Instant> time_under(const Body& body, std::string_view key) {
    if (const auto plain = time_of(body.value(key))) return plain;
    std::string digits;
    for (const char c : body.phrase(key)) {
        if (c >= '0' && c <= '9') {
            digits.push_back(c);
        } else if (std::string_view("-/:. Tt").find(c) == std::string_view::npos) {
            break;
        }
    }
    return time_of(digits);
}

std::string hex(std::string_view octets) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : octets) {
        out.push_back(digits[static_cast<unsigned char>(c) >> 4]);
        out.push_back(digits[static_cast<unsigned char>(c) & 0xfU]);
    }
    return out;
}

std::string printable(std::string_view text) {
    std::string out(text.substr(0, 64));
    std::erase_if(out, [](char c) { return c <= ' ' || c > '~'; });
    return out;
}

/// Some put their own words right before it: "15005550006Acme^id:a1b2", "XMS=id:a1b2".
std::string_view id_of(const Body& body) {
    static constexpr std::string_view key = "id:";
    const std::string_view folded = body.folded;
    if (find_key(folded, key) != std::string_view::npos) return body.value(key);
    const auto is_word = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); };
    std::size_t at = folded.find(key);
    while (at != std::string_view::npos && is_word(folded[at - 1])) at = folded.find(key, at + 1);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = body.text.substr(at + key.size());
    return rest.substr(0, std::ranges::find_if(rest, is_space) - rest.begin());
}

/// The text's word of the state; all of them where a first one like "DELIVERY" says nothing yet:
/// "stat:DELIVERY IMPOSSIBLE".
std::string stat_of(const Body& body) {
    const std::string word = printable(body.value("stat:"));
    const std::string folded = lower(word);
    if (!folded.starts_with("deliv") || folded == "delivrd" || folded == "delivered") return word;
    std::string out;
    for (const char c : body.phrase("stat:").substr(0, 64)) {
        if (c > ' ' && c <= '~') out.push_back(c);
        if (is_space(c) && !out.empty() && out.back() != ' ') out.push_back(' ');
    }
    return out;
}

}  // namespace

bool is_receipt(const ShortMessage& message) {
    const std::uint8_t type = message.esm_class & esm::type_mask;
    if (type == esm::receipt || type == esm::intermediate) return true;
    // Centres that do not set the class say it with parameters that nothing else has.
    return type == 0 && find(message.tlvs, tag::receipted_message_id) != nullptr &&
           number(message.tlvs, tag::message_state).has_value();
}

std::optional<Receipt> read_receipt(const ShortMessage& message) {
    std::string_view octets = message.octets();
    if ((message.esm_class & esm::udh) != 0 && !octets.empty())
        octets.remove_prefix(
            std::min<std::size_t>(octets.size(), 1U + static_cast<unsigned char>(octets.front())));
    const Body body = body_of(octets);
    Receipt out;
    const Tlv* const id = find(message.tlvs, tag::receipted_message_id);
    out.id = printable(id != nullptr ? std::string_view(id->value.c_str()) : id_of(body));
    const auto told = number(message.tlvs, tag::message_state);
    const auto by_number = std::ranges::find(states, told.value_or(0), &State::number);
    out.stat = stat_of(body);
    // Some fill the parameter with zeros, which would be «scheduled», beside a text that tells.
    const bool empty = told == 0U && !out.stat.empty();
    const bool numbered = told && by_number != states.end() && !empty;
    if (numbered) out.stat = by_number->word;
    if (out.id.empty() || out.stat.empty()) return std::nullopt;
    out.error = printable(body.value("err:"));
    out.state = numbered ? by_number->state : state_of(out.stat, out.error);
    if (const Tlv* const network = find(message.tlvs, tag::network_error_code))
        out.network = hex(std::string_view(network->value).substr(0, 3));
    out.done = time_under(body, "done date:");
    if (!out.done) out.done = time_under(body, "donedate:");
    return out;
}

void judge(const Receipt& receipt, ProviderError& error) {
    const auto by_code = std::ranges::find(gsm_errors, receipt.network, &Failure::told);
    const std::string word = upper(receipt.stat);
    const auto by_word = std::ranges::find_if(
        end_words, [&](const Failure& one) { return word.find(one.told) != std::string::npos; });
    const Failure* known = by_code != gsm_errors.end() ? by_code : by_word;
    if (known == end_words.end()) return;
    error.result = known->result;
    error.word = known->word;
}

std::string hex_of_dec(std::string_view decimal) {
    std::uint64_t value = 0;
    const auto [end, error] =
        std::from_chars(decimal.data(), decimal.data() + decimal.size(), value);
    if (decimal.empty() || error != std::errc{} || end != decimal.data() + decimal.size())
        return {};
    std::array<char, 17> out{};
    const auto written = std::to_chars(out.data(), out.data() + out.size(), value, 16);
    return {out.data(), written.ptr};
}

std::string trimmed(std::string_view id) {
    while (id.size() > 1 && id.front() == '0') id.remove_prefix(1);
    return lower(id);
}

}  // namespace postern::adapters::smpp
