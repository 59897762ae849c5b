// A scheme that would leave the body unsigned is a mistake, not a choice.
#include "adapters/http/receive_verify.h"

#include <algorithm>
#include <array>

namespace postern::adapters::http {
namespace {

constexpr std::array<std::string_view, 5> kinds = {"hmac", "header", "query", "basic", "none"};
constexpr std::array<std::string_view, 4> algorithms = {"sha256", "sha512", "sha1", "md5"};
constexpr std::array<std::string_view, 3> encodings = {"hex", "base64", "base64url"};
constexpr std::array<std::string_view, 2> units = {"unix", "unix_ms"};
constexpr std::int64_t tolerance_s_max = 86400;

constexpr std::array<std::pair<std::string_view, Piece::Kind>, 6> placeholders = {{
    {"raw_body", Piece::Kind::raw_body},
    {"timestamp", Piece::Kind::timestamp},
    {"method", Piece::Kind::method},
    {"path", Piece::Kind::path},
    {"query", Piece::Kind::query},
    {"query_sorted", Piece::Kind::query_sorted},
}};

template <class Enum, std::size_t N>
Enum chosen(Table& table, std::string_view key, const std::array<std::string_view, N>& words) {
    const std::string word = table.word(key, words);
    return static_cast<Enum>(std::ranges::find(words, word) - words.begin());
}

bool add_placeholder(std::string_view name, std::vector<Piece>& pieces) {
    if (name.starts_with("header.") && name.size() > 7) {
        pieces.push_back({Piece::Kind::header, std::string(name.substr(7))});
        return true;
    }
    for (const auto& [word, kind] : placeholders) {
        if (word != name) continue;
        pieces.push_back({kind, {}});
        return true;
    }
    return false;
}

std::vector<Piece> parse_payload(Table& table) {
    static constexpr std::string_view advice =
        "known placeholders are {{raw_body}} {{timestamp}} {{method}} {{path}} {{query}} "
        "{{query_sorted}} {{header.X}}";
    const std::string whole = table.text("payload", "{{raw_body}}");
    std::string_view text = whole;
    std::vector<Piece> pieces;
    while (!text.empty()) {
        const std::size_t open = text.find("{{");
        if (open != 0) pieces.push_back({Piece::Kind::literal, std::string(text.substr(0, open))});
        if (open == std::string_view::npos) break;
        const std::size_t close = text.find("}}", open);
        if (close == std::string_view::npos ||
            !add_placeholder(text.substr(open + 2, close - open - 2), pieces)) {
            table.wrong("payload", advice);
            break;
        }
        text.remove_prefix(close + 2);
    }
    return pieces;
}

bool uses(const std::vector<Piece>& payload, Piece::Kind kind) {
    return std::ranges::find(payload, kind, &Piece::kind) != payload.end();
}

void check_payload(Table& table, const VerifyRule& rule, BodyFormat body) {
    const bool query_signed =
        uses(rule.payload, Piece::Kind::query) || uses(rule.payload, Piece::Kind::query_sorted);
    if (body == BodyFormat::query && !query_signed) {
        table.wrong("payload", "a query body must be signed: write {{query}} into it");
    }
    if (body != BodyFormat::query && !uses(rule.payload, Piece::Kind::raw_body)) {
        table.wrong("payload", "the body must be signed: write {{raw_body}} into it");
    }
    if (uses(rule.payload, Piece::Kind::timestamp) != rule.timestamp.has_value()) {
        table.wrong("timestamp", rule.timestamp
                                     ? "it must be signed: write {{timestamp}} into payload"
                                     : "payload names {{timestamp}}: write where it stands, "
                                       "such as {\"header\": \"X-Timestamp\"}");
    }
}

void parse_timestamp(Table& table, VerifyRule& rule) {
    auto inner = table.table("timestamp");
    if (!inner) return;
    HeaderPlace place{inner->text("header", rule.place.header), inner->text("field", "")};
    if (place.header == rule.place.header && place.field.empty()) {
        inner->wrong("header", "write the header that holds the timestamp");
    }
    rule.timestamp_in_ms = inner->word("format", units) == "unix_ms";
    rule.tolerance = std::chrono::seconds{inner->integer("tolerance_s", 300, 1, tolerance_s_max)};
    inner->finish();
    rule.timestamp = std::move(place);
}

void parse_hmac(Table& table, VerifyRule& rule, BodyFormat body) {
    const bool own_header = table.has("header");
    rule.place = {table.text("header", "X-Postern-Signature"), table.text("field", "")};
    if (rule.place.header.empty()) table.wrong("header", "write the header's name");
    rule.algorithm = chosen<Algorithm>(table, "alg", algorithms);
    rule.encoding = chosen<Encoding>(table, "encoding", encodings);
    rule.prefix = table.text("prefix", own_header ? "" : "sha256=");
    rule.payload = parse_payload(table);
    parse_timestamp(table, rule);
    check_payload(table, rule, body);
}

}  // namespace

VerifyRule parse_verify(Table table, BodyFormat body) {
    VerifyRule rule;
    rule.kind = chosen<VerifyKind>(table, "type", kinds);
    switch (rule.kind) {
        case VerifyKind::hmac:
            parse_hmac(table, rule, body);
            break;
        case VerifyKind::header:
            rule.place = {table.text("header", ""), {}};
            rule.prefix = table.text("prefix", "");
            if (rule.place.header.empty())
                table.wrong("header", "write the header that holds the token");
            break;
        case VerifyKind::query:
            rule.name = table.text("name", "");
            if (rule.name.empty())
                table.wrong("name", "write the query parameter that holds the token");
            break;
        case VerifyKind::basic:
            rule.name = table.text("user", "");
            if (rule.name.empty() || rule.name.find(':') != std::string::npos) {
                table.wrong("user", "write the user name; the password is credentials.secret");
            }
            break;
        case VerifyKind::none:
            break;
    }
    table.finish();
    return rule;
}

}  // namespace postern::adapters::http
