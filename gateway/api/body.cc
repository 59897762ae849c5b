// simdjson's DOM with error codes; one parser a thread.
#include "gateway/api/body.h"

#include <algorithm>

#include <simdjson.h>

namespace postern::api {

struct Body::Impl {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    bool empty = true;

    [[nodiscard]] bool find(std::string_view field, simdjson::dom::element& out) const {
        if (empty || object[field].get(out) != simdjson::SUCCESS) return false;
        return !out.is_null();
    }
};

Body::Body(std::string_view padded) {
    thread_local Impl impl;
    impl_ = &impl;
    impl_->empty = padded.find_first_not_of(" \t\r\n") == std::string_view::npos;
    if (impl_->empty) return;
    simdjson::dom::element root;
    constexpr bool copy = false;  // the padding is there
    malformed_ =
        impl_->parser.parse(padded.data(), padded.size(), copy).get(root) != simdjson::SUCCESS ||
        root.get_object().get(impl_->object) != simdjson::SUCCESS;
    impl_->empty = malformed_;
}

Body::~Body() = default;

bool Body::has(std::string_view field) const {
    simdjson::dom::element element;
    return impl_->find(field, element);
}

std::string Body::text(std::string_view field, std::size_t bytes_max, bool required) {
    known_.emplace_back(field);
    simdjson::dom::element element;
    if (!impl_->find(field, element)) {
        if (required) fault(field, "required", "This field is required.");
        return {};
    }
    std::string_view value;
    if (element.get_string().get(value) != simdjson::SUCCESS) {
        fault(field, "invalid", "This must be a string.");
    } else if (value.size() > bytes_max) {
        fault(field, "too_long", "At most " + std::to_string(bytes_max) + " bytes.");
    } else if (required && value.empty()) {
        fault(field, "required", "This must not be empty.");
    }
    return std::string(value.substr(0, bytes_max));
}

std::vector<std::string> Body::texts(std::string_view field, std::size_t count_max, bool required) {
    known_.emplace_back(field);
    std::vector<std::string> values;
    simdjson::dom::element element;
    if (!impl_->find(field, element)) {
        if (required) fault(field, "required", "This field is required.");
        return values;
    }
    simdjson::dom::array array;
    bool valid = element.get_array().get(array) == simdjson::SUCCESS;
    if (valid) {
        for (const simdjson::dom::element item : array) {
            std::string_view value;
            valid = valid && item.get_string().get(value) == simdjson::SUCCESS && !value.empty();
            if (valid) values.emplace_back(value);
        }
    }
    if (!valid) fault(field, "invalid", "This must be a list of strings that are not empty.");
    if (values.size() > count_max) {
        fault(field, "too_long", "At most " + std::to_string(count_max) + " entries.");
    }
    if (valid && required && values.empty()) fault(field, "required", "This must not be empty.");
    return values;
}

std::uint64_t Body::number(std::string_view field, std::uint64_t low, std::uint64_t high,
                           std::uint64_t absent) {
    known_.emplace_back(field);
    simdjson::dom::element element;
    if (!impl_->find(field, element)) return absent;
    std::uint64_t value = 0;
    if (element.get_uint64().get(value) == simdjson::SUCCESS && value >= low && value <= high)
        return value;
    fault(field, "invalid",
          "This must be a whole number from " + std::to_string(low) + " to " +
              std::to_string(high) + ".");
    return absent;
}

model::Instant Body::time(std::string_view field) {
    model::Instant moment{};
    const std::string value = text(field, 64, false);
    if (!value.empty() && !model::parse_time(value, moment)) {
        fault(field, "invalid", "This must be an RFC 3339 time, like 2027-01-31T00:00:00Z.");
    }
    return moment;
}

void Body::fault(std::string_view field, std::string_view code, std::string detail) {
    errors_.push_back({std::string(field), std::string(code), std::move(detail)});
}

std::optional<Problem> Body::problem() {
    if (malformed_)
        return Problem{400, "malformed_json", "The body must be one JSON object.", {}, {}};
    if (!impl_->empty) {
        for (const auto field : impl_->object) {
            if (std::find(known_.begin(), known_.end(), field.key) != known_.end()) continue;
            fault(field.key, "unknown_field", "This field is not known here.");
        }
    }
    if (errors_.empty()) return std::nullopt;
    return Problem{
        422, "validation_failed", "Some fields are not as they must be.", std::move(errors_), {}};
}

}  // namespace postern::api
