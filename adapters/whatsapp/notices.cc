// What is neither a message nor a receipt: preferences of a person, errors of the number, the
// health of the account and of its templates, and fields that we do not know.
#include <array>

#include "adapters/meta/graph_templates.h"
#include "adapters/shared/epoch.h"
#include "adapters/shared/hmac.h"
#include "adapters/shared/json_write.h"
#include "adapters/whatsapp/decode.h"

namespace postern::adapters::whatsapp {
namespace {

using json::Object;

struct Field {
    std::string_view name;
    SignalKind kind;
};

/// Sorted by name. Fields of a WABA subscription that say how account and templates fare
/// (Meta, "Webhooks: WhatsApp Business Account", v25.0, 2026). All others are `other`.
constexpr std::array fields = {
    Field{"account_alerts", SignalKind::account_health},
    Field{"account_review_update", SignalKind::account_health},
    Field{"account_settings_update", SignalKind::account_health},
    Field{"account_update", SignalKind::account_health},
    Field{"business_capability_update", SignalKind::account_health},
    Field{"business_status_update", SignalKind::account_health},
    Field{"message_template_components_update", SignalKind::template_status},
    Field{"message_template_quality_update", SignalKind::template_status},
    Field{"message_template_status_update", SignalKind::template_status},
    Field{"phone_number_name_update", SignalKind::account_health},
    Field{"phone_number_quality_update", SignalKind::account_health},
    Field{"security", SignalKind::account_health},
    Field{"template_category_update", SignalKind::template_status},
};

SignalKind kind_of(std::string_view field) {
    for (const Field& known : fields) {
        if (known.name == field) return known.kind;
    }
    return SignalKind::other;
}

/// Such notices have no id: the account, Meta's time and the content tell one from the next. A
/// redelivery repeats all three.
std::string made_id(const Change& change, std::string_view what, std::string_view raw) {
    std::string id(what);
    id.append(":").append(change.waba_id).append(":");
    const bool timed = change.entry_time != change.now;
    id += timed ? std::to_string(change.entry_time.time_since_epoch().count() / 1'000'000) : "";
    return id.append(":").append(shared::fingerprint(raw));
}

/// `value` as one object, with the WABA that only the envelope names.
std::string details_of(const Change& change, json::Value value) {
    std::string details = json::compact(value);
    json::ObjectWriter waba;
    waba.text_if("waba_id", change.waba_id);
    std::string extra = waba.finish();
    if (!json::as_object(value)) {
        return extra.empty() ? json::ObjectWriter().raw("value", details).finish()
                             : json::ObjectWriter()
                                   .raw("value", details)
                                   .text("waba_id", change.waba_id)
                                   .finish();
    }
    if (extra.empty()) return details;
    if (details == "{}") return extra;
    details.back() = ',';
    return details.append(extra, 1);
}

/// A notice of groups or of calls tells its time, and the group, in the elements of its array: the
/// first speaks for all, as each notice is one signal.
std::optional<Object> first_element(Object value) {
    for (const char* const name : {"groups", "calls"}) {
        const auto elements = json::array(value, name);
        if (!elements) continue;
        for (const json::Value element : *elements) return json::as_object(element);
    }
    return std::nullopt;
}

std::string_view category_of(std::string_view provider) {
    return provider == "marketing_messages" ? "marketing" : provider;
}

}  // namespace

void read_preference(const Change& change, Object preference, std::string_view raw, Sink& sink) {
    Sender sender =
        find_sender(change, json::text(preference, "user_id"), json::text(preference, "wa_id"));
    if (sender.aliases.empty()) {
        sink.undecoded(raw, "user_preferences[].wa_id or user_id: expected a string");
        return;
    }
    const std::string_view value = json::text(preference, "value");
    const std::string_view category = json::text(preference, "category");
    const auto told = json::loose_integer(preference, "timestamp");
    InboundSignal signal;
    signal.kind = value == "stop"                          ? SignalKind::opted_out
                  : value == "resume" || value == "signup" ? SignalKind::opted_in
                                                           : SignalKind::other;
    signal.category = category_of(category);
    signal.provider_type = "user_preferences";
    signal.details_json = json::compact(preference);
    signal.provider_time = told ? shared::epoch_time(told, change.now) : change.entry_time;
    signal.dedupe_id = "preference:" + sender.aliases.front().address;
    signal.dedupe_id.append(":").append(category).append(":").append(value).append(":");
    signal.dedupe_id += told ? std::to_string(*told) : shared::fingerprint(raw);
    signal.sender = std::move(sender);
    sink.item(std::move(signal), raw);
}

/// A person's business-scoped id became another, as it does when their number changes.
void read_user_id_update(const Change& change, Object update, std::string_view raw, Sink& sink) {
    const auto ids = json::object(update, "user_id");
    const std::string_view before = ids ? json::text(*ids, "previous") : std::string_view{};
    const std::string_view after = ids ? json::text(*ids, "current") : std::string_view{};
    InboundSignal signal;
    signal.kind = SignalKind::identity_changed;
    signal.sender = find_sender(change, before, json::text(update, "wa_id"));
    if (after.empty() || signal.sender->aliases.empty()) {
        sink.undecoded(raw, "user_id_update[].user_id: expected previous and current");
        return;
    }
    add_alias(*signal.sender, std::string(after));
    const auto told = json::loose_integer(update, "timestamp");
    signal.provider_time = told ? shared::epoch_time(told, change.now) : change.entry_time;
    signal.dedupe_id.append("user_id_update:").append(before).append(":").append(after);
    signal.provider_type = change.field;
    signal.details_json = json::ObjectWriter()
                              .text("new_user_id", after)
                              .raw("user_id_update", json::compact(update))
                              .finish();
    sink.item(std::move(signal), raw);
}

void read_error(const Change& change, Object error, std::string_view raw, Sink& sink) {
    InboundSignal signal;
    signal.kind = SignalKind::account_health;
    signal.dedupe_id = made_id(change, "error", raw);
    signal.provider_type = "error." + json::id(error, "code");
    signal.details_json = json::compact(error);
    signal.provider_time = change.entry_time;
    sink.item(std::move(signal), raw);
}

void read_field(const Change& change, json::Value value, std::string_view raw, Sink& sink) {
    InboundSignal signal;
    signal.kind = kind_of(change.field);
    signal.dedupe_id = made_id(change, change.field, raw);
    signal.provider_type = change.field;
    signal.details_json = details_of(change, value);
    const auto object = json::as_object(value);
    auto told = object ? json::loose_integer(*object, "timestamp") : std::nullopt;
    if (const auto first = object ? first_element(*object) : std::nullopt) {
        if (!told) told = json::loose_integer(*first, "timestamp");
        signal.group = json::text(*first, "group_id");
    }
    signal.provider_time = told ? shared::epoch_time(told, change.now) : change.entry_time;
    if (signal.kind == SignalKind::template_status && object) {
        signal.told = TemplateTold{meta::read_template_news(change.field, *object),
                                   std::string(change.waba_id), "waba_id"};
    }
    sink.item(std::move(signal), raw);
}

}  // namespace postern::adapters::whatsapp
