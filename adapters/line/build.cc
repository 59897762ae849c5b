// The body of a push: one or two message objects (Messaging API reference, 2026). A caption is a
// second message, because LINE's media have none.
#include "adapters/line/build.h"

#include <algorithm>
#include <charconv>

#include "adapters/line/send.h"
#include "adapters/shared/form.h"
#include "adapters/shared/json.h"

namespace postern::adapters::line {
namespace {

using json::Builder;

/// LINE wants to know how long a sound is and we do not: shown until it is played.
constexpr std::int64_t audio_milliseconds = 60'000;
constexpr std::int64_t loading_seconds = 20;

bool is_number(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// LINE quotes by a token, which the details of a received message tell. An id names a message that
/// we cannot quote: LINE's are numbers, those of our making have a colon.
std::string_view quote_token_of(std::string_view reply_to) {
    const bool id = is_number(reply_to) || reply_to.find(':') != std::string_view::npos;
    return id ? std::string_view{} : reply_to;
}

void add_text(Builder& out, std::string_view text, std::string_view quote_token) {
    out.open().text("type", "text").text("text", text).text_if("quoteToken", quote_token).close();
}

void add_media(Builder& out, const OutboundContent& content, std::string_view quote_token) {
    switch (content.media) {
        case MediaKind::image:
        case MediaKind::video:
            out.open().text("type", content.media == MediaKind::image ? "image" : "video");
            // A picture is its own preview. Of a video LINE asks for a picture that nobody gave.
            out.text("originalContentUrl", content.url).text("previewImageUrl", content.url);
            out.close();
            break;
        case MediaKind::audio:
        case MediaKind::voice:
            out.open().text("type", "audio").text("originalContentUrl", content.url);
            out.integer("duration", audio_milliseconds).close();
            break;
        case MediaKind::sticker: {
            const Sticker sticker = sticker_of(content.url);
            out.open().text("type", "sticker").text("packageId", sticker.package);
            out.text("stickerId", sticker.id).text_if("quoteToken", quote_token).close();
            break;
        }
        case MediaKind::document:
            break;
    }
    if (!content.text.empty()) add_text(out, content.text, {});
}

std::string shortest(double value) {
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

/// LINE cannot do without title and address: each stands in for the other, the point for both.
void add_location(Builder& out, const OutboundContent& content) {
    const std::string point =
        shortest(content.point->latitude) + ", " + shortest(content.point->longitude);
    const std::string& title = content.name.empty() ? content.address : content.name;
    const std::string& address = content.address.empty() ? content.name : content.address;
    out.open().text("type", "location").text("title", title.empty() ? point : title);
    out.text("address", address.empty() ? point : address);
    out.number("latitude", content.point->latitude);
    out.number("longitude", content.point->longitude).close();
}

void add_messages(Builder& out, const OutboundContent& content, std::string_view quote_token) {
    switch (content.type) {
        case ContentType::text:
            // Of a long text the first part answers the quoted message.
            for (const std::string_view part : texts_of(content.text)) {
                add_text(out, part, quote_token);
                quote_token = {};
            }
            return;
        case ContentType::media:
            return add_media(out, content, quote_token);
        case ContentType::buttons:
        case ContentType::list:
            return add_choices(out, content, quote_token);
        case ContentType::location:
            return add_location(out, content);
        default:
            return;
    }
}

}  // namespace

std::vector<std::string_view> texts_of(std::string_view text) {
    const auto fits = [](std::string_view part) { return utf16_units(part) <= text_units_max; };
    return shared::split_text(text, fits, messages_max);
}

Sticker sticker_of(std::string_view url) {
    const std::size_t mark = url.find('?');
    if (mark == std::string_view::npos) return {};
    const auto query = shared::parse_form(url.substr(mark + 1, url.find('#') - mark - 1));
    if (!query) return {};
    const std::string_view package = query->value("packageId");
    const std::string_view id = query->value("stickerId");
    if (!is_number(package) || !is_number(id)) return {};
    return {std::string(package), std::string(id)};
}

std::string push_body(const SendRequest& request) {
    Builder out;
    out.open().text("to", request.to).open_list("messages");
    add_messages(out, request.content, quote_token_of(request.reply_to));
    return out.close_list().close().finish();
}

std::string loading_body(std::string_view user) {
    Builder out(96);
    return out.open()
        .text("chatId", user)
        .integer("loadingSeconds", loading_seconds)
        .close()
        .finish();
}

std::string read_body(std::string_view token) {
    return Builder(96).open().text("markAsReadToken", token).close().finish();
}

std::string read_token(std::string_view details_json) {
    std::string padded;
    padded.reserve(details_json.size() + simdjson::SIMDJSON_PADDING);
    padded.append(details_json);
    const auto parsed = json::parse(padded);
    const auto details = parsed ? json::as_object(*parsed) : std::nullopt;
    return details ? std::string(json::text(*details, "markAsReadToken")) : std::string{};
}

}  // namespace postern::adapters::line
