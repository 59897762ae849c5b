// An account's `receive` document and a webhook that it is to read: any document is refused with a
// reason or decides the same twice, whatever comes in.
//
// Input: "DOCUMENT\n\nBODY"; without an empty line all of it is the body of the default document.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/decode.h"
#include "adapters/http/receive.h"
#include "adapters/http/verify.h"
#include "tests/fuzz/check.h"

using namespace postern::adapters;

namespace {

constexpr std::size_t padding = 64;  // what simdjson may read beyond the body
constexpr Instant now{std::chrono::seconds(1'767'225'600)};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t cut = input.find("\n\n");
    const bool both = cut != std::string_view::npos;
    std::string problem;
    const http::Receive receive = http::parse_receive(both ? input.substr(0, cut) : "", problem);
    std::string problem_again;
    (void)http::parse_receive(both ? input.substr(0, cut) : "", problem_again);
    POSTERN_FUZZ_CHECK(problem == problem_again);
    if (!problem.empty()) return 0;

    std::string body(both ? input.substr(cut + 2) : input);
    const std::size_t bytes = body.size();
    body.resize(bytes + padding);
    const std::vector<HeaderView> headers = {{"Host", "postern.example"},
                                             {"X-Postern-Signature", "sha256=00"}};
    WebhookRequest request;
    request.method = "POST";
    request.target = request.path = "/webhooks/main";
    request.headers = headers;
    request.body = std::string_view(body).substr(0, bytes);
    request.query = request.body.substr(0, request.body.find('\n'));

    const std::vector<Secret> secrets = {Secret("secret")};
    const Verification verified = http::verify(receive.verify, secrets, request, now);
    POSTERN_FUZZ_CHECK(verified.kind != Verification::Kind::invalid || !verified.reason.empty());
    const auto once = http::decode(receive, request, now);
    const auto twice = http::decode(receive, request, now);
    POSTERN_FUZZ_CHECK(once.has_value() == twice.has_value());
    if (!once) return 0;
    POSTERN_FUZZ_CHECK(once->items.size() == twice->items.size());
    for (std::size_t i = 0; i < once->items.size(); ++i) {
        POSTERN_FUZZ_CHECK(once->items[i].what == twice->items[i].what);
    }
    return 0;
}
