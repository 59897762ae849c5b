// Vonage's limits of a message, by what carries it ("Messages API", "SMS API", read 2026).
// WhatsApp's own are Meta's.
#include <algorithm>
#include <array>

#include "adapters/shared/content_check.h"
#include "adapters/vonage/send.h"
#include "adapters/whatsapp/send.h"

namespace postern::adapters::vonage {
namespace {

using shared::ContentCheck;

constexpr std::size_t sms_text_max = 3200;  // the SMS API; six parts arrive best
constexpr std::size_t messages_sms_text_max = 1000;
constexpr std::size_t mms_text_max = 2000;
constexpr std::size_t rcs_text_max = 3072;
constexpr std::size_t messenger_text_max = 640;
constexpr std::size_t viber_text_max = 1000;

std::string_view name_of(const From& from) {
    static constexpr std::array<std::string_view, 6> names = {"Vonage SMS",      "Vonage MMS",
                                                              "Vonage WhatsApp", "Vonage Messenger",
                                                              "Vonage Viber",    "Vonage RCS"};
    return names[static_cast<std::size_t>(from.carrier)];
}

std::size_t text_max(const From& from) {
    if (from.api == Api::sms) return sms_text_max;
    if (from.carrier == Carrier::messenger) return messenger_text_max;
    if (from.carrier == Carrier::mms) return mms_text_max;
    if (from.carrier == Carrier::rcs) return rcs_text_max;
    return from.carrier == Carrier::viber ? viber_text_max : messages_sms_text_max;
}

bool carries(Carrier carrier, MediaKind kind) {
    const bool heard = kind == MediaKind::audio || kind == MediaKind::voice;
    switch (carrier) {
        case Carrier::mms:
            return kind != MediaKind::sticker;
        case Carrier::messenger:
            return kind != MediaKind::sticker;
        case Carrier::viber:
            // A video wants a picture, a length and a size that nobody gave.
            return kind == MediaKind::image || kind == MediaKind::document;
        case Carrier::rcs:
            return kind != MediaKind::sticker && !heard;
        case Carrier::sms:
        case Carrier::whatsapp:
            return false;
    }
    return false;
}

void check_media(const From& from, const OutboundContent& content, ContentCheck& check) {
    if (!carries(from.carrier, content.media)) {
        const std::string what = std::string(to_string(content.media)) + " messages";
        return check.not_supported(from.carrier == Carrier::sms ? "type" : "kind", what);
    }
    check.url("url", content.url);
    if (from.carrier == Carrier::mms) return check.length("caption", content.text, mms_text_max);
    check.absent("caption", content.text, "caption: send it as a text of its own");
}

}  // namespace

std::optional<From> from_of(Api api, std::string_view setting) {
    static constexpr std::array<std::pair<std::string_view, Carrier>, 7> prefixes = {{
        {"sms:", Carrier::sms},
        {"mms:", Carrier::mms},
        {"whatsapp:", Carrier::whatsapp},
        {"messenger:", Carrier::messenger},
        {"viber:", Carrier::viber},
        {"viber_service:", Carrier::viber},
        {"rcs:", Carrier::rcs},
    }};
    From from{api, Carrier::sms, {}};
    for (const auto& [prefix, carrier] : prefixes) {
        if (api != Api::messages || !setting.starts_with(prefix)) continue;
        from.carrier = carrier;
        setting.remove_prefix(prefix.size());
        break;
    }
    if (setting.starts_with('+')) setting.remove_prefix(1);
    if (setting.empty() || setting.find(':') != std::string_view::npos) return std::nullopt;
    from.sender = setting;
    return from;
}

std::string recipient_of(const From& from, std::string_view to) {
    if (from.carrier == Carrier::messenger) return std::string(to);
    if (to.starts_with('+')) to.remove_prefix(1);
    const bool number = to.size() >= 7 && to.size() <= 15 &&
                        std::ranges::all_of(to, [](char c) { return c >= '0' && c <= '9'; });
    return number ? std::string(to) : std::string{};
}

std::optional<FieldProblem> check(const From& from, const OutboundContent& content) {
    if (from.carrier == Carrier::whatsapp) return whatsapp::check(content);
    ContentCheck check(name_of(from));
    switch (content.type) {
        case ContentType::text:
            check.text("text", content.text, text_max(from));
            break;
        case ContentType::media:
            check_media(from, content, check);
            break;
        case ContentType::template_:
        case ContentType::buttons:
        case ContentType::list:
        case ContentType::location:
        case ContentType::contacts:
        case ContentType::reaction:
        case ContentType::choice:
        case ContentType::unsupported:
            check.no_messages(content.type);
            break;
    }
    return check.take();
}

}  // namespace postern::adapters::vonage
