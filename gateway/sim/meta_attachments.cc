// "Attachment Upload API reference", "Saving assets" (April 2026), "Upload Media for Instagram
// Messaging" (June 2026): kinds, types, sizes, and that file names are ASCII.
#include "gateway/sim/meta_attachments.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <simdjson.h>

#include "gateway/sim/agenda.h"
#include "gateway/sim/form_file.h"
#include "gateway/sim/json_text.h"

namespace postern::sim {
namespace {

constexpr std::int64_t life_us = 90LL * 24 * 3600 * 1'000'000;
constexpr std::size_t attachments_max = 10'000;
constexpr std::size_t bytes_max = 25U << 20U;

struct AttachmentKind {
    std::string_view name;
    std::string_view media;      // of media types: Messenger asks for no more
    std::string_view instagram;  // its formats, a space around each
};

constexpr auto kinds = std::to_array<AttachmentKind>({
    {"image", "image/", " image/png image/jpeg image/gif "},
    {"audio", "audio/",
     " audio/aac audio/m4a audio/x-m4a audio/mp4 audio/wav audio/x-wav audio/wave "},
    {"video", "video/",
     " video/mp4 video/ogg video/avi video/x-msvideo video/quicktime video/webm "},
    {"file", "", " application/pdf "},
});

const AttachmentKind* kind_named(std::string_view name) {
    const auto found = std::ranges::find(kinds, name, &AttachmentKind::name);
    return found == kinds.end() ? nullptr : &*found;
}

/// {"attachment":{"type":…,"payload":{"is_reusable":true}}}; null if it is anything else.
const AttachmentKind* read_message(std::string_view text) {
    std::string padded(text);
    padded.append(simdjson::SIMDJSON_PADDING, ' ');
    JsonObject message;
    JsonObject attachment;
    JsonObject payload;
    if (!parse_object(std::string_view(padded).substr(0, text.size()), message)) return nullptr;
    if (!object_of(message, "attachment", attachment)) return nullptr;
    if (!object_of(attachment, "payload", payload) || has(payload, "url")) return nullptr;
    bool reusable = false;
    if (payload["is_reusable"].get(reusable) != simdjson::SUCCESS || !reusable) return nullptr;
    return kind_named(text_of(attachment, "type"));
}

bool is_plain(std::string_view filename) {
    return !filename.empty() && std::ranges::all_of(filename, [](char c) {
        return static_cast<unsigned char>(c) > ' ' && static_cast<unsigned char>(c) < 0x7f;
    });
}

/// What is wrong with the file as such a kind.
std::string check_file(const FormFile& form, const AttachmentKind& kind,
                       const MetaSendRules& rules) {
    const std::string type = form.type.substr(0, form.type.find(';'));
    const bool strict = !rules.platform.empty();
    const bool fits = strict ? kind.instagram.find(" " + type + " ") != std::string_view::npos
                             : type.starts_with(kind.media);
    if (!fits) return fmt::format("a file of type {} is no {}", type, kind.name);
    if (!is_plain(form.filename)) return "the file's name has other than ASCII characters";
    const std::size_t most = kind.name == "image" ? rules.image_bytes_max : bytes_max;
    if (form.bytes.empty() || form.bytes.size() > most)
        return fmt::format("a file of {} bytes is no {}", form.bytes.size(), kind.name);
    return {};
}

std::string check_upload(const net::Request& request, const MetaSendRules& rules, FormFile& form,
                         const AttachmentKind*& kind) {
    if (!read_form_file(request, form) || form.name != "filedata")
        return "The parameter filedata is required";
    if (form.fields["platform"] != rules.platform) return "platform";
    kind = read_message(form.fields["message"]);
    if (kind == nullptr) return "The parameter message[attachment] is required";
    return check_file(form, *kind, rules);
}

}  // namespace

Call take_meta_attachment(const net::Request& request, const MetaSendRules& rules, Call call) {
    FormFile form;
    const AttachmentKind* kind = nullptr;
    const std::string problem = check_upload(request, rules, form, kind);
    if (!problem.empty()) {
        call.answer = meta_send_error({400, 100, 2018047, "(#100) " + problem});
        return call;
    }
    auto& media = call.account->media;
    if (media.size() >= attachments_max) media.erase(media.begin());
    const std::string id = fmt::format("18{:014}", ++call.account->media_uploaded);
    media[id] = {std::string(kind->name), steady_now_us() + life_us};
    call.kind = Call::Kind::other;
    JsonText json;
    json.begin_object().field("attachment_id", id).end_object();
    call.answer = json_answer(200, json.take());
    return call;
}

std::string check_meta_attachment(const JsonObject& payload, std::string_view type,
                                  const MetaSendRules& rules, const SimAccount& account) {
    const bool share = type == "MEDIA_SHARE";
    if (share != rules.shares) return "an upload goes as another type";
    const std::string_view id = text_of(payload, share ? "id" : "attachment_id");
    const auto found = account.media.find(std::string(id));
    if (found == account.media.end() || found->second.until_us <= steady_now_us())
        return fmt::format("no attachment '{}'", id);
    if (share || found->second.kind == type) return {};
    return fmt::format("an attachment of type {} is no {}", found->second.kind, type);
}

}  // namespace postern::sim
