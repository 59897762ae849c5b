// The declarative `receive` document, parsed and checked once when the account is made. README.md
// is its reference. A plain value; thread: any (const).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/model/inbound.h"

namespace postern::adapters::http {

enum class BodyFormat : unsigned char { json, form, query, xml };
enum class VerifyKind : unsigned char { hmac, header, query, basic, none };
enum class Algorithm : unsigned char { sha256, sha512, sha1, md5 };
enum class Encoding : unsigned char { hex, base64, base64url };
enum class TimeFormat : unsigned char { automatic, unix_s, unix_ms, iso8601, pattern };

/// What an item is. `ignore` and words that no map knows become `other` signals.
enum class ItemKind : unsigned char { message, status, opted_out, opted_in, ignore };

/// A piece of the canonical string that was signed.
struct Piece {
    enum class Kind : unsigned char {
        literal,
        raw_body,
        timestamp,
        method,
        path,
        query,
        query_sorted,
        header,
    };
    Kind kind = Kind::literal;
    std::string text;  // literal: itself; header: its name
};

/// A header, or one `name=value` of a header that holds a comma-separated list of them.
struct HeaderPlace {
    std::string header;
    std::string field;
};

struct VerifyRule {
    VerifyKind kind = VerifyKind::hmac;
    HeaderPlace place{"X-Postern-Signature", {}};
    std::string prefix = "sha256=";
    Algorithm algorithm = Algorithm::sha256;
    Encoding encoding = Encoding::hex;
    std::vector<Piece> payload{{Piece::Kind::raw_body, {}}};
    std::optional<HeaderPlace> timestamp;
    bool timestamp_in_ms = false;
    std::chrono::seconds tolerance{300};
    std::string name;  // query: the parameter; basic: the user
};

/// Where a value stands in an item: a JSON pointer (RFC 6901), in a form the field's name, in XML
/// the elements below the root ("from/number", "from/@type"). Several with « | » between them: the
/// first that holds something.
using Place = std::string;

/// What parts them.
constexpr std::string_view place_parting = " | ";
/// Stands for an id that the provider does not give: a digest of what the item says, with the
/// parameters of the query that the document reads. The same words twice are one message.
constexpr std::string_view fingerprint_place = "{{fingerprint}}";
/// Likewise, with the moment and the place in its batch: whatever arrives is a message of its own.
constexpr std::string_view arrival_place = "{{arrival}}";
/// "{{query.NAME}}": a parameter of the webhook's URL, whatever the body is; told to the provider
/// with the URL, it tells apart what its bodies do not.
constexpr std::string_view query_place = "{{query.";
/// In names of a form's media fields: 0, 1, 2 … for as long as there is one.
constexpr std::string_view number_mark = "{n}";

template <class T>
using WordMap = std::vector<std::pair<std::string, T>>;

struct MediaRule {
    Place list = "/media";  // an array of objects or of URLs, or one of either
    Place url = "/url";
    Place id = "/id";
    Place mime = "/mime";
    Place kind = "/kind";
    Place filename = "/filename";
    Place caption = "/caption";
};

struct TimeRule {
    Place place = "/time";
    TimeFormat format = TimeFormat::automatic;
    std::string pattern;           // "DD/MM/YYYY hh:mm:ss": see time_pattern.h
    std::chrono::minutes east{0};  // the provider's zone, where a time tells none
};

struct MessageRule {
    Place id = "/id";
    Place from = "/from";
    Place name = "/name";
    Place username = "/username";
    Place language = "/language";
    Place text = "/text";
    Place reply_to = "/reply_to";
    Place group = "/group";
    Place latitude = "/latitude";
    Place longitude = "/longitude";
    Place choice_id = "/choice/id";
    Place choice_title = "/choice/title";
    TimeRule time;
    MediaRule media;
};

struct StatusRule {
    Place id = "/id";
    Place value = "/status";
    WordMap<ReceiptState> map;  // consulted before our own words, which always count
    Place error = "/error/code";
    Place error_text = "/error/detail";
    Place recipient = "/to";
    Place echo = "/echo";
    TimeRule time;
};

struct Receive {
    BodyFormat body = BodyFormat::json;
    VerifyRule verify;
    Place kind = "/type";
    std::string kind_header;       // instead of `kind`, if not empty
    WordMap<ItemKind> kinds;       // consulted before our own words, which always count
    std::optional<ItemKind> only;  // every item is this
    Place batch = "/items";
    MessageRule message;
    StatusRule status;
    bool phone_addresses = false;
    std::string region;                    // for national numbers
    std::vector<std::string> query_names;  // every NAME of a `{{query.NAME}}` above
    std::string reply_type = "application/json";
    std::string reply_body = "{}";
};

/// The setting's JSON text; empty: the default document. The first mistake goes to `problem`.
[[nodiscard]] Receive parse_receive(std::string_view text, std::string& problem);

/// Our own words: `message`, `status` … and `accepted`, `sent` ….
[[nodiscard]] std::optional<ItemKind> item_kind(std::string_view word);
[[nodiscard]] std::optional<ReceiptState> receipt_state(std::string_view word);
/// Ours for the provider's word: by the map, else if it is one of our own.
[[nodiscard]] std::optional<ReceiptState> state_of(const StatusRule& rule, std::string_view word);

}  // namespace postern::adapters::http
