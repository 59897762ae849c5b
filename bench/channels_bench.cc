// What each channel costs in its two pure stages, as one table: decoding a webhook of 700 bytes
// (budget 3 µs) and building the request of a text (budget 2 µs). The median of many short runs,
// because the other programs of the machine only ever make one longer. No threads, no sockets.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string>

#include "adapters/registry.h"
#include "bench/micro/allocations.h"
#include "bench/micro/channel_samples.h"

namespace postern::micro {
namespace {

constexpr std::size_t runs = 401;
constexpr std::size_t calls_a_run = 200;
constexpr double decode_budget_us = 3;
constexpr double build_budget_us = 2;
constexpr adapters::Instant now{std::chrono::seconds{1'767'312'000}};

struct Cost {
    double median_us = 0;
    double allocations = 0;
};

/// `call` answers whether it did what it should.
template <class Call>
Cost measure(Call&& call, bool& good) {
    std::array<double, runs> each{};
    std::uint64_t allocated = 0;
    for (std::size_t run = 0; run <= runs; ++run) {
        const std::uint64_t before = allocations();
        const auto begin = std::chrono::steady_clock::now();
        for (std::size_t i = 0; i < calls_a_run; ++i) good = call() && good;
        const auto took = std::chrono::steady_clock::now() - begin;
        if (run == 0) continue;  // fills the caches, the processor's and our own
        allocated += allocations() - before;
        each[run - 1] = std::chrono::duration<double, std::micro>(took).count() / calls_a_run;
    }
    std::ranges::nth_element(each, each.begin() + runs / 2);
    return {each[runs / 2], static_cast<double>(allocated) / (runs * calls_a_run)};
}

std::string cell(const Cost& cost, double budget_us) {
    char text[64];
    std::snprintf(text, sizeof text, "%.2f%s | %.0f", cost.median_us,
                  cost.median_us > budget_us ? " (over)" : "", cost.allocations);
    return text;
}

Cost decode(const ChannelSample& sample, bool& good) {
    std::string problem;
    const auto adapter = adapters::make(config_of(sample), problem);
    if (!adapter) {
        good = false;
        return {};
    }
    std::string body = body_of(sample);
    const std::size_t bytes = body.size();
    body.append(64, '\0');
    adapters::WebhookRequest request;
    request.method = "POST";
    request.target = request.path = "/webhooks/bench";
    request.body = std::string_view(body).substr(0, bytes);
    return measure(
        [&] {
            const auto batch = adapter->decode(request, now);
            return batch && batch->items.size() == 1 &&
                   std::holds_alternative<adapters::InboundMessage>(batch->items[0].what);
        },
        good);
}

Cost build(const ChannelSample& sample, bool& good) {
    std::string problem;
    const auto adapter = adapters::make_sending_adapter(config_of(sample), problem);
    if (!adapter) {
        good = false;
        return {};
    }
    adapters::OutboundContent content;
    content.text =
        "Hola Ana, tu pedido «7» está listo. Puedes pasar por él mañana entre las 8:00 y las "
        "17:00 en la calle 7 #12-34. ¡Gracias!";
    const adapters::SendRequest request{.to = "+573001234567",
                                        .content = content,
                                        .reply_to = {},
                                        .echo = "msg_01J00000000000000000000001.1",
                                        .status_url = "https://gateway.example.com/webhooks/main",
                                        .now = now};
    return measure([&] { return adapter->first_step(request).has_value(); }, good);
}

int print_table() {
    std::printf("| channel | decode 700 B, us | allocations | build a text, us | allocations |\n");
    std::printf("| --- | --- | --- | --- | --- |\n");
    bool all_good = true;
    for (const ChannelSample& sample : channel_samples()) {
        bool good = true;
        const Cost in = decode(sample, good);
        const Cost out = build(sample, good);
        all_good = all_good && good;
        std::printf("| %s%s | %s | %s |\n", std::string(sample.name).c_str(),
                    good ? "" : " (failed)", cell(in, decode_budget_us).c_str(),
                    cell(out, build_budget_us).c_str());
    }
    return all_good ? 0 : 1;
}

}  // namespace
}  // namespace postern::micro

int main() {
    return postern::micro::print_table();
}
