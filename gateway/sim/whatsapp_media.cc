// Kinds, types and sizes: "Cloud API: Media", August 2026.
#include "gateway/sim/whatsapp_media.h"

#include <array>

#include <fmt/format.h>

#include "gateway/sim/agenda.h"
#include "gateway/sim/form_file.h"

namespace postern::sim {
namespace {

constexpr std::int64_t life_us = 30LL * 24 * 3600 * 1'000'000;
constexpr std::size_t media_max = 10'000;

struct MediumRule {
    std::string_view name;
    std::size_t bytes_max;
    std::string_view types;  // a document may be of any
};

constexpr auto kinds = std::to_array<MediumRule>({
    {"image", 5U << 20U, "image/jpeg image/png"},
    {"audio", 16U << 20U, "audio/aac audio/amr audio/mpeg audio/mp4 audio/ogg"},
    {"video", 16U << 20U, "video/mp4 video/3gpp"},
    {"sticker", 500U << 10U, "image/webp"},
    {"document", 100U << 20U, "text/plain application/"},
});

const MediumRule* kind_of(std::string_view type) {
    const std::string_view plain = type.substr(0, type.find(';'));
    for (const MediumRule& kind : kinds) {
        if (kind.types.find(plain) != std::string_view::npos) return &kind;
        if (kind.name == "document" && plain.starts_with("application/")) return &kind;
    }
    return nullptr;
}

}  // namespace

GraphProblem take_whatsapp_medium(const net::Request& request, SimAccount& account,
                                  std::string& id) {
    FormFile form;
    if (!read_form_file(request, form) || form.name != "file")
        return {100, "(#100) The parameter file is required."};
    if (form.fields["messaging_product"] != "whatsapp")
        return {100, "(#100) The parameter messaging_product is required."};
    const std::string type = form.fields["type"];
    const MediumRule* const kind = type.empty() ? nullptr : kind_of(type);
    if (kind == nullptr || form.type != type)
        return {100,
                fmt::format("(#100) Param file must be a file of a known type, not '{}'", type)};
    if (form.bytes.empty() || form.bytes.size() > kind->bytes_max)
        return {131053, fmt::format("a file of {} bytes is no {}", form.bytes.size(), kind->name)};
    if (account.media.size() >= media_max) account.media.erase(account.media.begin());
    id = fmt::format("7{:015}", ++account.media_uploaded);
    account.media[id] = {std::string(kind->name), steady_now_us() + life_us};
    return {};
}

GraphProblem check_whatsapp_medium(const SimAccount& account, std::string_view id,
                                   std::string_view type) {
    const auto found = account.media.find(std::string(id));
    if (found == account.media.end() || found->second.until_us <= steady_now_us())
        return {131009, fmt::format("Parameter value is not valid: no media '{}'", id)};
    // Everything may go as a document.
    if (found->second.kind == type || type == "document") return {};
    return {131053, fmt::format("a medium of kind {} is no {}", found->second.kind, type)};
}

}  // namespace postern::sim
