#include "adapters/smpp/options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "adapters/shared/endpoint.h"

namespace postern::adapters::smpp {
namespace {

constexpr std::size_t short_code_digits_max = 6;
constexpr std::size_t binds_max = 16;
constexpr std::size_t window_max = 1000;
constexpr std::size_t parts_max = 255;
constexpr std::size_t enquire_s_min = 5;
constexpr std::size_t enquire_s_max = 600;

bool is_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// `standard` where the setting is absent; nothing outside of the bounds.
std::optional<std::size_t> number_of(const AdapterConfig& config, std::string_view key,
                                     std::size_t standard, std::size_t min, std::size_t max) {
    const std::string_view text = config.setting(key);
    if (text.empty()) return standard;
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value >= min && value <= max ? std::optional(value) : std::nullopt;
}

template <class Value, std::size_t Count>
std::optional<Value> word_of(const std::array<std::pair<std::string_view, Value>, Count>& words,
                             std::string_view word) {
    if (word.empty()) return words.front().second;
    for (const auto& [name, value] : words) {
        if (name == word) return value;
    }
    return std::nullopt;
}

constexpr std::array<std::pair<std::string_view, LongMode>, 4> long_modes = {
    {{"udh", LongMode::udh},
     {"udh16", LongMode::udh16},
     {"sar", LongMode::sar},
     {"payload", LongMode::payload}}};
constexpr std::array<std::pair<std::string_view, ReceiptId>, 5> receipt_ids = {
    {{"auto", ReceiptId::automatic},
     {"exact", ReceiptId::exact},
     {"hex_to_dec", ReceiptId::hex_to_dec},
     {"dec_to_hex", ReceiptId::dec_to_hex},
     {"ci_trim_zero", ReceiptId::ci_trim_zero}}};
constexpr std::array<std::pair<std::string_view, bool>, 2> flags = {
    {{"false", false}, {"true", true}}};

/// "a.example, b.example:3550, [::1]:2775".
std::vector<Endpoint> hosts_of(std::string_view list, std::uint16_t port) {
    std::vector<Endpoint> out;
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        std::string_view one = list.substr(0, comma);
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
        while (one.starts_with(' ')) one.remove_prefix(1);
        while (one.ends_with(' ')) one.remove_suffix(1);
        Endpoint endpoint{std::string(one), port};
        const std::size_t colon = one.rfind(':');
        const bool bracketed = one.starts_with('[');
        const bool has_port = colon != std::string_view::npos && is_digits(one.substr(colon + 1)) &&
                              (bracketed ? one[colon - 1] == ']' : one.find(':') == colon);
        if (has_port) {
            const std::string_view digits = one.substr(colon + 1);
            std::from_chars(digits.data(), digits.data() + digits.size(), endpoint.port);
            endpoint.host = one.substr(0, colon);
        }
        if (endpoint.host.starts_with('[') && endpoint.host.ends_with(']'))
            endpoint.host = endpoint.host.substr(1, endpoint.host.size() - 2);
        if (endpoint.host.empty() || !shared::is_printable_ascii(endpoint.host)) return {};
        out.push_back(std::move(endpoint));
    }
    return out;
}

std::vector<BindKind> kinds_of(std::string_view word) {
    if (word.empty() || word == "transceiver" || word == "trx") return {BindKind::transceiver};
    if (word == "transmitter" || word == "tx") return {BindKind::transmitter};
    if (word == "receiver" || word == "rx") return {BindKind::receiver};
    if (word == "transmitter+receiver" || word == "tx+rx")
        return {BindKind::transmitter, BindKind::receiver};
    return {};
}

bool set_source(const AdapterConfig& config, Options& out) {
    out.source = address_of(config.setting("source_addr"));
    const auto ton = number_of(config, "source_ton", out.source.ton, 0, 255);
    const auto npi = number_of(config, "source_npi", out.source.npi, 0, 255);
    if (!ton || !npi) return false;
    out.source.ton = static_cast<std::uint8_t>(*ton);
    out.source.npi = static_cast<std::uint8_t>(*npi);
    return true;
}

/// What is wrong with the numbers and words, or nothing.
std::string read_plain(const AdapterConfig& config, Options& out) {
    const auto window = number_of(config, "window", out.window, 1, window_max);
    if (!window) return "window must be 1 to 1000 submissions";
    const auto parts = number_of(config, "parts_max", out.parts_max, 1, parts_max);
    if (!parts) return "parts_max must be 1 to 255";
    const auto enquire = number_of(config, "enquire_link_s", 30, enquire_s_min, enquire_s_max);
    if (!enquire) return "enquire_link_s must be 5 to 600 seconds";
    const auto tls = word_of(flags, config.setting("tls"));
    if (!tls) return "tls must be true or false";
    const auto mode = word_of(long_modes, config.setting("long_messages"));
    if (!mode) return "long_messages must be udh, udh16, sar or payload";
    const auto ids = word_of(receipt_ids, config.setting("receipt_id"));
    if (!ids) return "receipt_id must be auto, exact, hex_to_dec, dec_to_hex or ci_trim_zero";
    const std::string_view charset = config.setting("default_charset");
    const auto standard = parse_charset(charset.empty() ? "gsm7" : charset);
    if (!standard) return "default_charset must be gsm7, latin1, ascii or ucs2";
    if (!set_source(config, out)) return "source_ton and source_npi must be 0 to 255";
    out.window = *window;
    out.parts_max = *parts;
    out.enquire_after = std::chrono::seconds(*enquire);
    out.tls = *tls;
    out.long_mode = *mode;
    out.receipt_id = *ids;
    out.charset = *standard;
    return {};
}

}  // namespace

