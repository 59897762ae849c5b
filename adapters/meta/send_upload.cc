// Meta, "Saving assets" (April 2026), "Attachment Upload API reference", "Upload Media for
// Instagram Messaging" (June 2026).
#include "adapters/meta/send_upload.h"

#include "adapters/meta/send_api.h"
#include "adapters/shared/file_form.h"
#include "adapters/shared/json.h"

namespace postern::adapters::meta {
namespace {

/// Meta keeps an attachment for 90 days.
constexpr std::chrono::hours held_for{89 * 24};

/// Before the name of a document, behind Meta's id, which is digits.
constexpr char name_mark = ' ';

/// The part's type has to be of the kind. A recording without pictures is often labelled as the
/// container's video.
std::string type_of(MediaKind kind, std::string_view mime) {
    const bool heard = kind == MediaKind::audio || kind == MediaKind::voice;
    const std::size_t slash = mime.find('/');
    if (!heard || !mime.starts_with("video/")) return std::string(mime);
    return "audio" + std::string(mime.substr(slash));
}

std::string message_of(MediaKind kind) {
    json::Builder out(96);
    out.open().open("attachment").text("type", media_word(kind));
    out.open("payload").flag("is_reusable", true).close().close();
    return out.close().finish();
}

}  // namespace

void fill_upload(const SendRequest& request, std::string_view platform, ProviderCall& call) {
    const MediaKind kind = request.content.media;
    const std::string type = type_of(kind, request.file->mime);
    SendFile file = *request.file;
    file.mime = type;
    shared::FileForm form(file);
    if (!platform.empty()) form.field("platform", platform);
    form.field("message", message_of(kind)).finish("filedata", call);
}

std::optional<HeldFile> taken_attachment(const SendRequest& request, const ProviderAnswer& answer) {
    const auto parsed = json::parse(answer.body);
    const auto root = parsed ? json::as_object(*parsed) : std::nullopt;
    if (!root || answer.status >= 300 || request.file == nullptr) return std::nullopt;
    std::string id = json::id(*root, "attachment_id");
    if (id.empty() || id.find(name_mark) != std::string::npos) return std::nullopt;
    if (request.content.media == MediaKind::document) {
        id += name_mark;
        id += request.file->filename;
    }
    return HeldFile{std::move(id), request.now + held_for};
}

std::string_view attachment_of(std::string_view held) {
    return held.substr(0, held.find(name_mark));
}

std::string_view held_attachment(const SendRequest& request) {
    const std::string_view held = request.file->held_id;
    const std::string_view id = attachment_of(held);
    if (request.content.media != MediaKind::document) return id;
    const bool same_name =
        id.size() < held.size() && held.substr(id.size() + 1) == request.file->filename;
    return same_name ? id : std::string_view{};
}

bool may_be_forgotten(const SendOutcome& outcome) {
    return outcome.result == SendResult::permanent &&
           (outcome.code == "media_unreachable" || outcome.code == "invalid_content");
}

}  // namespace postern::adapters::meta
