// simdjson's DOM in its error-code form. A parser keeps its buffers between bodies; bodies beyond
// `kept_bytes_max` get a parser of their own, so that one huge body does not fatten a thread for
// ever.
#include "adapters/shared/json.h"

#include <charconv>
#include <cstring>
#include <memory>

#include "adapters/errc.h"
#include "adapters/shared/json_repair.h"

namespace postern::adapters::json {
namespace {

constexpr std::size_t kept_bytes_max = 256 * 1024;

/// One thread's parsers. `copy` holds a repaired body while its value is in use.
struct Parsers {
    simdjson::dom::parser kept;
    std::unique_ptr<simdjson::dom::parser> large;
    std::string copy;
    simdjson::dom::parser nested;  // compact_object: must not disturb `kept`
    std::string nested_copy;
};

Parsers& parsers() {
    thread_local Parsers instance;
    return instance;
}

/// Growing a parser keeps its depth limit, so the limit is set with the first allocation.
bool prepare(simdjson::dom::parser& parser) {
    return parser.max_depth() == depth_max || parser.allocate(4096, depth_max) == simdjson::SUCCESS;
}

simdjson::error_code run(simdjson::dom::parser& parser, std::string_view body, Value& value) {
    if (!prepare(parser)) return simdjson::MEMALLOC;
    // 64 readable bytes follow, by the contract of WebhookRequest: no copy.
    return parser.parse(body.data(), body.size(), false).get(value);
}

simdjson::dom::parser& parser_for(Parsers& own, std::size_t bytes) {
    own.large.reset();
    if (bytes <= kept_bytes_max) return own.kept;
    own.large = std::make_unique<simdjson::dom::parser>();
    return *own.large;
}

bool pad_copy(std::string& copy, std::string_view body) {
    copy.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    copy.assign(body);
    return repair(copy);
}

}  // namespace

boost::system::result<Value> parse(std::string_view body) {
    Parsers& own = parsers();
    simdjson::dom::parser& parser = parser_for(own, body.size());
    Value value;
    simdjson::error_code error = run(parser, body, value);
    if ((error == simdjson::STRING_ERROR || error == simdjson::NUMBER_ERROR ||
         error == simdjson::TAPE_ERROR) &&
        pad_copy(own.copy, body)) {
        error = run(parser, own.copy, value);
    }
    if (error == simdjson::SUCCESS) return value;
    return make_error_code(error == simdjson::DEPTH_ERROR ? Errc::too_deep : Errc::not_json);
}

std::optional<std::string> compact_object(std::string_view text) {
    Parsers& own = parsers();
    if (text.size() > kept_bytes_max || !prepare(own.nested)) return std::nullopt;
    Value value;
    own.nested_copy.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    own.nested_copy.assign(text);
    if (run(own.nested, own.nested_copy, value) != simdjson::SUCCESS) return std::nullopt;
    if (!value.is_object()) return std::nullopt;
    return compact(value);
}

std::string compact(Value value) {
    return simdjson::minify(value);
}
std::string compact(Object value) {
    return simdjson::minify(value);
}
std::string compact(Array value) {
    return simdjson::minify(value);
}

std::optional<Value> member(Object object, std::string_view key) {
    Value value;
    if (object.at_key(key).get(value) != simdjson::SUCCESS) return std::nullopt;
    return value;
}

std::optional<Object> as_object(Value value) {
    Object object;
    if (value.get(object) != simdjson::SUCCESS) return std::nullopt;
    return object;
}

std::optional<Object> object(Object parent, std::string_view key) {
    Object found;
    if (parent.at_key(key).get(found) != simdjson::SUCCESS) return std::nullopt;
    return found;
}

std::optional<Array> array(Object parent, std::string_view key) {
    Array found;
    if (parent.at_key(key).get(found) != simdjson::SUCCESS) return std::nullopt;
    return found;
}

std::string_view text(Object parent, std::string_view key) {
    std::string_view found;
    if (parent.at_key(key).get(found) != simdjson::SUCCESS) return {};
    return found;
}

std::optional<std::int64_t> integer(Object parent, std::string_view key) {
    std::int64_t found = 0;
    if (parent.at_key(key).get(found) != simdjson::SUCCESS) return std::nullopt;
    return found;
}

std::optional<double> number(Object parent, std::string_view key) {
    double found = 0;
    if (parent.at_key(key).get(found) != simdjson::SUCCESS) return std::nullopt;
    return found;
}

bool flag(Object parent, std::string_view key) {
    bool found = false;
    return parent.at_key(key).get(found) == simdjson::SUCCESS && found;
}

std::string id(Object parent, std::string_view key) {
    const std::optional<Value> found = member(parent, key);
    if (!found) return {};
    std::string_view spelled;
    if (found->get(spelled) == simdjson::SUCCESS) return std::string(spelled);
    std::int64_t whole = 0;
    if (found->get(whole) == simdjson::SUCCESS) return std::to_string(whole);
    std::uint64_t large = 0;
    if (found->get(large) == simdjson::SUCCESS) return std::to_string(large);
    return {};
}

std::optional<std::int64_t> to_integer(std::string_view digits) {
    std::int64_t value = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return value;
}

std::optional<std::int64_t> loose_integer(Object parent, std::string_view key) {
    const std::optional<Value> found = member(parent, key);
    if (!found) return std::nullopt;
    std::string_view spelled;
    if (found->get(spelled) == simdjson::SUCCESS) return to_integer(spelled);
    std::int64_t whole = 0;
    if (found->get(whole) == simdjson::SUCCESS) return whole;
    return std::nullopt;
}

}  // namespace postern::adapters::json
