// The document's own tables; README.md lists the keys in the same order.
#include "adapters/http/receive.h"

#include <algorithm>
#include <array>

#include "adapters/http/pick.h"
#include "adapters/http/receive_items.h"
#include "adapters/http/receive_verify.h"
#include "adapters/http/table.h"

namespace postern::adapters::http {
namespace {

constexpr std::size_t text_bytes_max = 64 * 1024;
constexpr std::size_t reply_bytes_max = 4096;
constexpr std::array<std::string_view, 4> bodies = {"json", "form", "query", "xml"};
constexpr std::array<std::string_view, 2> addresses = {"opaque", "phone"};

constexpr std::array<std::pair<std::string_view, ItemKind>, 5> kind_words = {{
    {"message", ItemKind::message},
    {"status", ItemKind::status},
    {"opted_out", ItemKind::opted_out},
    {"opted_in", ItemKind::opted_in},
    {"ignore", ItemKind::ignore},
}};

constexpr std::array<ReceiptState, 5> states = {ReceiptState::accepted, ReceiptState::sent,
                                                ReceiptState::delivered, ReceiptState::read,
                                                ReceiptState::failed};

/// `kind = "message"`: all items; `kind = { pointer | header, map }`: by a word of the item.
void read_kind(Table& root, const Places& places, Receive& receive) {
    if (!root.has("kind")) return;
    if (!root.is_table("kind")) {
        receive.only = item_kind(root.text("kind", ""));
        if (!receive.only) root.wrong("kind", "write \"message\", \"status\" or a table");
        return;
    }
    auto table = root.table("kind");
    places.read(*table, "pointer", receive.kind);
    receive.kind_header = table->text("header", "");
    if (auto map = table->table("map")) {
        for (auto& [word, ours] : map->words_map()) {
            const auto kind = item_kind(ours);
            if (!kind) map->wrong(word, "write one of message status opted_out opted_in ignore");
            receive.kinds.emplace_back(word, kind.value_or(ItemKind::ignore));
        }
    }
    table->finish();
}

void read_reply(Table& root, Receive& receive) {
    auto table = root.table("response");
    if (!table) return;
    static_cast<void>(table->integer("status", 200, 200, 200));
    receive.reply_type = table->text("type", receive.reply_type);
    receive.reply_body = table->text("body", receive.reply_body);
    const bool printable =
        std::ranges::all_of(receive.reply_type, [](char c) { return c >= 0x20 && c != 0x7f; });
    if (!printable) table->wrong("type", "write a media type, such as \"text/plain\"");
    if (receive.reply_body.size() > reply_bytes_max)
        table->wrong("body", "write at most 4096 bytes");
    table->finish();
}

/// The places of single values.
auto places_of(Receive& receive) {
    MessageRule& m = receive.message;
    StatusRule& s = receive.status;
    return std::to_array<Place*>(
        {&m.id,         &m.from,         &m.name,           &m.username,      &m.language,
         &m.text,       &m.reply_to,     &m.group,          &m.latitude,      &m.longitude,
         &m.choice_id,  &m.choice_title, &m.time.place,     &m.media.url,     &m.media.id,
         &m.media.mime, &m.media.kind,   &m.media.filename, &m.media.caption, &s.id,
         &s.value,      &s.error,        &s.error_text,     &s.recipient,     &s.echo,
         &s.time.place, &receive.kind});
}

/// Form fields have names, not pointers: the defaults lose their slash.
void use_field_names(Receive& receive) {
    for (Place* const place : places_of(receive)) place->erase(0, 1);
    MessageRule& m = receive.message;
    StatusRule& s = receive.status;
    m.media.url = "media";
    m.media.id = "media_id";
    m.media.kind = "media_kind";
    m.choice_id = "choice_id";
    m.choice_title = "choice_title";
    s.error = "error";
    s.error_text = "error_text";
    receive.batch.clear();
    m.media.list.clear();
}

/// What the document reads of the URL, which a signature of the body alone leaves to anybody.
void note_query_names(Table& root, Receive& receive) {
    for (const Place* const place : places_of(receive)) {
        for (std::string_view rest = *place; !rest.empty();) {
            const std::string name(query_name(take_place(rest)));
            if (!name.empty() &&
                std::ranges::find(receive.query_names, name) == receive.query_names.end()) {
                receive.query_names.push_back(name);
            }
        }
    }
    const auto is_query = [](const Piece& piece) {
        return piece.kind == Piece::Kind::query || piece.kind == Piece::Kind::query_sorted;
    };
    if (!receive.query_names.empty() && receive.verify.kind == VerifyKind::hmac &&
        std::ranges::none_of(receive.verify.payload, is_query)) {
        root.wrong("verify", "{{query." + receive.query_names.front() +
                                 "}} is read, so the query must be signed: write {{query}} or "
                                 "{{query_sorted}} into payload, or read the value elsewhere");
    }
}

Receive read_root(Table root) {
    Receive receive;
    const std::string body = root.word("body", bodies);
    receive.body = static_cast<BodyFormat>(std::ranges::find(bodies, body) - bodies.begin());
    if (receive.body != BodyFormat::json) use_field_names(receive);
    const Places places(receive.body);
    if (auto verify = root.table("verify")) {
        receive.verify = parse_verify(std::move(*verify), receive.body);
    } else if (receive.body == BodyFormat::query) {
        receive.verify.payload = {{Piece::Kind::query, {}}};
    }
    read_kind(root, places, receive);
    if (root.is_table("batch")) {
        auto batch = root.table("batch");
        places.read(*batch, "pointer", receive.batch);
        batch->finish();
    } else {
        places.read(root, "batch", receive.batch);
    }
    if (receive.body != BodyFormat::json && !receive.batch.empty()) {
        root.wrong("batch", "only a JSON body can hold several items");
    }
    read_message(root, places, receive.message);
    read_status(root, places, receive.status);
    note_query_names(root, receive);
    receive.phone_addresses = root.word("address", addresses) == "phone";
    receive.region = root.text("region", "");
    if (!receive.region.empty() && receive.region.size() != 2) {
        root.wrong("region", "write a country of ISO 3166, such as \"CO\"");
    }
    read_reply(root, receive);
    root.finish();
    return receive;
}

}  // namespace

std::optional<ItemKind> item_kind(std::string_view word) {
    for (const auto& [known, kind] : kind_words) {
        if (known == word) return kind;
    }
    return std::nullopt;
}

std::optional<ReceiptState> receipt_state(std::string_view word) {
    for (const ReceiptState state : states) {
        if (to_string(state) == word) return state;
    }
    return std::nullopt;
}

std::optional<ReceiptState> state_of(const StatusRule& rule, std::string_view word) {
    std::optional<ReceiptState> state;
    for (const auto& [theirs, ours] : rule.map) {
        if (theirs == word) state = ours;
    }
    return state ? state : receipt_state(word);
}

Receive parse_receive(std::string_view text, std::string& problem) {
    if (text.empty()) return {};
    if (text.size() > text_bytes_max) {
        problem = "receive: the document is longer than 64 KiB";
        return {};
    }
    std::string padded(text);
    padded.append(simdjson::SIMDJSON_PADDING, '\0');
    const auto parsed = json::parse(std::string_view(padded).substr(0, text.size()));
    const auto object = parsed ? json::as_object(*parsed) : std::nullopt;
    if (!object) {
        problem = "receive: write a table, as in the channel's README";
        return {};
    }
    return read_root(Table(*object, "receive", problem));
}

}  // namespace postern::adapters::http
