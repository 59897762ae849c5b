// Look-ups in a parsed object; distances between words.
#include "gateway/api/fields.h"

#include <algorithm>

namespace postern::api {

Fields::Fields(simdjson::dom::element object, std::string path, std::vector<FieldError>& errors)
    : path_(std::move(path)), errors_(errors) {
    good_ = object.get(object_) == simdjson::SUCCESS;
}

std::optional<simdjson::dom::element> Fields::value(std::string_view name) {
    known_.push_back(name);
    simdjson::dom::element element;
    if (!good_ || object_[name].get(element) != simdjson::SUCCESS || element.is_null())
        return std::nullopt;
    return element;
}

std::optional<simdjson::dom::element> Fields::object(std::string_view name) {
    auto element = value(name);
    if (!element || element->is_object()) return element;
    fault(name, "invalid", "This must be an object.");
    return std::nullopt;
}

std::string Fields::text(std::string_view name, std::size_t bytes_max) {
    const auto element = value(name);
    std::string_view text;
    if (!element) return {};
    if (element->get(text) != simdjson::SUCCESS) {
        fault(name, "invalid", "This must be a string.");
    } else if (text.size() > bytes_max) {
        fault(name, "too_long", "At most " + std::to_string(bytes_max) + " bytes.");
        return {};
    }
    return std::string(text);
}

bool Fields::flag(std::string_view name) {
    const auto element = value(name);
    bool flag = false;
    if (element && element->get(flag) != simdjson::SUCCESS) {
        fault(name, "invalid", "This must be true or false.");
    }
    return flag;
}

model::Instant Fields::time(std::string_view name) {
    model::Instant moment{};
    const auto element = value(name);
    std::string_view text;
    if (!element) return moment;
    if (element->get(text) != simdjson::SUCCESS || !model::parse_time(text, moment)) {
        fault(name, "invalid", "This must be an RFC 3339 time, like 2027-01-31T00:00:00Z.");
        return {};
    }
    return moment;
}

std::vector<std::string> Fields::texts(std::string_view name, std::size_t count_max) {
    std::vector<std::string> texts;
    const auto element = value(name);
    if (!element) return texts;
    simdjson::dom::array array;
    bool valid = element->get(array) == simdjson::SUCCESS;
    if (valid && array.size() > count_max) {
        fault(name, "too_many", "At most " + std::to_string(count_max) + " entries.");
        return texts;
    }
    for (const simdjson::dom::element item : array) {
        std::string_view text;
        valid = valid && item.get(text) == simdjson::SUCCESS && !text.empty();
        if (valid) texts.emplace_back(text);
    }
    if (!valid) fault(name, "invalid", "This must be a list of strings that are not empty.");
    return texts;
}

void Fields::fault(std::string_view name, std::string_view code, std::string detail) {
    errors_.push_back({path_ + std::string(name), std::string(code), std::move(detail)});
}

void Fields::unknown_word(std::string_view name, std::string_view word,
                          const std::vector<std::string_view>& words) {
    std::string detail = "This must be one of";
    for (const std::string_view known : words)
        detail.append(known == words.front() ? " " : ", ").append(known);
    const std::string_view near = nearest(word, words);
    detail += near.empty() ? "." : ". Did you mean " + std::string(near) + "?";
    fault(name, "invalid", std::move(detail));
}

void Fields::finish() {
    if (!good_) return;
    for (const auto field : object_) {
        if (std::ranges::find(known_, field.key) != known_.end()) continue;
        const std::string_view near = nearest(field.key, known_);
        fault(field.key, "unknown_field",
              near.empty()
                  ? std::string("This field is not known here.")
                  : "This field is not known here. Did you mean " + std::string(near) + "?");
    }
}

namespace {

std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known) {
    std::string_view best;
    std::size_t least = 3;
    if (word.size() > 64) return best;
    for (const std::string_view candidate : known) {
        const std::size_t apart = distance(word, candidate);
        if (apart >= least || apart * 2 > candidate.size()) continue;
        least = apart;
        best = candidate;
    }
    return best;
}

}  // namespace postern::api
