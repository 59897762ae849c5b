// Any text as a configuration: it never crashes, says the same twice, and every problem can be
// shown.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "conf/loader.h"
#include "tests/fuzz/check.h"

using namespace postern::conf;

namespace {

void check_account(const Account& account) {
    if (account.id.empty()) return;
    POSTERN_FUZZ_CHECK(account.id.size() <= 64);
    POSTERN_FUZZ_CHECK(account.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") ==
                       std::string::npos);
    for (const auto& [name, sources] : account.credentials) {
        POSTERN_FUZZ_CHECK(!sources.empty() && sources.size() <= 2);
        for (const SecretSource& source : sources) POSTERN_FUZZ_CHECK(!source.value.empty());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);

    const Loaded loaded = parse(text, "fuzz.toml", "/nonexistent");
    const Loaded again = parse(text, "fuzz.toml", "/nonexistent");

    POSTERN_FUZZ_CHECK(loaded.errors.size() == again.errors.size());
    for (std::size_t i = 0; i < loaded.errors.size(); ++i) {
        POSTERN_FUZZ_CHECK(!loaded.errors[i].problem.empty());
        POSTERN_FUZZ_CHECK(loaded.errors[i].text() == again.errors[i].text());
    }
    for (const Account& account : loaded.config.accounts) check_account(account);
    return 0;
}
