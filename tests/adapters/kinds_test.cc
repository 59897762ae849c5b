// The table of adapters/README.md: what each channel brings in, after the expectations of its
// samples, and what it takes out, after its own `check`. POSTERN_BLESS=1 writes the table.  SC-05
#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <set>

#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "adapters/shared/json.h"
#include "tests/adapters/sending_situation.h"
#include "tests/adapters/situation.h"

namespace postern::adapters {
namespace {

constexpr std::array<std::string_view, 19> columns = {
    "text",     "image",    "audio",    "voice",    "video",    "document", "sticker",
    "location", "contacts", "reaction", "template", "buttons",  "list",     "edited",
    "deleted",  "receipts", "opt-outs", "typing",   "read mark"};

/// A channel, and the settings by which an account of it sends one way or the other.
struct Row {
    std::string_view channel;
    std::vector<std::pair<std::string, std::string>> ways;  // api=…, from=…
    // What comes in otherwise than by webhooks, hence without samples: their tests are C++.
    std::vector<std::string_view> brings = {};
};

const Row rows[] = {
    {"whatsapp", {{}}},
    {"messenger", {{}}},
    {"instagram", {{}}},
    {"telegram", {{}}},
    {"line", {{}}},
    {"viber", {{}}},
    {"wechat", {{}}},
    {"twilio", {{"from", "+15005550006"}, {"from", "whatsapp:+15005550006"}}},
    {"vonage",
     {{"from", "+15005550006"},
      {"from", "mms:+15005550006"},
      {"from", "whatsapp:+15005550006"},
      {"from", "messenger:1"},
      {"from", "viber:1"}}},
    {"smpp", {{"host", "smsc.provider.test"}}, {"text", "receipts"}},
    {"email", {{"smtp_host", "relay.provider.test"}}},
    {"webchat", {{}}, {"text", "image", "document", "buttons", "receipts"}},
    {"http", {{"send", R"({"url":"https://api.provider.test/v2"})"}}},
};

using Kinds = std::set<std::string, std::less<>>;

void add_message(json::Object message, Kinds& out) {
    const auto content = json::object(message, "content");
    const std::string type(content ? json::text(*content, "type") : std::string_view{});
    const std::string_view choice = content ? json::text(*content, "choice") : std::string_view{};
    if (type == "choice") out.insert(choice == "list" ? "list" : "buttons");
    if (type != "choice" && type != "media" && type != "unsupported") out.insert(type);
    const auto files = json::array(message, "attachments");
    if (type != "media" || !files) return;
    for (const json::Value element : *files) {
        const auto file = json::as_object(element);
        if (!file) continue;
        const std::string kind(json::text(*file, "kind"));
        out.insert(json::flag(*file, "voice") ? "voice" : kind == "contact" ? "contacts" : kind);
    }
}

void add_item(json::Object item, Kinds& out) {
    const std::string_view what = json::text(item, "what");
    const std::string_view kind = json::text(item, "kind");
    if (what == "message") return add_message(item, out);
    if (what == "status") out.insert("receipts");
    if (kind == "message.edited") out.insert("edited");
    if (kind == "message.deleted") out.insert("deleted");
    if (kind == "contact.opted_out" || kind == "contact.blocked") out.insert("opt-outs");
}

Kinds kinds_in(std::string_view channel) {
    Kinds out;
    for (const auto& path : situation_files()) {
        if (path.parent_path().filename() != channel) continue;
        std::string text = read_file(path.parent_path() / (path.stem().string() + ".expect.json"));
        text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
        const auto parsed = json::parse(text);
        const auto root = parsed ? json::as_object(*parsed) : std::nullopt;
        const auto items = root ? json::array(*root, "items") : std::nullopt;
        if (!items) continue;
        for (const json::Value item : *items) {
            if (const auto object = json::as_object(item)) add_item(*object, out);
        }
    }
    return out;
}

/// A content of that kind as plain as it can be; of stickers one by number, too.
std::vector<OutboundContent> contents_of(std::string_view kind) {
    OutboundContent content;
    content.text = "Hola";
    for (unsigned i = 0; i <= static_cast<unsigned>(MediaKind::sticker); ++i) {
        const auto media = static_cast<MediaKind>(i);
        if (kind != to_string(media)) continue;
        content.type = ContentType::media;
        content.media = media;
        content.text.clear();
        content.filename = "a.pdf";
        content.mime = "application/octet-stream";
        std::vector<OutboundContent> all;
        for (const char* url : {"https://cdn.test/a.jpg", "https://cdn.test/a?media_id=M1",
                                "https://cdn.test/a?media_id=M1&thumb_media_id=T1",
                                "https://cdn.test/a?packageId=446&stickerId=1988"}) {
            all.push_back(content);
            all.back().url = url;
        }
        return all;
    }
    if (kind == "text") return {content};
    if (kind == "buttons" || kind == "list") {
        content.type = kind == "list" ? ContentType::list : ContentType::buttons;
        content.buttons = {{ButtonKind::reply, "1", "Sí", {}, {}}};
        content.button = "Ver";
        content.sections = {{"", {{"1", "Uno", ""}}}};
        if (kind == "list") content.buttons.clear();
        if (kind == "buttons") content.sections.clear();
        return {content};
    }
    content.text.clear();
    if (kind == "template") {
        content.type = ContentType::template_;
        content.language = "es";
        content.name = "order_ready";
        OutboundContent by_number = content;
        by_number.name = "HX" + std::string(32, 'a');
        return {content, by_number};
    }
    if (kind == "location") {
        content.type = ContentType::location;
        content.point = GeoPoint{4.7, -74.1};
        OutboundContent named = content;
        named.name = "Plaza";
        named.address = "Calle 7";
        return {content, named};
    }
    if (kind == "contacts") {
        content.type = ContentType::contacts;
        content.contacts = {{"Ana", {"+573001234567"}, {}, {}}};
        return {content};
    }
    if (kind != "reaction") return {};
    content.type = ContentType::reaction;
    content.reaction_to = "77:60";
    content.emoji = "👍";
    return {content};
}

Kinds kinds_out(const Row& row) {
    Kinds out;
    for (const auto& [key, value] : row.ways) {
        AdapterConfig config = sending_config(std::string(row.channel));
        if (!key.empty()) config.settings[key] = value;
        if (row.channel == "vonage" && value.find(':') != std::string::npos) {
            config.settings["api"] = "messages";
        }
        std::string problem;
        const auto adapter = make_sending_adapter(config, problem);
        EXPECT_NE(adapter, nullptr) << row.channel << ": " << problem;
        if (!adapter) continue;
        for (const std::string_view kind : columns) {
            const auto contents = contents_of(kind);
            if (std::ranges::any_of(contents,
                                    [&](const auto& one) { return !adapter->check(one); })) {
                out.emplace(kind);
            }
        }
        if (adapter->send_traits().typing) out.insert("typing");
        if (adapter->send_traits().mark_read) out.insert("read mark");
    }
    return out;
}

std::string table() {
    std::string out = "|";
    for (const std::string_view column : columns) out.append(" | ").append(column);
    out.append(" |\n|");
    for (std::size_t i = 0; i <= columns.size(); ++i) out.append(" --- |");
    out.append("\n");
    for (const Row& row : rows) {
        Kinds in = kinds_in(row.channel);
        in.insert(row.brings.begin(), row.brings.end());
        const Kinds sent = kinds_out(row);
        out.append("| ").append(row.channel);
        for (const std::string_view column : columns) {
            const bool comes = in.contains(column);
            const bool goes = sent.contains(column);
            out.append(comes && goes ? " | in out" : comes ? " | in" : goes ? " | out" : " | –");
        }
        out.append(" |\n");
    }
    return out;
}

TEST(Kinds, StandInTheReadmeAsTheChannelsHaveThem) {
    const std::filesystem::path path =
        std::filesystem::path(POSTERN_SOURCE_DIR) / "adapters" / "README.md";
    const std::string text = read_file(path);
    const std::size_t begin = text.find("| | text |");
    ASSERT_NE(begin, std::string::npos);
    const std::size_t end = text.find("\n\n", begin) + 1;
    const std::string actual = table();
    if (std::getenv("POSTERN_BLESS") != nullptr) {
        std::ofstream(path, std::ios::binary)
            << text.substr(0, begin) << actual << text.substr(end);
    } else {
        EXPECT_EQ(text.substr(begin, end - begin), actual);
    }
}

}  // namespace
}  // namespace postern::adapters
