#include "adapters/webchat/frame.h"

#include <algorithm>
#include <array>

#include "adapters/shared/content_check.h"
#include "adapters/shared/json.h"

namespace postern::adapters::webchat {
namespace {

using Type = ClientFrame::Type;

constexpr std::size_t id_max = 256;
constexpr std::size_t title_max = 256;
constexpr std::size_t token_max = 512;
constexpr std::size_t url_max = 2048;
constexpr std::size_t locale_max = 35;  // RFC 5646, 4.4.1
constexpr std::size_t name_max = 64;    // of `c`

struct Word {
    std::string_view text;
    Type type;
};
constexpr std::array words = {
    Word{"hello", Type::hello},   Word{"prechat", Type::prechat}, Word{"msg", Type::msg},
    Word{"button", Type::button}, Word{"recv", Type::recv},       Word{"read", Type::read},
    Word{"typing", Type::typing}, Word{"ping", Type::ping},       Word{"end", Type::end},
};

/// The browser's names stand in ids of ours: letters, digits, - and _.
bool is_name(std::string_view c) {
    return !c.empty() && c.size() <= name_max && std::ranges::all_of(c, [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '-' || letter == '_';
    });
}

/// The member, or nothing of it if it is too long to be meant.
std::string bounded(json::Object object, std::string_view key, std::size_t bytes_max) {
    const std::string_view text = json::text(object, key);
    return text.size() <= bytes_max ? std::string(text) : std::string{};
}

ClientFrame bad(std::string_view problem) {
    ClientFrame frame;
    frame.problem = problem;
    return frame;
}

ClientFrame read_hello(json::Object object) {
    ClientFrame frame;
    frame.type = Type::hello;
    frame.resume = bounded(object, "resume", token_max);
    frame.after = bounded(object, "after", id_max);
    frame.locale = bounded(object, "locale", locale_max);
    if (const auto page = json::object(object, "page")) {
        frame.page_url = bounded(*page, "url", url_max);
        frame.page_referrer = bounded(*page, "ref", url_max);
    }
    return frame;
}

ClientFrame read_ids(json::Object object, Type type) {
    ClientFrame frame;
    frame.type = type;
    if (const auto ids = json::array(object, "ids")) {
        for (const json::Value value : *ids) {
            std::string_view id;
            if (value.get(id) == simdjson::SUCCESS && id.size() <= id_max)
                frame.ids.emplace_back(id);
            if (frame.ids.size() == acknowledged_max) break;
        }
    }
    return frame.ids.empty() ? bad("bad_frame") : frame;
}

ClientFrame read_message(json::Object object) {
    ClientFrame frame;
    frame.type = Type::msg;
    const std::string_view text = json::text(object, "text");
    if (shared::characters(text) > text_characters_max) return bad("too_long");
    frame.text = text;
    frame.file = bounded(object, "file", token_max);
    const bool blank = frame.text.find_first_not_of(" \t\r\n") == std::string::npos;
    return blank && frame.file.empty() ? bad("bad_frame") : frame;
}

ClientFrame read_named(json::Object object, Type type) {
    const std::string_view c = json::text(object, "c");
    if (!is_name(c)) return bad("bad_frame");
    ClientFrame frame;
    if (type == Type::msg) frame = read_message(object);
    if (type == Type::prechat) {
        const auto fields = json::object(object, "fields");
        frame = fields ? ClientFrame{.type = type} : bad("bad_frame");
        if (fields) frame.fields_json = json::compact(*fields);
    }
    if (type == Type::button) {
        frame.type = type;
        frame.id = bounded(object, "id", id_max);
        frame.title = bounded(object, "title", title_max);
        frame.in = bounded(object, "in", id_max);
        if (frame.id.empty()) frame = bad("bad_frame");
    }
    frame.c = c;
    return frame;
}

}  // namespace

ClientFrame read_frame(std::string_view text) {
    const auto parsed = json::parse(text);
    const auto object = parsed ? json::as_object(*parsed) : std::nullopt;
    if (!object) return bad("bad_frame");
    const auto word = std::ranges::find(words, json::text(*object, "t"), &Word::text);
    if (word == words.end()) return bad("bad_frame");
    switch (word->type) {
        case Type::hello:
            return read_hello(*object);
        case Type::prechat:
        case Type::msg:
        case Type::button:
            return read_named(*object, word->type);
        case Type::recv:
        case Type::read:
            return read_ids(*object, word->type);
        default:
            break;
    }
    ClientFrame frame;
    frame.type = word->type;
    frame.on = json::flag(*object, "on");
    return frame;
}

}  // namespace postern::adapters::webchat
