// Codes and words of the mistakes are those of the API's other fields.
#include "gateway/model/content_fields.h"

#include <algorithm>
#include <cmath>

namespace postern::model {
namespace {

/// More than any object of a content has; bounds the search for members given twice.
constexpr std::size_t members_max = 32;
constexpr std::size_t url_bytes_max = 2048;
/// Of a name that the caller made up, as far as it is told back.
constexpr std::size_t told_bytes_max = 64;

}  // namespace

ContentFields::ContentFields(simdjson::dom::element value, std::string place, Problem& problem)
    : place_(std::move(place)), problem_(problem) {
    simdjson::dom::object object;
    if (value.get(object) != simdjson::SUCCESS) fault("", "invalid", "This must be an object.");
    if (failed()) return;
    for (const auto [name, member] : object) {
        const bool twice =
            std::ranges::any_of(members_, [key = name](const Member& m) { return m.name == key; });
        if (twice) fault(name, "duplicate", "This field is given twice.");
        if (members_.size() == members_max) fault("", "too_many", "Too many fields.");
        if (failed()) return;
        members_.push_back({name, member});
    }
}

std::string ContentFields::place(std::string_view name) const {
    if (place_.empty()) return std::string(name);
    return name.empty() ? place_ : place_ + "." + std::string(name);
}

void ContentFields::fault(std::string_view name, std::string_view code, std::string detail) {
    if (failed()) return;
    problem_ = adapters::FieldProblem{place(name.substr(0, told_bytes_max)), std::string(code),
                                      std::move(detail)};
}

std::optional<simdjson::dom::element> ContentFields::take(std::string_view name) {
    if (failed()) return std::nullopt;
    for (Member& member : members_) {
        if (member.name != name) continue;
        member.taken = true;
        if (member.value.is_null()) return std::nullopt;
        return member.value;
    }
    return std::nullopt;
}

bool ContentFields::read(simdjson::dom::element value, std::string_view name, std::size_t bytes_max,
                         std::string& out) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) {
        fault(name, "invalid", "This must be a string.");
    } else if (text.size() > bytes_max) {
        fault(name, "too_long", "At most " + std::to_string(bytes_max) + " bytes.");
    } else if (text.find('\0') != std::string_view::npos) {
        fault(name, "invalid", "This must not hold a NUL character.");
    } else {
        out = text;
    }
    return !failed();
}

void ContentFields::text(std::string_view name, std::size_t bytes_max, Need need,
                         std::string& out) {
    const auto value = take(name);
    if (failed()) return;
    if (!value) {
        if (need == Need::required) fault(name, "required", "This field is required.");
        return;
    }
    const bool is_text = read(*value, name, bytes_max, out);
    if (is_text && out.empty() && need == Need::required) {
        fault(name, "required", "This must not be empty.");
    }
}

void ContentFields::url(std::string_view name, Need need, std::string& out) {
    text(name, url_bytes_max, need, out);
    const bool web = out.starts_with("https://") || out.starts_with("http://");
    if (!out.empty() && !web) fault(name, "invalid", "This must be an http or https address.");
}

void ContentFields::texts(std::string_view name, std::size_t count_max, std::size_t bytes_max,
                          std::vector<std::string>& out) {
    const auto elements = list(name, count_max, Need::optional);
    for (std::size_t i = 0; i < elements.size() && !failed(); ++i) {
        const std::string element = std::string(name) + "[" + std::to_string(i) + "]";
        const bool is_text = read(elements[i], element, bytes_max, out.emplace_back());
        if (is_text && out.back().empty()) fault(element, "required", "This must not be empty.");
    }
}

void ContentFields::flag(std::string_view name, bool& out) {
    const auto value = take(name);
    if (value && value->get(out) != simdjson::SUCCESS) {
        fault(name, "invalid", "This must be true or false.");
    }
}

void ContentFields::number(std::string_view name, double bound, double& out) {
    const auto value = take(name);
    if (!value) return fault(name, "required", "This field is required.");
    if (value->get(out) != simdjson::SUCCESS || !(std::abs(out) <= bound)) {
        const std::string limit = std::to_string(static_cast<int>(bound));
        fault(name, "invalid", "This must be a number from -" + limit + " to " + limit + ".");
    }
}

void ContentFields::index(std::string_view name, unsigned most, unsigned& out) {
    const auto value = take(name);
    if (!value) return fault(name, "required", "This field is required.");
    std::uint64_t number = 0;
    if (value->get(number) != simdjson::SUCCESS || number > most) {
        return fault(name, "invalid",
                     "This must be a whole number from 0 to " + std::to_string(most) + ".");
    }
    out = static_cast<unsigned>(number);
}

std::vector<simdjson::dom::element> ContentFields::list(std::string_view name,
                                                        std::size_t count_max, Need need) {
    std::vector<simdjson::dom::element> out;
    const auto value = take(name);
    if (failed()) return out;
    simdjson::dom::array array;
    if (value && value->get(array) != simdjson::SUCCESS) {
        fault(name, "invalid", "This must be a list.");
        return out;
    }
    if (value) {
        for (const simdjson::dom::element element : array) {
            if (out.size() == count_max) {
                fault(name, "too_many", "At most " + std::to_string(count_max) + " of them.");
                return {};
            }
            out.push_back(element);
        }
    }
    if (out.empty() && need == Need::required) {
        fault(name, "required", "There must be at least one.");
    }
    return out;
}

void ContentFields::finish() {
    for (const Member& member : members_) {
        if (!member.taken) {
            return fault(member.name, "unknown_field", "This field is not known here.");
        }
    }
}

}  // namespace postern::model
