// What a provider answers to a message that we send: whatever comes back, the outcome is the same
// twice, an accepted message has its id, and no credential is in what is kept of it.
//
// Input: one byte: the channel; one: the status; one: the step; then "Name: value\n…\n\nBODY";
// without an empty line all of it is the body. Channels that do not send are passed over.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adapters/registry.h"
#include "tests/fuzz/check.h"

using namespace postern::adapters;

namespace {

constexpr std::size_t padding = 64;  // what a parser may read beyond the body
constexpr std::size_t detail_bytes_max = 500;
constexpr Instant now{std::chrono::seconds(1'767'225'600)};
constexpr const char* channels[] = {"whatsapp",  "telegram", "twilio", "http",   "messenger",
                                    "instagram", "line",     "viber",  "wechat", "vonage"};
constexpr int statuses[] = {200, 201, 202, 204, 301, 400, 401, 403, 404, 408,
                            409, 413, 422, 429, 470, 500, 502, 503, 504, 0};
constexpr std::string_view credential = "a-secret-that-is-not-logged";

std::unique_ptr<SendingAdapter> make_channel(const char* channel) {
    AdapterConfig config;
    config.account = "main";
    config.channel = channel;
    for (const char* name : {"app_secret", "access_token", "verify_token", "bot_token",
                             "secret_token", "auth_token", "secret", "token", "api_secret"}) {
        config.credentials[name] = {Secret(std::string(credential))};
    }
    config.credentials["bot_token"] = {Secret("123456:" + std::string(credential))};
    config.settings["api_key"] = "abcd1234";
    config.settings["app_id"] = "wx0000000000000001";
    config.settings["phone_number_id"] = "106540352242922";
    config.settings["account_sid"] = "AC00000000000000000000000000000000";
    config.settings["from"] = "+15005550006";
    config.settings["public_url"] = "https://postern.example/webhooks/main";
    std::string problem;
    auto made = make_sending_adapter(config, problem);
    if (!problem.empty()) std::fprintf(stderr, "%s: %s\n", channel, problem.c_str());
    POSTERN_FUZZ_CHECK(problem.empty());
    return made;
}

const SendingAdapter* channel_of(std::uint8_t byte) {
    static const auto all = [] {
        std::vector<std::unique_ptr<SendingAdapter>> made;
        for (const char* channel : channels) made.push_back(make_channel(channel));
        return made;
    }();
    return all[byte % all.size()].get();
}

std::string_view cut(std::string_view& text, std::string_view at) {
    const auto end = text.find(at);
    const std::string_view front = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + at.size());
    return front;
}

void check_outcome(const SendOutcome& outcome, std::string_view answer) {
    POSTERN_FUZZ_CHECK(outcome.result != SendResult::accepted || !outcome.external_id.empty());
    POSTERN_FUZZ_CHECK(outcome.detail.size() <= detail_bytes_max);
    if (answer.find(credential) != std::string_view::npos) return;
    POSTERN_FUZZ_CHECK(outcome.detail.find(credential) == std::string::npos);
    POSTERN_FUZZ_CHECK(outcome.provider_code.find(credential) == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) return 0;
    const SendingAdapter* adapter = channel_of(data[0]);
    if (adapter == nullptr) return 0;
    const std::string_view input(reinterpret_cast<const char*>(data) + 3, size - 3);
    std::string_view rest = input;
    std::vector<HeaderView> headers;
    if (rest.find("\n\n") != std::string_view::npos) {
        std::string_view head = cut(rest, "\n\n");
        while (!head.empty()) {
            std::string_view field = cut(head, "\n");
            const std::string_view name = cut(field, ": ");
            headers.push_back({name, field});
        }
    }
    std::string body(rest);
    body.resize(rest.size() + padding);

    OutboundContent content;
    content.text = "hello";
    const SendRequest request{"+15005550001", content, "", "msg_1.1", "", now};
    ProviderAnswer answer;
    answer.status = statuses[data[1] % std::size(statuses)];
    answer.headers = headers;
    answer.body = std::string_view(body).substr(0, rest.size());
    const auto once = adapter->answered(request, data[2] % 2, answer);
    const auto twice = adapter->answered(request, data[2] % 2, answer);
    POSTERN_FUZZ_CHECK(once.index() == twice.index());
    const auto* outcome = std::get_if<SendOutcome>(&once);
    if (outcome == nullptr) return 0;
    POSTERN_FUZZ_CHECK(*outcome == std::get<SendOutcome>(twice));
    check_outcome(*outcome, input);
    return 0;
}
