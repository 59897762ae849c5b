// The body of POST /v1/messages ("Messages API: Send a message", 2026).
#include <algorithm>
#include <chrono>

#include "adapters/shared/json_build.h"
#include "adapters/shared/sms_segments.h"
#include "adapters/vonage/send.h"
#include "adapters/whatsapp/build.h"

namespace postern::adapters::vonage {
namespace {

using json::Builder;

constexpr std::chrono::milliseconds ttl_min{20'000};
constexpr std::chrono::milliseconds ttl_max{604'800'000};

std::string_view media_word(MediaKind kind) {
    if (kind == MediaKind::document) return "file";
    return kind == MediaKind::voice ? "audio" : to_string(kind);
}

void add_media(Builder& out, const OutboundContent& content) {
    const std::string_view word = media_word(content.media);
    out.text("message_type", word).open(word).text("url", content.url);
    out.text_if("caption", content.text);
    if (content.media == MediaKind::document) out.text_if("name", content.filename);
    out.close();
}

void add_reaction(Builder& out, const OutboundContent& content) {
    out.text("message_type", "reaction").open("reaction");
    out.text("action", content.emoji.empty() ? "unreact" : "react");
    out.text_if("emoji", content.emoji).close();
    out.open("context").text("message_uuid", content.reaction_to).close();
}

/// What Vonage has no words of its own for goes to WhatsApp in WhatsApp's.
void add_content(Builder& out, const OutboundContent& content) {
    switch (content.type) {
        case ContentType::text:
            out.text("message_type", "text").text("text", content.text);
            return;
        case ContentType::media:
            return add_media(out, content);
        case ContentType::reaction:
            return add_reaction(out, content);
        default:
            out.text("message_type", "custom").open("custom");
            whatsapp::add_message(out, content);
            out.close();
            return;
    }
}

/// What only one carrier knows.
void add_carrier(Builder& out, const From& from, const SendRequest& request) {
    if (from.carrier == Carrier::sms) {
        // Said rather than left to Vonage, so that what is charged is what was counted.
        const auto segments = shared::sms_segments(request.content.text);
        const bool gsm7 = segments.encoding == shared::SmsEncoding::gsm7;
        out.open("sms").text("encoding_type", gsm7 ? "text" : "unicode").close();
        if (const auto left = time_left(request, ttl_min, ttl_max)) {
            out.integer("ttl", std::chrono::ceil<std::chrono::seconds>(*left).count());
        }
    }
    if (from.carrier == Carrier::messenger) {
        out.open("messenger");
        if (request.human_agent) {
            out.text("category", "message_tag").text("tag", "HUMAN_AGENT");
        } else {
            out.text("category", request.proactive ? "update" : "response");
        }
        out.close();
    }
    if (from.carrier == Carrier::viber) {
        out.open("viber_service").text("category", "transaction").close();
    }
}

}  // namespace

std::string message_body(const From& from, const SendRequest& request) {
    Builder out;
    out.open().text("channel", to_string(from.carrier));
    out.text("to", recipient_of(from, request.to)).text("from", from.sender);
    add_content(out, request.content);
    const bool quotes = from.carrier == Carrier::whatsapp && !request.reply_to.empty() &&
                        request.content.type != ContentType::reaction;
    if (quotes) out.open("context").text("message_uuid", request.reply_to).close();
    if (request.echo.size() <= client_ref_max) out.text_if("client_ref", request.echo);
    if (!request.status_url.empty()) {
        out.text("webhook_url", request.status_url).text("webhook_version", "v1");
    }
    add_carrier(out, from, request);
    return out.close().finish();
}

}  // namespace postern::adapters::vonage
