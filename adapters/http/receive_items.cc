// Tables of places: the keys stand in the order of README.md.
#include "adapters/http/receive_items.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace postern::adapters::http {
namespace {

constexpr std::size_t place_bytes_max = 256;
constexpr std::array<std::string_view, 4> time_formats = {"auto", "unix", "unix_ms", "iso8601"};

using KeyPlaces = std::initializer_list<std::pair<std::string_view, Place*>>;

bool good_pointer(std::string_view place) {
    if (!place.starts_with('/')) return false;
    for (std::size_t at = place.find('~'); at != std::string_view::npos;
         at = place.find('~', at + 1)) {
        const std::string_view next = place.substr(at + 1, 1);
        if (next != "0" && next != "1") return false;
    }
    return true;
}

void read_states(Table& value, WordMap<ReceiptState>& map) {
    auto table = value.table("map");
    if (!table) return;
    for (auto& [word, ours] : table->words_map()) {
        const auto state = receipt_state(ours);
        if (!state) table->wrong(word, "write one of accepted sent delivered read failed");
        map.emplace_back(word, state.value_or(ReceiptState::sent));
    }
}

}  // namespace

void Places::read(Table& table, std::string_view key, Place& place) const {
    place = table.text(key, place);
    const bool id_word = key == "id" && place == fingerprint_place;
    const bool good = place.empty() || id_word || form_ || good_pointer(place);
    if (good && place.size() <= place_bytes_max) return;
    table.wrong(key, "write a JSON pointer, such as \"/data/0/id\"");
}

void Places::read_time(Table& table, TimeRule& rule) const {
    auto inner = table.is_table("time") ? table.table("time") : std::nullopt;
    if (!inner) return read(table, "time", rule.place);
    read(*inner, "pointer", rule.place);
    const std::string word = inner->word("format", time_formats);
    rule.format =
        static_cast<TimeFormat>(std::ranges::find(time_formats, word) - time_formats.begin());
    inner->finish();
}

void read_message(Table& root, const Places& places, MessageRule& rule) {
    auto table = root.table("message");
    if (!table) return;
    for (auto [key, place] : KeyPlaces{{"id", &rule.id},
                                       {"from", &rule.from},
                                       {"name", &rule.name},
                                       {"username", &rule.username},
                                       {"language", &rule.language},
                                       {"text", &rule.text},
                                       {"reply_to", &rule.reply_to},
                                       {"group", &rule.group},
                                       {"latitude", &rule.latitude},
                                       {"longitude", &rule.longitude},
                                       {"choice_id", &rule.choice_id},
                                       {"choice_title", &rule.choice_title}}) {
        places.read(*table, key, *place);
    }
    places.read_time(*table, rule.time);
    if (auto media = table->table("media")) {
        for (auto [key, place] : KeyPlaces{{"pointer", &rule.media.list},
                                           {"url", &rule.media.url},
                                           {"id", &rule.media.id},
                                           {"mime", &rule.media.mime},
                                           {"kind", &rule.media.kind},
                                           {"filename", &rule.media.filename},
                                           {"caption", &rule.media.caption}}) {
            places.read(*media, key, *place);
        }
        media->finish();
    }
    table->finish();
}

void read_status(Table& root, const Places& places, StatusRule& rule) {
    auto table = root.table("status");
    if (!table) return;
    if (auto value = table->is_table("value") ? table->table("value") : std::nullopt) {
        places.read(*value, "pointer", rule.value);
        read_states(*value, rule.map);
        value->finish();
    } else {
        places.read(*table, "value", rule.value);
    }
    places.read(*table, "id", rule.id);
    places.read(*table, "error", rule.error);
    places.read(*table, "error_text", rule.error_text);
    places.read(*table, "recipient", rule.recipient);
    places.read(*table, "echo", rule.echo);
    places.read_time(*table, rule.time);
    table->finish();
}

}  // namespace postern::adapters::http
