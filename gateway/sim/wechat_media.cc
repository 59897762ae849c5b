// Sizes and types: "Add temporary material" (2026). The type is told by the bytes, as WeChat does.
#include "gateway/sim/wechat_media.h"

#include <array>

#include <fmt/format.h>

#include "gateway/sim/agenda.h"
#include "gateway/sim/form_file.h"
#include "gateway/sim/json_read.h"
#include "gateway/sim/json_text.h"

namespace postern::sim {
namespace {

constexpr std::int64_t life_us = 3LL * 24 * 3600 * 1'000'000;
constexpr std::size_t media_max = 10'000;

struct UploadKind {
    std::string_view name;
    std::size_t bytes_max;
    std::string_view types;
};

constexpr auto kinds = std::to_array<UploadKind>({
    {"image", 10U << 20U, "image/jpeg image/png image/gif image/bmp"},
    {"voice", 2U << 20U, "audio/amr audio/mpeg"},
    {"video", 10U << 20U, "video/mp4"},
    {"thumb", 64U << 10U, "image/jpeg"},
});

const UploadKind* kind_named(std::string_view name) {
    for (const UploadKind& kind : kinds) {
        if (kind.name == name) return &kind;
    }
    return nullptr;
}

}  // namespace

net::Response wechat_failure(int code, std::string_view message) {
    JsonText json;
    json.begin_object().field("errcode", code);
    json.field("errmsg", fmt::format("{} rid: 00000000-00000000-00000000", message));
    return json_answer(200, json.end_object().take());
}

void read_wechat_upload(const net::Request& request, Call& call) {
    const UploadKind* const kind = kind_named(request.query_value("type"));
    FormFile form;
    if (kind == nullptr) {
        call.answer = wechat_failure(40004, "invalid media type");
    } else if (!read_form_file(request, form) || form.name != "media" ||
               form.filename.find('.') == std::string::npos) {
        call.answer = wechat_failure(41005, "media data missing");
    } else if (form.bytes.empty()) {
        call.answer = wechat_failure(44001, "empty media data");
    } else if (form.bytes.size() > kind->bytes_max) {
        call.answer = wechat_failure(45001, "media size out of limit");
    } else if (const auto type = kind_of_bytes(form.bytes);
               type.empty() || kind->types.find(type) == std::string_view::npos) {
        call.answer = wechat_failure(40005, "invalid file type");
    } else {
        auto& media = call.account->media;
        if (media.size() >= media_max) media.erase(media.begin());
        const std::string id =
            fmt::format("SIM-{}-{:08}-{}", kind->name, ++call.account->media_uploaded,
                        call.account->endpoint.own_id);
        media[id] = {std::string(kind->name), steady_now_us() + life_us};
        call.kind = Call::Kind::other;
        JsonText json;
        json.begin_object().field("type", kind->name).field("media_id", id);
        json.field("created_at", wall_now_us() / 1'000'000);
        call.answer = json_answer(200, json.end_object().take());
    }
}

bool has_wechat_medium(const SimAccount& account, std::string_view media_id,
                       std::string_view kind) {
    const auto found = account.media.find(std::string(media_id));
    return found != account.media.end() && found->second.kind == kind &&
           found->second.until_us > steady_now_us();
}

}  // namespace postern::sim
