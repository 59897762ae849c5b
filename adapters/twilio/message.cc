// The inbound message webhook: https://www.twilio.com/docs/messaging/guides/webhook-request and,
// for WhatsApp's fields, https://www.twilio.com/docs/whatsapp/api.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "adapters/shared/e164.h"
#include "adapters/shared/json.h"
#include "adapters/shared/json_write.h"
#include "adapters/shared/mime.h"
#include "adapters/twilio/decode.h"

namespace postern::adapters::twilio {
namespace {

constexpr std::size_t media_max = 32;  // Twilio sends at most 10 today

/// Further facts, form name · our name.
constexpr std::array<std::pair<std::string_view, std::string_view>, 17> details = {{
    {"To", "to"},
    {"MessagingServiceSid", "messaging_service_sid"},
    {"NumSegments", "segments"},
    {"MessageType", "message_type"},
    {"ErrorCode", "error_code"},  // 30009: a segment went missing on the way to us
    {"FromCity", "from_city"},
    {"FromState", "from_state"},
    {"FromZip", "from_zip"},
    {"FromCountry", "from_country"},
    {"ToCity", "to_city"},
    {"ToState", "to_state"},
    {"ToZip", "to_zip"},
    {"ToCountry", "to_country"},
    {"OriginalRepliedMessageSender", "reply_to_sender"},
    {"ButtonType", "button_type"},
    {"ListDescription", "list_description"},
    {"OptOutType", "opt_out_type"},
}};

/// What is read somewhere else, or says nothing of one message; each between blanks.
constexpr std::string_view read_elsewhere =
    " AccountSid Address ApiVersion Body ButtonPayload ButtonText ChannelMetadata ExternalUserId "
    "Forwarded FrequentlyForwarded From Label Latitude ListId ListTitle Longitude MessageSid "
    "NumMedia OriginalRepliedMessageSid ProfileName SmsMessageSid SmsSid SmsStatus WaId ";

std::string message_sid(const shared::Form& form) {
    for (const std::string_view name : {"MessageSid", "SmsMessageSid", "SmsSid"}) {
        if (!form.value(name).empty()) return std::string(form.value(name));
    }
    return {};
}

/// `SourceUrl` -> `source_url`.
std::string our_name(std::string_view spelled) {
    std::string name;
    for (const char c : spelled) {
        const bool capital = c >= 'A' && c <= 'Z';
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (capital && !name.empty()) name += '_';
        if (capital) name += static_cast<char>(c + 32);
        if (plain) name += c;
    }
    return name;
}

/// Fields that this adapter has no word for: Twilio adds some without notice (what was filled into
/// a form, an order, further recipients), and nothing else keeps them.
bool is_further(const shared::Form& form, const shared::FormField& field) {
    static constexpr std::array<std::string_view, 3> families = {"Referral", "MediaUrl",
                                                                 "MediaContentType"};
    const auto begins = [&](std::string_view family) { return field.name.starts_with(family); };
    const auto named = [&](const auto& detail) { return detail.first == field.name; };
    return !field.value.empty() && form.value(field.name).data() == field.value.data() &&
           read_elsewhere.find(" " + field.name + " ") == read_elsewhere.npos &&
           std::ranges::none_of(details, named) && std::ranges::none_of(families, begins);
}

std::string details_of(const shared::Form& form) {
    json::ObjectWriter writer;
    for (const auto& [name, ours] : details) writer.text_if(ours, form.value(name));
    writer.flag_if("frequently_forwarded", form.value("FrequentlyForwarded") == "true");
    if (const auto metadata = json::compact_object(form.value("ChannelMetadata"))) {
        writer.raw("channel_metadata", *metadata);
    }
    for (const shared::FormField& field : form.fields()) {
        const std::string name = is_further(form, field) ? our_name(field.name) : std::string{};
        if (name.empty()) continue;
        if (const auto object = json::compact_object(field.value)) {
            writer.raw(name, *object);
        } else {
            writer.text(name, field.value);
        }
    }
    return std::move(writer).finish();
}

/// `ReferralSourceUrl` -> `source_url`: the fields grow with each kind of ad, so none is named
/// here.
std::string referral_of(const shared::Form& form) {
    static constexpr std::string_view prefix = "Referral";
    json::ObjectWriter writer;
    for (const shared::FormField& field : form.fields()) {
        if (!field.name.starts_with(prefix) || field.name.size() == prefix.size()) continue;
        const std::string name = our_name(std::string_view(field.name).substr(prefix.size()));
        if (!name.empty()) writer.text_if(name, field.value);
    }
    return std::move(writer).finish();
}

std::optional<double> degrees(std::string_view text, double limit) {
    double value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
    if (!std::isfinite(value) || std::abs(value) > limit) return std::nullopt;
    return value;
}

std::vector<Attachment> attachments_of(const shared::Form& form) {
    std::vector<Attachment> all;
    for (std::size_t i = 0; i < media_max; ++i) {
        const std::string number = std::to_string(i);
        const std::string_view url = form.value("MediaUrl" + number);
        if (url.empty()) break;
        Attachment one;
        one.url = url;
        one.mime = form.value("MediaContentType" + number);
        one.kind = shared::kind_of_mime(one.mime);
        if (form.value("MessageType") == "sticker") one.kind = AttachmentKind::sticker;
        const std::size_t slash = url.rfind('/');
        const std::string_view last = url.substr(slash == std::string_view::npos ? 0 : slash + 1);
        if (last.starts_with("ME")) one.media_id = last;
        all.push_back(std::move(one));
    }
    return all;
}

bool fill_choice(const shared::Form& form, Content& content) {
    const bool button = !form.value("ButtonPayload").empty() || !form.value("ButtonText").empty();
    const bool list = !form.value("ListId").empty();
    if (!button && !list) return false;
    content.type = ContentType::choice;
    content.choice = button ? ChoiceKind::quick_reply : ChoiceKind::list;
    content.choice_id = form.value(button ? "ButtonPayload" : "ListId");
    const std::string_view title = form.value(button ? "ButtonText" : "ListTitle");
    if (!title.empty()) content.text = title;
    if (content.text.empty()) content.text = content.choice_id;
    return true;
}

bool fill_location(const shared::Form& form, Content& content) {
    const auto latitude = degrees(form.value("Latitude"), 90);
    const auto longitude = degrees(form.value("Longitude"), 180);
    if (!latitude || !longitude) return false;
    content.type = ContentType::location;
    content.point = GeoPoint{*latitude, *longitude};
    content.name = form.value("Label");
    content.address = form.value("Address");
    return true;
}

/// A body without words, files, place or button is a kind that Twilio cannot carry over (a poll, a
/// view-once picture): WhatsApp's word for it stands in MessageType.
void fill_plain(const shared::Form& form, bool has_media, Content& content) {
    const std::string_view word = form.value("MessageType");
    if (has_media) {
        content.type = ContentType::media;
    } else if (content.text.empty()) {
        content.type = ContentType::unsupported;
        content.provider_type = word.empty() || word == "text" ? std::string_view("empty") : word;
    }
}

bool is_scoped_user(std::string_view spelled) {
    static constexpr std::string_view prefix = "whatsapp:";
    if (!spelled.starts_with(prefix) || spelled.size() < prefix.size() + 4) return false;
    spelled.remove_prefix(prefix.size());
    const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto is_word = [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || is_upper(c);
    };
    return is_upper(spelled[0]) && is_upper(spelled[1]) && spelled[2] == '.' &&
           std::ranges::all_of(spelled.substr(3), is_word);
}

Sender sender_of(const shared::Form& form) {
    Sender sender;
    sender.aliases.push_back(address_of(form.value("From")));
    sender.name = form.value("ProfileName");
    const std::string whatsapp_id = shared::e164_from_provider(form.value("WaId"));
    if (!whatsapp_id.empty() && whatsapp_id != sender.aliases.front().address) {
        sender.aliases.push_back({whatsapp_id, IdentityScope::channel});
    }
    // WhatsApp's name of a person within one business, which stands in From of those who hide their
    // number: "whatsapp:CO.13491208655302741918".
    const std::string_view scoped = form.value("ExternalUserId");
    if (is_scoped_user(scoped) && scoped != sender.aliases.front().address) {
        sender.aliases.push_back({std::string(scoped), IdentityScope::account});
    }
    return sender;
}

/// Twilio's Advanced Opt-Out has read the keyword and answered the person: STOP, START or HELP.
std::optional<InboundSignal> consent_of(const shared::Form& form, const InboundMessage& message) {
    const std::string_view word = form.value("OptOutType");
    if (word != "STOP" && word != "START") return std::nullopt;
    InboundSignal signal;
    signal.kind = word == "STOP" ? SignalKind::opted_out : SignalKind::opted_in;
    signal.dedupe_id = message.external_id + ":OptOutType";
    signal.sender = message.sender;
    signal.provider_type = word;
    signal.provider_time = message.provider_time;
    return signal;
}

}  // namespace

Alias address_of(std::string_view spelled) {
    std::string_view number = spelled;
    for (const std::string_view prefix : {"whatsapp:", "rcs:"}) {
        if (number.starts_with(prefix)) number.remove_prefix(prefix.size());
    }
    // A WhatsApp sender has been seen with a blank for the plus, where somebody had decoded twice.
    if (number.starts_with(' ')) number.remove_prefix(1);
    const bool international = number.starts_with('+') || number.size() != spelled.size();
    std::string e164 = international ? shared::e164_from_provider(number) : std::string{};
    if (!e164.empty()) return {std::move(e164), IdentityScope::channel};
    // A short code or an alphanumeric sender means something within one country and carrier only.
    return {std::string(spelled), IdentityScope::account};
}

/// What Conversations tell of a message is told in words of their own, without a sender.
bool is_message(const shared::Form& form) {
    return !message_sid(form).empty() && !form.has("ConversationSid") &&
           (form.has("Body") || form.has("NumMedia") || form.has("MediaUrl0"));
}

std::string foreign_sid(const Callback& callback) {
    const std::string_view sid = callback.form.value("AccountSid");
    if (callback.account_sid.empty() || sid.empty() || sid == callback.account_sid) return {};
    return std::string(sid);
}

void decode_message(const Callback& callback, Instant now, InboundBatch& batch) {
    const shared::Form& form = callback.form;
    std::string routing = foreign_sid(callback);
    if (form.value("From").empty()) {
        batch.undecoded.push_back({callback.raw, "a message without From", std::move(routing)});
        return;
    }
    InboundMessage message;
    message.external_id = message_sid(form);
    message.dedupe_id = message.external_id;
    message.sender = sender_of(form);
    message.content.text = form.value("Body");
    message.attachments = attachments_of(form);
    if (!fill_choice(form, message.content) && !fill_location(form, message.content)) {
        fill_plain(form, !message.attachments.empty(), message.content);
    }
    message.content.details_json = details_of(form);
    message.reply_to = form.value("OriginalRepliedMessageSid");
    message.forwarded =
        form.value("Forwarded") == "true" || form.value("FrequentlyForwarded") == "true";
    message.referral_json = referral_of(form);
    message.provider_time = now;  // Twilio tells no time

    std::optional<InboundSignal> consent = consent_of(form, message);
    batch.items.push_back({std::move(message), routing, callback.raw});
    if (consent) batch.items.push_back({std::move(*consent), std::move(routing), callback.raw});
}

}  // namespace postern::adapters::twilio
