#include "adapters/email/smtp_address.h"

#include <algorithm>
#include <array>
#include <memory>

#include <unicode/uidna.h>

#include "adapters/shared/utf8.h"

namespace postern::adapters::email {
namespace {

constexpr std::size_t local_max = 64;
constexpr std::size_t domain_max = 253;

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_atom_character(char c) {
    constexpr std::string_view others = "!#$%&'*+-/=?^_`{|}~";
    const bool beyond_ascii = static_cast<unsigned char>(c) >= 0x80;
    return is_alphanumeric(c) || beyond_ascii || others.find(c) != std::string_view::npos;
}

bool is_local_part(std::string_view text) {
    if (text.empty() || text.size() > local_max || text.front() == '.' || text.back() == '.') {
        return false;
    }
    if (text.find("..") != std::string_view::npos) return false;
    return std::ranges::all_of(text, [](char c) { return c == '.' || is_atom_character(c); });
}

bool is_host_name(std::string_view text) {
    if (text.empty() || text.size() > domain_max) return false;
    while (true) {
        const std::string_view label = text.substr(0, text.find('.'));
        if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') {
            return false;
        }
        if (!std::ranges::all_of(label, [](char c) { return c == '-' || is_alphanumeric(c); })) {
            return false;
        }
        if (label.size() == text.size()) return true;
        text.remove_prefix(label.size() + 1);
    }
}

/// ICU's tables are read once; the object is immutable and serves all threads.
const UIDNA* idna() {
    static const std::unique_ptr<UIDNA, decltype(&uidna_close)> once = [] {
        UErrorCode error = U_ZERO_ERROR;
        UIDNA* const made = uidna_openUTS46(
            UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII, &error);
        return std::unique_ptr<UIDNA, decltype(&uidna_close)>(U_SUCCESS(error) ? made : nullptr,
                                                              &uidna_close);
    }();
    return once.get();
}

std::optional<std::string> ascii_domain(std::string_view text) {
    std::string out(text);
    if (!is_ascii(text)) {
        if (text.size() > domain_max || idna() == nullptr) return std::nullopt;
        std::array<char, domain_max + 3> buffer{};
        UIDNAInfo info = UIDNA_INFO_INITIALIZER;
        UErrorCode error = U_ZERO_ERROR;
        const int size =
            uidna_nameToASCII_UTF8(idna(), text.data(), static_cast<int>(text.size()),
                                   buffer.data(), static_cast<int>(buffer.size()), &info, &error);
        if (U_FAILURE(error) || info.errors != 0) return std::nullopt;
        out.assign(buffer.data(), static_cast<std::size_t>(size));
    }
    if (!is_host_name(out)) return std::nullopt;
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool MailAddress::needs_utf8() const {
    return !is_ascii(local);
}

std::optional<MailAddress> mail_address(std::string_view text) {
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos || !is_local_part(text.substr(0, at))) return std::nullopt;
    std::string local(text.substr(0, at));
    if (shared::valid_utf8(local) != local) return std::nullopt;
    auto domain = ascii_domain(text.substr(at + 1));
    if (!domain) return std::nullopt;
    return MailAddress{std::move(local), std::move(*domain)};
}

std::optional<NamedAddress> named_address(std::string_view text) {
    text = trimmed(text);
    if (std::ranges::any_of(text, is_control)) return std::nullopt;
    NamedAddress out;
    std::string_view address = text;
    if (const std::size_t open = text.rfind('<'); open != std::string_view::npos) {
        if (!text.ends_with('>')) return std::nullopt;
        std::string_view name = trimmed(text.substr(0, open));
        if (name.size() >= 2 && name.front() == '"' && name.back() == '"') {
            name = name.substr(1, name.size() - 2);
        }
        if (name.find_first_of("<>\"\\") != std::string_view::npos) return std::nullopt;
        out.name = shared::valid_utf8(std::string(name));
        address = text.substr(open + 1, text.size() - open - 2);
    }
    auto parsed = mail_address(address);
    if (!parsed) return std::nullopt;
    out.address = std::move(*parsed);
    return out;
}

}  // namespace postern::adapters::email