bool Options::sends() const {
    return std::ranges::any_of(binds,
                               [](const Bind& bind) { return bind.kind != BindKind::receiver; });
}

bool Options::receives() const {
    return std::ranges::any_of(binds,
                               [](const Bind& bind) { return bind.kind != BindKind::transmitter; });
}

Address address_of(std::string_view sender) {
    constexpr std::uint8_t international = 1;
    constexpr std::uint8_t network = 3;
    constexpr std::uint8_t alphanumeric = 5;
    constexpr std::uint8_t isdn = 1;
    if (sender.empty()) return {};
    if (sender.starts_with('+') && is_digits(sender.substr(1)))
        return {international, isdn, std::string(sender.substr(1))};
    if (!is_digits(sender)) return {alphanumeric, 0, std::string(sender)};
    if (sender.size() <= short_code_digits_max) return {network, 0, std::string(sender)};
    return {international, isdn, std::string(sender)};
}

std::optional<Options> read_options(const AdapterConfig& config, std::string& problem) {
    Options out;
    const auto port = number_of(config, "port", 2775, 1, 65535);
    if (port) out.hosts = hosts_of(config.setting("host"), static_cast<std::uint16_t>(*port));
    if (out.hosts.empty()) {
        problem = "host: write the message centre's name, \"smsc.example.com\" (several with ',')";
        return std::nullopt;
    }
    const std::string_view system_id = config.setting("system_id");
    if (system_id.empty() || system_id.size() > 15) {
        problem = "system_id: write the login that the centre gave you, at most 15 characters";
        return std::nullopt;
    }
    problem = read_plain(config, out);
    const auto count = number_of(config, "binds", 1, 1, binds_max);
    const std::vector<BindKind> kinds = kinds_of(config.setting("bind"));
    if (!count) problem = "binds must be 1 to 16 connections";
    if (kinds.empty())
        problem = "bind must be transceiver, transmitter, receiver or transmitter+receiver";
    if (out.source.digits.size() > 20) problem = "source_addr has at most 20 characters";
    if (!problem.empty()) return std::nullopt;
    for (std::size_t i = 0; i < *count; ++i) {
        for (const BindKind kind : kinds) {
            out.binds.push_back({kind, std::string(system_id), shared::newest(config, "password"),
                                 std::string(config.setting("system_type"))});
        }
    }
    return out;
}

}  // namespace postern::adapters::smpp
