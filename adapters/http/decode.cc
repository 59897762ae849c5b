// Finds the items in the body and what each of them is.
#include "adapters/http/decode.h"

#include "adapters/errc.h"
#include "adapters/http/message.h"
#include "adapters/http/multipart_fields.h"
#include "adapters/http/pick.h"
#include "adapters/http/xml_fields.h"
#include "adapters/shared/form.h"
#include "adapters/shared/json_cursor.h"

namespace postern::adapters::http {
namespace {

std::optional<ItemKind> kind_of(const Receive& receive, const std::string& word) {
    for (const auto& [theirs, ours] : receive.kinds) {
        if (theirs == word) return ours;
    }
    return item_kind(word);
}

/// Many providers have a URL for each kind and do not name it in the body. A person's message may
/// have a state of its own ("received"): only a word that we know makes a receipt of what has
/// words.
std::optional<ItemKind> guessed_kind(const Receive& receive, const Item& item) {
    const std::string state = item.text(receive.status.value);
    if (!state.empty() && state_of(receive.status, state)) return ItemKind::status;
    const bool sent_by_somebody = !item.text(receive.message.from).empty();
    if (sent_by_somebody && says_something(receive, item)) return ItemKind::message;
    if (!state.empty()) return ItemKind::status;
    if (sent_by_somebody) return ItemKind::message;
    return std::nullopt;
}

/// What the provider calls the item.
std::string word_of(const Receive& receive, const WebhookRequest& request, const Item& item) {
    if (receive.kind_header.empty()) return item.text(receive.kind);
    return std::string(request.header(receive.kind_header));
}

void decode_item(const Receive& receive, const WebhookRequest& request, Item item, Instant now,
                 InboundBatch& batch) {
    item.set_query(request.query);
    item.set_position(batch.items.size() + batch.undecoded.size());
    std::string word = word_of(receive, request, item);
    auto kind = receive.only ? receive.only : kind_of(receive, word);
    if (!kind && word.empty()) kind = guessed_kind(receive, item);
    switch (kind.value_or(ItemKind::ignore)) {
        case ItemKind::message:
            return decode_message(receive, item, now, batch);
        case ItemKind::status:
            return decode_status(receive, item, now, batch);
        case ItemKind::opted_out:
        case ItemKind::opted_in:
            return decode_consent(receive, item, *kind, now, batch);
        case ItemKind::ignore:
            return decode_other(receive, item, std::move(word), now, batch);
    }
}

Result<InboundBatch> decode_form(const Receive& receive, const WebhookRequest& request,
                                 Instant now) {
    // Some call with GET or POST as they are told: then what is signed is the body, or nothing is.
    const bool in_query = receive.body == BodyFormat::query ||
                          (request.body.empty() && receive.verify.kind != VerifyKind::hmac);
    const std::string_view raw = in_query ? request.query : request.body;
    InboundBatch batch;
    const std::string_view type = request.header("Content-Type");
    if (!in_query && is_multipart(type)) {
        auto parts = multipart_fields(type, raw);
        if (!parts || parts->fields.empty()) return make_error_code(Errc::wrong_shape);
        const std::string said = shared::encode_form(parts->fields) + "\n" + parts->files;
        const shared::Form fields(std::move(parts->fields));
        Item item(fields, raw);
        item.set_said(said);
        decode_item(receive, request, item, now, batch);
        return batch;
    }
    const auto form = shared::parse_form(raw);
    if (!form) return form.error();
    if (form->fields().empty()) return make_error_code(Errc::wrong_shape);
    decode_item(receive, request, Item(*form, raw), now, batch);
    return batch;
}

Result<InboundBatch> decode_xml(const Receive& receive, const WebhookRequest& request,
                                Instant now) {
    const auto fields = xml_fields(request.body);
    if (!fields) return make_error_code(Errc::wrong_shape);
    InboundBatch batch;
    decode_item(receive, request, Item(*fields, request.body), now, batch);
    return batch;
}

/// The array of items, if the body is a batch: the body itself or what `batch` points at.
std::optional<Located> items_of(const Receive& receive, json::Value root, std::string_view body) {
    if (root.is_array()) return Located{root, body};
    if (receive.batch.empty()) return std::nullopt;
    auto found = locate(root, body, receive.batch);
    return found && found->value.is_array() ? found : std::nullopt;
}

Result<InboundBatch> decode_json(const Receive& receive, const WebhookRequest& request,
                                 Instant now) {
    const auto root = json::parse(request.body);
    if (!root) return root.error();
    InboundBatch batch;
    const auto items = items_of(receive, *root, request.body);
    if (!items) {
        if (!root->is_object()) return make_error_code(Errc::wrong_shape);
        decode_item(receive, request, Item(*root, request.body), now, batch);
        return batch;
    }
    json::Array array;
    if (items->value.get(array) != simdjson::SUCCESS) return make_error_code(Errc::wrong_shape);
    json::Cursor cursor(items->raw);
    json::each_element(array, cursor, [&](json::Value value, json::Cursor& at) {
        const std::string_view raw = at.skip();
        if (value.is_object()) {
            decode_item(receive, request, Item(value, raw), now, batch);
        } else {
            batch.undecoded.push_back({raw, "an item that is not an object", {}});
        }
    });
    return batch;
}

}  // namespace

Result<InboundBatch> decode(const Receive& receive, const WebhookRequest& request, Instant now) {
    if (receive.body == BodyFormat::json) return decode_json(receive, request, now);
    if (receive.body == BodyFormat::xml) return decode_xml(receive, request, now);
    return decode_form(receive, request, now);
}

}  // namespace postern::adapters::http
