// Mistakes are sentences: the key, then what to write.
#include "adapters/http/table.h"

#include <algorithm>

namespace postern::adapters::http {

void Table::wrong(std::string_view key, std::string_view advice) {
    if (!problem_.empty()) return;
    problem_ = path_;
    if (!key.empty()) problem_.append(".").append(key);
    problem_.append(": ").append(advice);
}

std::optional<json::Value> Table::find(std::string_view key) {
    if (std::ranges::find(known_, key) == known_.end()) known_.emplace_back(key);
    return json::member(object_, key);
}

bool Table::has(std::string_view key) {
    return find(key).has_value();
}

bool Table::is_table(std::string_view key) {
    const auto found = find(key);
    return found && found->is_object();
}

std::string Table::text(std::string_view key, std::string_view absent) {
    const auto found = find(key);
    if (!found) return std::string(absent);
    std::string_view value;
    if (found->get(value) != simdjson::SUCCESS) wrong(key, "write a string");
    return std::string(value);
}

std::string Table::word(std::string_view key, std::span<const std::string_view> words) {
    std::string value = text(key, words.front());
    if (std::ranges::find(words, value) != words.end()) return value;
    std::string advice = "write one of";
    for (const std::string_view one : words) advice.append(" ").append(one);
    wrong(key, advice);
    return std::string(words.front());
}

std::int64_t Table::integer(std::string_view key, std::int64_t absent, std::int64_t low,
                            std::int64_t high) {
    const auto found = find(key);
    if (!found) return absent;
    std::int64_t value = 0;
    if (found->get(value) == simdjson::SUCCESS && value >= low && value <= high) return value;
    wrong(key, "write a whole number from " + std::to_string(low) + " to " + std::to_string(high));
    return absent;
}

bool Table::flag(std::string_view key) {
    const auto found = find(key);
    bool value = false;
    if (found && found->get(value) != simdjson::SUCCESS) wrong(key, "write true or false");
    return value;
}

std::optional<Table> Table::table(std::string_view key) {
    const auto found = find(key);
    if (!found) return std::nullopt;
    json::Object inner;
    if (found->get(inner) != simdjson::SUCCESS) {
        wrong(key, "write a table");
        return std::nullopt;
    }
    return Table(inner, path_ + "." + std::string(key), problem_);
}

std::vector<std::pair<std::string, std::string>> Table::words_map() {
    std::vector<std::pair<std::string, std::string>> map;
    for (const auto [key, value] : object_) {
        std::string_view word;
        if (value.get(word) != simdjson::SUCCESS) {
            wrong(key, "write a string");
            continue;
        }
        map.emplace_back(std::string(key), std::string(word));
    }
    return map;
}

void Table::finish() {
    for (const auto [key, value] : object_) {
        if (std::ranges::find(known_, key) != known_.end()) continue;
        std::string advice = "no such key; known here:";
        for (const std::string& one : known_) advice.append(" ").append(one);
        wrong(key, advice);
        return;
    }
}

}  // namespace postern::adapters::http
