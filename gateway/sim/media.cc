#include "gateway/sim/media.h"

#include <fmt/format.h>

namespace postern::sim {
namespace {

using namespace std::string_view_literals;

constexpr std::uint64_t id_base = 90'000;
constexpr std::size_t filler_bytes = 100'000;  // more than one piece of any stream

struct Format {
    char kind;  // the last digit of an id
    Kind item;
    MediumType type;
    std::string_view begin;
};

constexpr Format formats[] = {
    {'1', Kind::image, {"image/jpeg", "jpg"}, "\xFF\xD8\xFF\xE0\0\x10JFIF\0"sv},
    {'2', Kind::voice, {"audio/ogg", "oga"}, "OggS\0\2"sv},
    {'3', Kind::document, {"application/pdf", "pdf"}, "%PDF-1.7\n"sv},
};

const Format* format_of(std::string_view id) {
    if (id.size() < 2 || id.find_first_not_of("0123456789") != std::string_view::npos)
        return nullptr;
    for (const Format& format : formats) {
        if (format.kind == id.back()) return &format;
    }
    return nullptr;
}

}  // namespace

std::optional<MediumType> medium_type(std::string_view id) {
    const Format* format = format_of(id);
    return format != nullptr ? std::optional(format->type) : std::nullopt;
}

std::string medium_id(const Item& item) {
    char kind = formats[0].kind;
    for (const Format& format : formats) {
        if (format.item == item.kind) kind = format.kind;
    }
    return std::to_string(id_base + item.number) + kind;
}

std::string medium_url(const Endpoint& endpoint, const Item& item) {
    const std::string base =
        endpoint.media_base.empty() ? "https://media.example" : endpoint.media_base;
    const std::string id = medium_id(item);
    if (endpoint.channel != "twilio") return base + "/http/media/" + id + ".jpg";
    return fmt::format("{}/twilio/2010-04-01/Accounts/{}/Messages/{}/Media/ME{}", base,
                       endpoint.own_id, item.external_id, id);
}

std::string medium_bytes(std::string_view id) {
    const Format* format = format_of(id);
    if (format == nullptr) return {};
    std::string bytes(format->begin);
    bytes += fmt::format("simulated medium {}\n", id);
    for (std::size_t i = bytes.size(); i < filler_bytes; ++i)
        bytes += static_cast<char>('a' + (i * 31 + id.back()) % 26);
    return bytes;
}

}  // namespace postern::sim
