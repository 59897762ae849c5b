// What a send costs in its pure stages: the request that is built, the answer that is classified.
// No threads and no sockets. Budget of a build: 2 µs, a hundredth of what a core has for a send at
// 5,000 a second. `allocs` is allocations a message.
#include <benchmark/benchmark.h>

#include "adapters/registry.h"
#include "bench/micro/allocations.h"

namespace postern::micro {
namespace {

using adapters::AdapterConfig;
using adapters::OutboundContent;

AdapterConfig config_of(std::string channel) {
    AdapterConfig config;
    config.account = "bench";
    config.channel = std::move(channel);
    config.credentials["access_token"] = {adapters::Secret(std::string(200, 'E'))};
    config.credentials["bot_token"] = {adapters::Secret("123456:" + std::string(35, 'a'))};
    config.credentials["auth_token"] = {adapters::Secret(std::string(32, '0'))};
    config.credentials["secret"] = {adapters::Secret("secret")};
    config.settings["phone_number_id"] = "300200300200300";
    config.settings["account_sid"] = "AC00000000000000000000000000000002";
    config.settings["from"] = "+15005550006";
    config.settings["send"] = R"({"url":"https://api.provider.test/v2/sms",)"
                              R"("headers":{"Authorization":"Bearer {{secret}}"},)"
                              R"("body":{"id":"{{echo}}","to":"{{to}}","text":"{{text}}"}})";
    return config;
}

/// 120 characters with accents, as most texts are.
OutboundContent text_content() {
    OutboundContent content;
    content.text =
        "Hola Ana, tu pedido «7» está listo. Puedes pasar por él mañana entre las 8:00 y las "
        "17:00 en la calle 7 #12-34. ¡Gracias!";
    return content;
}

OutboundContent template_content() {
    OutboundContent content;
    content.type = adapters::ContentType::template_;
    content.name = "order_ready";
    content.language = "es_CO";
    content.variables = {{"1", "Ana"}, {"2", "7"}, {"3", "8:00"}};
    content.template_buttons = {{1, "7", adapters::ButtonKind::url}};
    return content;
}

adapters::SendRequest request_of(const OutboundContent& content) {
    return {.to = "+573001234567",
            .content = content,
            .reply_to = {},
            .echo = "msg_01J00000000000000000000001.1",
            .status_url = "https://gateway.example.com/webhooks/main",
            .now = {}};
}

void per_message(benchmark::State& state, std::uint64_t allocated) {
    const auto count = static_cast<double>(state.iterations());
    state.counters["allocs"] = static_cast<double>(allocated) / count;
}

void build(benchmark::State& state, const char* channel, const OutboundContent& content) {
    std::string problem;
    const auto adapter = adapters::make_sending_adapter(config_of(channel), problem);
    if (!adapter || adapter->check(content)) return state.SkipWithError("cannot be sent");
    const adapters::SendRequest request = request_of(content);
    const std::uint64_t before = allocations();
    for (auto _ : state) {
        auto step = adapter->first_step(request);
        benchmark::DoNotOptimize(step);
    }
    per_message(state, allocations() - before);
}
BENCHMARK_CAPTURE(build, whatsapp, "whatsapp", text_content())
    ->Name("adapters/whatsapp/build_text");
BENCHMARK_CAPTURE(build, whatsapp_template, "whatsapp", template_content())
    ->Name("adapters/whatsapp/build_template");
BENCHMARK_CAPTURE(build, telegram, "telegram", text_content())
    ->Name("adapters/telegram/build_text");
BENCHMARK_CAPTURE(build, twilio, "twilio", text_content())->Name("adapters/twilio/build_text");
BENCHMARK_CAPTURE(build, http, "http", text_content())->Name("adapters/http/build_text");

void classify(benchmark::State& state, const char* channel, int status, std::string body) {
    std::string problem;
    const auto adapter = adapters::make_sending_adapter(config_of(channel), problem);
    if (!adapter) return state.SkipWithError("cannot be made");
    const OutboundContent content = text_content();
    const adapters::SendRequest request = request_of(content);
    const std::size_t bytes = body.size();
    body.append(64, '\0');
    adapters::ProviderAnswer answer;
    answer.status = status;
    answer.body = std::string_view(body).substr(0, bytes);
    const std::uint64_t before = allocations();
    for (auto _ : state) {
        auto outcome = adapter->answered(request, 0, answer);
        benchmark::DoNotOptimize(outcome);
    }
    per_message(state, allocations() - before);
}
BENCHMARK_CAPTURE(classify, whatsapp, "whatsapp", 200,
                  R"({"messaging_product":"whatsapp","contacts":[{"input":"+573001234567",)"
                  R"("wa_id":"573001234567"}],"messages":[{"id":"wamid.HBgLNTczMDAxMjM0NTY3"}]})")
    ->Name("adapters/whatsapp/classify_accepted");
BENCHMARK_CAPTURE(classify, whatsapp_refused, "whatsapp", 400,
                  R"({"error":{"message":"(#131047) Re-engagement message","code":131047,)"
                  R"("error_data":{"details":"more than 24 hours"},"fbtrace_id":"Ax"}})")
    ->Name("adapters/whatsapp/classify_refused");
BENCHMARK_CAPTURE(classify, telegram, "telegram", 200,
                  R"({"ok":true,"result":{"message_id":61,"chat":{"id":77,"type":"private"}}})")
    ->Name("adapters/telegram/classify_accepted");
BENCHMARK_CAPTURE(classify, twilio, "twilio", 201,
                  R"({"sid":"SM00000000000000000000000000000001","status":"queued"})")
    ->Name("adapters/twilio/classify_accepted");

}  // namespace
}  // namespace postern::micro

BENCHMARK_MAIN();
