// The JSON that no adapter reads: bodies of our API, objects that are passed on, what the command
// line is answered, and the repair of what providers break. What is read is read the same twice,
// and what is written is JSON.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "adapters/shared/json_repair.h"
#include "gateway/api/body.h"
#include "gateway/cli/document.h"
#include "gateway/model/json.h"
#include "tests/fuzz/check.h"

namespace {

constexpr std::size_t bytes_max = 64;

bool is_json(std::string_view text) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    return parser.parse(text.data(), text.size()).get(root) == simdjson::SUCCESS;
}

struct Read {
    std::string name;
    std::vector<std::string> names;
    std::uint64_t count = 0;
    std::string said;
    bool operator==(const Read&) const = default;
};

Read read_body(std::string_view padded) {
    postern::api::Body body(padded);
    Read read;
    read.name = body.text("name", bytes_max, true);
    read.names = body.texts("names", 4, false);
    read.count = body.number("count", 1, 1000, 7);
    (void)body.time("time");
    const auto problem = body.problem();
    if (problem) {
        POSTERN_FUZZ_CHECK(problem->status == 400 || problem->status == 422);
        read.said = postern::api::problem_response(*problem).body;
        POSTERN_FUZZ_CHECK(is_json(read.said));
        return read;
    }
    POSTERN_FUZZ_CHECK(!read.name.empty() && read.name.size() <= bytes_max);
    POSTERN_FUZZ_CHECK(read.names.size() <= 4 && read.count >= 1 && read.count <= 1000);
    return read;
}

void body(std::string_view text) {
    std::string padded(text);
    padded.resize(text.size() + simdjson::SIMDJSON_PADDING);
    const std::string_view view = std::string_view(padded).substr(0, text.size());
    const Read once = read_body(view);
    POSTERN_FUZZ_CHECK(once == read_body(view));
}

void pass_on(std::string_view text) {
    std::string small;
    if (postern::model::minify_object(text, small)) {
        std::string again;
        POSTERN_FUZZ_CHECK(postern::model::minify_object(small, again) && again == small);
    } else {
        POSTERN_FUZZ_CHECK(small.empty());
    }
    std::string quoted;
    postern::model::append_json_string(text, quoted);
    POSTERN_FUZZ_CHECK(is_json(quoted) && postern::model::is_utf8(quoted));
    std::string object;
    postern::model::JsonWriter writer(object);
    writer.begin_object().member("text", text).member_object("object", text).end_object();
    POSTERN_FUZZ_CHECK(is_json(object));
}

void repair(std::string_view text) {
    std::string repaired(text);
    const bool any = postern::adapters::json::repair(repaired);
    POSTERN_FUZZ_CHECK(repaired.size() == text.size());
    POSTERN_FUZZ_CHECK(any || repaired == text);
    std::string again = repaired;
    (void)postern::adapters::json::repair(again);
    POSTERN_FUZZ_CHECK(again == repaired);
}

void answer(std::string_view text) {
    postern::cli::Document document;
    if (!document.parse(text)) return;
    (void)postern::cli::text_at(document.root(), "");
    (void)postern::cli::integer_at(document.root(), "/health/state");
    postern::cli::for_each_at(document.root(), "/data", [](postern::cli::Element each) {
        (void)postern::cli::text_at(each, "/id");
        (void)postern::cli::has(each, "/id");
    });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    body(text);
    pass_on(text);
    repair(text);
    answer(text);
    return 0;
}
