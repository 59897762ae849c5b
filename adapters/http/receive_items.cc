// Tables of places: the keys stand in the order of README.md.
#include "adapters/http/receive_items.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "adapters/http/time_pattern.h"

namespace postern::adapters::http {
namespace {

constexpr std::size_t place_bytes_max = 256;
constexpr std::array<std::string_view, 4> time_formats = {"auto", "unix", "unix_ms", "iso8601"};
constexpr int zone_hours_max = 15;

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

/// Each of several.
bool good_pointers(std::string_view places) {
    for (;;) {
        const std::size_t end = places.find(place_parting);
        const std::string_view one = places.substr(0, end);
        const bool query = one.starts_with(query_place) && one.ends_with("}}");
        if (!query && !good_pointer(one)) return false;
        if (end == std::string_view::npos) return true;
        places.remove_prefix(end + place_parting.size());
    }
}

/// "+05:30", "-0300", "Z" or nothing.
std::optional<std::chrono::minutes> zone_of(std::string_view text) {
    if (text.empty() || text == "Z") return std::chrono::minutes{0};
    std::string digits;
    for (const char c : text.substr(1)) {
        if (c >= '0' && c <= '9') digits += c;
        if ((c < '0' || c > '9') && c != ':') return std::nullopt;
    }
    if ((text.front() != '+' && text.front() != '-') || digits.size() != 4) return std::nullopt;
    const int hours = (digits[0] - '0') * 10 + digits[1] - '0';
    const int minutes = (digits[2] - '0') * 10 + digits[3] - '0';
    if (hours > zone_hours_max || minutes > 59) return std::nullopt;
    const std::chrono::minutes east{hours * 60 + minutes};
    return text.front() == '-' ? -east : east;
}

void read_time_format(Table& table, TimeRule& rule) {
    const std::string word = table.text("format", time_formats.front());
    const auto known = std::ranges::find(time_formats, word);
    if (known != time_formats.end()) {
        rule.format = static_cast<TimeFormat>(known - time_formats.begin());
    } else if (is_time_pattern(word)) {
        rule.format = TimeFormat::pattern;
        rule.pattern = word;
    } else {
        table.wrong("format",
                    "write one of auto unix unix_ms iso8601, or a pattern such as "
                    "\"DD/MM/YYYY hh:mm:ss\"");
    }
    const auto east = zone_of(table.text("zone", ""));
    if (!east) table.wrong("zone", "write the offset of the provider's clock, such as \"+03:00\"");
    rule.east = east.value_or(std::chrono::minutes{0});
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
    std::string_view pointers = place;
    if (key == "id") {
        // What stands for an id may come last.
        for (const std::string_view word : {fingerprint_place, arrival_place}) {
            if (!pointers.ends_with(word)) continue;
            pointers.remove_suffix(word.size());
            if (pointers.ends_with(place_parting)) pointers.remove_suffix(place_parting.size());
        }
    }
    const bool good = pointers.empty() || form_ || good_pointers(pointers);
    if (good && place.size() <= place_bytes_max) return;
    table.wrong(key, "write a JSON pointer, such as \"/data/0/id\"");
}

void Places::read_time(Table& table, TimeRule& rule) const {
    auto inner = table.is_table("time") ? table.table("time") : std::nullopt;
    if (!inner) return read(table, "time", rule.place);
    read(*inner, "pointer", rule.place);
    read_time_format(*inner, rule);
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
