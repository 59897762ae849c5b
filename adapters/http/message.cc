// Absent fields are empty fields; only an id and a sender are needed, because without them a
// message can neither be recognised again nor belong to anybody.
#include "adapters/http/message.h"

#include <algorithm>

#include "adapters/shared/e164.h"
#include "adapters/shared/mime.h"
#include "adapters/shared/phone.h"

namespace postern::adapters::http {
namespace {

constexpr std::size_t media_max = 100;
constexpr std::size_t address_bytes_max = 1024;

std::string id_of(const Receive& receive, const Item& item, Instant now) {
    const Place& place = receive.message.id;
    std::string id = item.text(place);
    if (!id.empty()) return id;
    if (place.ends_with(fingerprint_place)) return item.digest(receive.query_names, 16);
    if (!place.ends_with(arrival_place)) return id;
    // A batch arrives in one moment, and may say the same twice.
    const std::string in_batch = item.position() == 0 ? "" : "-" + std::to_string(item.position());
    return item.digest(receive.query_names, 8) + "-" +
           std::to_string(now.time_since_epoch().count()) + in_batch;
}

/// A plus that nobody escaped has become a blank.
std::string without_lead(std::string spelled) {
    spelled.erase(0, std::min(spelled.find_first_not_of(' '), spelled.size()));
    return spelled;
}

/// Nothing if nothing is left of it, or too much: all who are nobody would be one contact. A number
/// that cannot be read stays as it came: better a strange contact than a lost message.
std::optional<Alias> address_of(const Receive& receive, std::string spelled) {
    spelled = without_lead(std::move(spelled));
    if (receive.phone_addresses) {
        for (const std::string_view scheme : {"tel:", "whatsapp:"}) {
            if (spelled.starts_with(scheme)) spelled = without_lead(spelled.substr(scheme.size()));
        }
    }
    if (spelled.empty() || spelled.size() > address_bytes_max) return std::nullopt;
    if (!receive.phone_addresses) return Alias{std::move(spelled), IdentityScope::account};
    if (shared::is_e164(spelled)) {
        return Alias{shared::e164_from_provider(spelled), IdentityScope::channel};
    }
    shared::PhoneResult phone = shared::canonical_phone(spelled, receive.region);
    if (phone.ok()) return Alias{std::move(phone.e164), IdentityScope::channel};
    std::string digits = shared::e164_from_provider(spelled);
    if (!digits.empty()) return Alias{std::move(digits), IdentityScope::channel};
    return Alias{std::move(spelled), IdentityScope::account};
}

std::optional<Sender> sender_of(const Receive& receive, const Item& item) {
    auto from = address_of(receive, item.text(receive.message.from));
    if (!from) return std::nullopt;
    Sender sender;
    sender.aliases.push_back(std::move(*from));
    sender.name = item.text(receive.message.name);
    sender.username = item.text(receive.message.username);
    sender.language = item.text(receive.message.language);
    return sender;
}

void add_media(const MediaRule& rule, const Item& entry, std::vector<Attachment>& all) {
    Attachment one;
    one.url = entry.text(rule.url);
    one.media_id = entry.text(rule.id);
    if (one.url.empty() && one.media_id.empty()) return;
    one.mime = entry.text(rule.mime);
    one.filename = entry.text(rule.filename);
    one.caption = entry.text(rule.caption);
    one.kind = one.mime.empty()
                   ? shared::kind_of_name(one.filename.empty() ? one.url : one.filename)
                   : shared::kind_of_mime(one.mime);
    static_cast<void>(shared::kind_from_word(entry.text(rule.kind), one.kind));
    one.voice = one.kind == AttachmentKind::voice;
    all.push_back(std::move(one));
}

void add_media_value(const MediaRule& rule, json::Value value, std::vector<Attachment>& all) {
    if (all.size() == media_max) return;
    std::string_view url;
    if (value.get(url) == simdjson::SUCCESS && !url.empty()) {
        Attachment& one = all.emplace_back();
        one.url = url;
        one.kind = shared::kind_of_name(url);
    } else if (value.is_object()) {
        add_media(rule, Item(value, {}), all);
    }
}

/// The rule for the n-th file of a form: `MediaUrl{n}` is MediaUrl0, MediaUrl1 …
MediaRule numbered(MediaRule rule, std::size_t n) {
    for (Place* const place :
         {&rule.url, &rule.id, &rule.mime, &rule.kind, &rule.filename, &rule.caption}) {
        for (std::size_t at = place->find(number_mark); at != Place::npos;
             at = place->find(number_mark)) {
            place->replace(at, number_mark.size(), std::to_string(n));
        }
    }
    return rule;
}

void add_fields_media(const MediaRule& rule, const Item& item, std::vector<Attachment>& all) {
    const bool many =
        rule.url.find(number_mark) != Place::npos || rule.id.find(number_mark) != Place::npos;
    if (!many) return add_media(rule, item, all);
    // Counted from 0 or from 1.
    for (std::size_t n = 0; n < media_max; ++n) {
        const std::size_t before = all.size();
        add_media(numbered(rule, n), item, all);
        if (n > 0 && all.size() == before) return;
    }
}

std::vector<Attachment> attachments_of(const Receive& receive, const Item& item) {
    const MediaRule& rule = receive.message.media;
    std::vector<Attachment> all;
    if (item.has_fields()) {
        add_fields_media(rule, item, all);
        return all;
    }
    const auto list = item.value(rule.list);
    if (!list) return all;
    json::Array array;
    if (list->get(array) != simdjson::SUCCESS) {
        add_media_value(rule, *list, all);
        return all;
    }
    for (const json::Value value : array) add_media_value(rule, value, all);
    return all;
}

Content content_of(const Receive& receive, const Item& item, bool has_media) {
    const MessageRule& rule = receive.message;
    Content content;
    content.text = item.text(rule.text);
    content.choice_id = item.text(rule.choice_id);
    const auto latitude = item.number(rule.latitude);
    const auto longitude = item.number(rule.longitude);
    if (!content.choice_id.empty()) {
        content.type = ContentType::choice;
        content.choice = ChoiceKind::button;
        const std::string title = item.text(rule.choice_title);
        if (!title.empty()) content.text = title;
        if (content.text.empty()) content.text = content.choice_id;
    } else if (latitude && longitude && *latitude >= -90 && *latitude <= 90 && *longitude >= -180 &&
               *longitude <= 180) {
        content.type = ContentType::location;
        content.point = GeoPoint{*latitude, *longitude};
    } else if (has_media) {
        content.type = ContentType::media;
    } else if (content.text.empty()) {
        content.type = ContentType::unsupported;
        content.provider_type = item.text(receive.kind);
        if (content.provider_type.empty()) content.provider_type = "message";
        content.details_json = item.as_json();
    }
    return content;
}

}  // namespace

bool says_something(const Receive& receive, const Item& item) {
    const bool has_media = !attachments_of(receive, item).empty();
    return content_of(receive, item, has_media).type != ContentType::unsupported;
}

void decode_message(const Receive& receive, const Item& item, Instant now, InboundBatch& batch) {
    const MessageRule& rule = receive.message;
    InboundMessage message;
    message.external_id = id_of(receive, item, now);
    auto sender = sender_of(receive, item);
    if (message.external_id.empty() || !sender) {
        const std::string what =
            message.external_id.empty() ? "an id at " + rule.id : "a sender at " + rule.from;
        batch.undecoded.push_back({item.raw(), "a message without " + what, {}});
        return;
    }
    message.dedupe_id = message.external_id;
    message.sender = std::move(*sender);
    message.group = item.text(rule.group);
    message.attachments = attachments_of(receive, item);
    message.content = content_of(receive, item, !message.attachments.empty());
    if (message.content.type == ContentType::media && message.content.text.empty()) {
        const auto told = std::ranges::find_if(
            message.attachments, [](const Attachment& file) { return !file.caption.empty(); });
        if (told != message.attachments.end()) message.content.text = told->caption;
    }
    message.reply_to = item.text(rule.reply_to);
    message.provider_time = item.time(rule.time, now);
    batch.items.push_back({std::move(message), {}, item.raw()});
}

void decode_status(const Receive& receive, const Item& item, Instant now, InboundBatch& batch) {
    const StatusRule& rule = receive.status;
    const std::string word = item.text(rule.value);
    const auto state = state_of(rule, word);
    if (!state) return decode_other(receive, item, word, now, batch);
    InboundStatus status;
    status.external_id = item.text(rule.id);
    status.echo = item.text(rule.echo);
    if (status.external_id.empty()) status.external_id = status.echo;
    if (status.external_id.empty()) {
        batch.undecoded.push_back({item.raw(), "a status without an id at " + rule.id, {}});
        return;
    }
    status.state = *state;
    auto recipient = address_of(receive, item.text(rule.recipient));
    if (recipient) status.recipient = std::move(recipient->address);
    if (*state == ReceiptState::failed) {
        status.error = ProviderError{item.text(rule.error), item.text(rule.error_text), {}};
        if (status.error->code.empty()) status.error->code = word;
    }
    status.provider_time = item.time(rule.time, now);
    batch.items.push_back({std::move(status), {}, item.raw()});
}

void decode_consent(const Receive& receive, const Item& item, ItemKind kind, Instant now,
                    InboundBatch& batch) {
    InboundSignal signal;
    signal.kind = kind == ItemKind::opted_out ? SignalKind::opted_out : SignalKind::opted_in;
    signal.sender = sender_of(receive, item);
    if (!signal.sender) {
        batch.undecoded.push_back(
            {item.raw(), "a consent without a sender at " + receive.message.from, {}});
        return;
    }
    signal.dedupe_id = id_of(receive, item, now);
    if (signal.dedupe_id.empty()) signal.dedupe_id = item.digest(receive.query_names, 16);
    signal.provider_type = item.text(receive.kind);
    signal.provider_time = item.time(receive.message.time, now);
    batch.items.push_back({std::move(signal), {}, item.raw()});
}

void decode_other(const Receive& receive, const Item& item, std::string word, Instant now,
                  InboundBatch& batch) {
    InboundSignal signal;
    // The same id may come with many events: the bytes tell them apart.
    signal.dedupe_id = item.digest(receive.query_names, 16);
    signal.provider_type = std::move(word);
    signal.details_json = item.as_json();
    signal.provider_time = item.time(receive.message.time, now);
    batch.items.push_back({std::move(signal), {}, item.raw()});
}

}  // namespace postern::adapters::http
