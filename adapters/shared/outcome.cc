// The common half of classification. Credentials are struck out because a provider may repeat the
// request in its complaint, and the complaint is shown to people.
#include "adapters/shared/outcome.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "adapters/shared/json.h"
#include "adapters/shared/utf8.h"

namespace postern::adapters::shared {
namespace {

constexpr std::size_t detail_bytes_max = 500;
constexpr std::size_t entity_bytes_max = 10;
constexpr std::chrono::hours retry_after_max{24};

/// Whether those digits are the number of that byte.
bool is_number_of(char byte, std::string_view digits, int base) {
    int value = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
    return !digits.empty() && error == std::errc{} && stop == end &&
           value == static_cast<unsigned char>(byte);
}

/// The bytes of an entity of XML at the beginning of `text` that stands for `wanted`; 0: none does.
std::size_t entity_of(std::string_view text, char wanted) {
    static constexpr std::array<std::pair<std::string_view, char>, 5> named = {
        {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
    const std::size_t end = text.substr(0, entity_bytes_max).find(';');
    if (!text.starts_with('&') || end == std::string_view::npos) return 0;
    const std::string_view name = text.substr(1, end - 1);
    const bool fits = name.starts_with("#x") ? is_number_of(wanted, name.substr(2), 16)
                      : name.starts_with('#')
                          ? is_number_of(wanted, name.substr(1), 10)
                          : std::ranges::find(named, std::pair(name, wanted)) != named.end();
    return fits ? end + 1 : 0;
}

/// The bytes at the beginning of `text` that spell `wanted`, as it is or as it is escaped in a URL,
/// in JSON or in XML; 0: none do.
std::size_t spelling_of(std::string_view text, char wanted) {
    if (text.starts_with('%') && is_number_of(wanted, text.substr(1, 2), 16)) return 3;
    if (text.starts_with("\\u") && is_number_of(wanted, text.substr(2, 4), 16)) return 6;
    if (text.size() > 1 && text[0] == '\\') {
        if (text[1] == wanted || (wanted == '\n' && text[1] == 'n')) return 2;
    }
    if (const std::size_t bytes = entity_of(text, wanted); bytes > 0) return bytes;
    const bool same = text.starts_with(wanted) || (wanted == ' ' && text.starts_with('+'));
    return same ? 1 : 0;
}

/// The bytes at the beginning of `text` that spell the secret, escaped or not; 0: none do. Where
/// the words were `cut`, the beginning of a secret at their end is one.
std::size_t secret_at(std::string_view text, std::string_view secret, bool cut) {
    if (text.starts_with(secret)) return secret.size();
    std::string_view rest = text;
    for (const char wanted : secret) {
        if (rest.empty() && cut) return text.size();
        const std::size_t bytes = spelling_of(rest, wanted);
        if (bytes == 0) return 0;
        rest.remove_prefix(std::min(bytes, rest.size()));
    }
    return text.size() - rest.size();
}

std::string struck_out(std::string_view text, std::string_view secret, bool cut) {
    std::string out;
    while (!text.empty()) {
        const std::size_t bytes = secret.empty() ? 0 : secret_at(text, secret, cut);
        out += bytes > 0 ? std::string_view("***") : text.substr(0, 1);
        text.remove_prefix(std::max<std::size_t>(bytes, 1));
    }
    return out;
}

void cut(std::string& text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return;
    std::size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    text.resize(end);
}

std::optional<int> digits(std::string_view text) {
    const auto value = json::to_integer(text);
    if (!value || *value < 0 || *value > 9999) return std::nullopt;
    return static_cast<int>(*value);
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`: the one form that RFC 9110 lets senders write.
std::optional<Instant> http_date(std::string_view text) {
    static constexpr std::array<std::string_view, 12> months = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (text.size() != 29 || !text.ends_with(" GMT")) return std::nullopt;
    const auto month = std::ranges::find(months, text.substr(8, 3));
    const auto day = digits(text.substr(5, 2));
    const auto year = digits(text.substr(12, 4));
    const auto hour = digits(text.substr(17, 2));
    const auto minute = digits(text.substr(20, 2));
    const auto second = digits(text.substr(23, 2));
    if (month == months.end() || !day || !year || !hour || !minute || !second) return std::nullopt;
    const std::chrono::year_month_day date{
        std::chrono::year{*year},
        std::chrono::month{static_cast<unsigned>(month - months.begin()) + 1},
        std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    return Instant{std::chrono::sys_days{date}} + std::chrono::hours{*hour} +
           std::chrono::minutes{*minute} + std::chrono::seconds{*second};
}

}  // namespace

const CodeRule* find_rule(std::span<const CodeRule> sorted, std::int64_t code) {
    const auto after = std::ranges::upper_bound(sorted, code, {}, &CodeRule::first);
    if (after == sorted.begin()) return nullptr;
    const CodeRule& rule = *(after - 1);
    const std::int64_t last = rule.last == 0 ? rule.first : rule.last;
    return code <= last ? &rule : nullptr;
}

SendOutcome outcome_of(const CodeRule& rule, Instant now) {
    SendOutcome out = outcome(rule.result, rule.code);
    out.scope = rule.scope;
    out.address = rule.address;
    if (rule.wait.count() > 0) out.retry_at = now + rule.wait;
    return out;
}

SendOutcome outcome(SendResult result, std::string_view code) {
    SendOutcome out;
    out.result = result;
    out.code = code;
    return out;
}

void judge(ProviderError& error, std::span<const CodeRule> sorted) {
    const auto number = json::to_integer(error.code);
    const CodeRule* const rule = number ? find_rule(sorted, *number) : nullptr;
    if (rule == nullptr) return;
    error.result = rule->result;
    error.word = rule->code;
}

std::string detail_of(std::string_view words, std::span<const Secret> credentials) {
    // A secret may straddle the cut, so it is struck out before; a huge answer is cut before both.
    std::string text(words.substr(0, 16 * detail_bytes_max));
    const bool shortened = text.size() < words.size();
    for (const Secret& secret : credentials) text = struck_out(text, secret.reveal(), shortened);
    cut(text, detail_bytes_max);
    text = valid_utf8(std::move(text));
    cut(text, detail_bytes_max);
    return text;
}

std::string without_credentials(std::string text, std::span<const Secret> credentials,
                                std::size_t bytes_min) {
    for (const Secret& secret : credentials) {
        if (secret.reveal().size() >= bytes_min) text = struck_out(text, secret.reveal(), false);
    }
    return text;
}

std::optional<Instant> retry_after(const ProviderAnswer& answer, Instant now) {
    const std::string_view header = answer.header("Retry-After");
    if (header.empty()) return std::nullopt;
    std::optional<Instant> at = http_date(header);
    const auto seconds = json::to_integer(header);
    if (seconds && *seconds >= 0) {
        at = now + std::chrono::seconds(std::min<std::int64_t>(*seconds, 86400));
    }
    if (!at) return std::nullopt;
    return std::clamp(*at, now, now + retry_after_max);
}

void wait_as_told(SendOutcome& out, const ProviderAnswer& answer, Instant now) {
    if (out.result != SendResult::rate_limited && out.result != SendResult::transient) return;
    const auto told = retry_after(answer, now);
    if (told && (!out.retry_at || *told > *out.retry_at)) out.retry_at = told;
}

}  // namespace postern::adapters::shared
