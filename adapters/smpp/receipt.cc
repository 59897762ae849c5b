// Keys are looked for by name, whatever their order and case; a value ends at the next key.
#include "adapters/smpp/receipt.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace postern::adapters::smpp {
namespace {

struct State {
    std::string_view word;
    std::uint8_t number;  // of message_state
    ReceiptState state;
};
constexpr std::array<State, 9> states = {{{"ENROUTE", 1, ReceiptState::sent},
                                          {"DELIVRD", 2, ReceiptState::delivered},
                                          {"EXPIRED", 3, ReceiptState::failed},
                                          {"DELETED", 4, ReceiptState::failed},
                                          {"UNDELIV", 5, ReceiptState::failed},
                                          {"ACCEPTD", 6, ReceiptState::sent},
                                          {"UNKNOWN", 7, ReceiptState::failed},
                                          {"REJECTD", 8, ReceiptState::failed},
                                          {"SKIPPED", 9, ReceiptState::failed}}};

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

    [[nodiscard]] std::string_view value(std::string_view key) const {
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
        return out.substr(0, std::ranges::find_if(out, is_space) - out.begin());
    }
};

Body body_of(std::string_view text) {
    Body body{text, lower(text)};
    const std::size_t own = find_key(body.folded, "text:");
    if (own != std::string_view::npos) {
        body.text = text.substr(0, own);
        body.folded.resize(own);
    }
    return body;
}

/// Centres cut and stretch the seven letters: "DELIVERED", "UNDELIVERABLE", "ACCEPTED".
const State* find_state(std::string_view word) {
    std::string upper(word.substr(0, 7));
    for (char& c : upper) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
    }
    if (upper.starts_with("DELIV")) upper = "DELIVRD";
    if (upper.starts_with("ACCEP")) upper = "ACCEPTD";
    if (upper.starts_with("REJEC")) upper = "REJECTD";
    if (upper.starts_with("UNDEL")) upper = "UNDELIV";
    const auto found = std::ranges::find(states, upper, &State::word);
    return found == states.end() ? nullptr : &*found;
}

std::optional<Instant> time_of(std::string_view digits) {
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

}  // namespace

bool is_receipt(const ShortMessage& message) {
    const std::uint8_t type = message.esm_class & esm::type_mask;
    return type == esm::receipt || type == esm::intermediate;
}

std::optional<Receipt> read_receipt(const ShortMessage& message) {
    std::string_view octets = message.octets();
    if ((message.esm_class & esm::udh) != 0 && !octets.empty())
        octets.remove_prefix(
            std::min<std::size_t>(octets.size(), 1U + static_cast<unsigned char>(octets.front())));
    const Body body = body_of(octets);
    Receipt out;
    const Tlv* const id = find(message.tlvs, tag::receipted_message_id);
    out.id = printable(id != nullptr ? std::string_view(id->value.c_str()) : body.value("id:"));
    const auto told = number(message.tlvs, tag::message_state);
    const auto by_number = std::ranges::find(states, told.value_or(0), &State::number);
    const State* const state =
        told && by_number != states.end() ? &*by_number : find_state(body.value("stat:"));
    if (out.id.empty() || state == nullptr) return std::nullopt;
    out.state = state->state;
    out.stat = state->word;
    out.error = printable(body.value("err:"));
    if (const Tlv* const network = find(message.tlvs, tag::network_error_code))
        out.network = hex(std::string_view(network->value).substr(0, 3));
    out.done = time_of(body.value("done date:"));
    if (!out.done) out.done = time_of(body.value("donedate:"));
    return out;
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
