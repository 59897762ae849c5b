// Placeholders of templates: what is filled has none of them left, values are never read again, and
// a text that is well-formed names what it needs.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/templates/placeholders.h"
#include "tests/fuzz/check.h"

using namespace postern::templates;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto names = placeholders(text);
    Variables plain, hostile;
    for (const std::string& name : names) {
        POSTERN_FUZZ_CHECK(!name.empty() && name.size() <= placeholder_bytes_max);
        POSTERN_FUZZ_CHECK(placeholders("{{" + name + "}}").size() == 1);
        plain.emplace_back(name, "");
        hostile.emplace_back(name, "<{{" + name + "}}>");
    }
    // Nothing to fill: the text as it is.
    POSTERN_FUZZ_CHECK(fill(text, {}) == text);
    if (names.empty()) POSTERN_FUZZ_CHECK(fill(text, plain) == text);
    // Each appearance grows by the two marks alone: no value is filled a second time.
    std::size_t marks = 0;
    const std::string filled = fill(text, hostile);
    for (const char c : filled) marks += c == '<' || c == '>' ? 1 : 0;
    for (const char c : text) marks -= c == '<' || c == '>' ? 1 : 0;
    POSTERN_FUZZ_CHECK(marks % 2 == 0 && marks >= names.size() * 2);
    if (!placeholder_fault(text)) POSTERN_FUZZ_CHECK(placeholders(fill(text, plain)).empty());
    (void)mixes_placeholders(names);
    return 0;
}
