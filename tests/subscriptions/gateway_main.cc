// A gateway of nothing but its pipeline and its deliveries, for judge.mjs: real threads, a real
// folder, real sockets, to be killed at any moment. Told by lines on standard input, each answered
// on standard output once it is durable:
//
//   subscribe URL SECRET   rotate SECRET (an hour of overlap)   message NUMBER TEXT   stop
//
// Secrets are hexadecimal. The schedule of retries is in milliseconds, so that a judge need not
// wait for hours.
#include <cstdio>
#include <future>
#include <iostream>
#include <sstream>

#include "gateway/model/channel.h"
#include "gateway/runtime/clock.h"
#include "gateway/runtime/pipeline.h"
#include "gateway/subscriptions/deliverer.h"

namespace postern {
namespace {

using namespace std::chrono_literals;

std::string from_hex(const std::string& text) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
    return bytes;
}

class Gateway final {
  public:
    [[nodiscard]] bool start(const std::string& folder) {
        runtime::RecoveryOptions options;
        options.path = folder;
        options.segment_bytes = 1u << 20;
        options.ballast_bytes = 4096;
        std::string problem;
        auto ground = runtime::recover(options, runtime::read_clocks().wall, problem);
        if (ground.has_error()) return refuse(problem);
        ground_ = std::move(*ground);
        auto tables = runtime::load_small_tables(*ground_, problem);
        if (tables.has_error()) return refuse(problem);
        if (!tables->subscriptions.empty()) subscription_ = tables->subscriptions[0].id;
        io_ = net::make_io_pool(2);
        pipeline_ = std::make_unique<runtime::Pipeline>(
            *ground_, *tables, runtime::PipelineOptions{},
            [this](const model::RecordPtr& record) { deliverer_->publish(record); });
        subscriptions::DelivererOptions delivery;
        delivery.schedule = {5ms, 10ms, 20ms, 40ms};
        deliverer_ = std::make_unique<subscriptions::Deliverer>(
            subscriptions::DelivererServices{
                *pipeline_, pipeline_->queries(), pipeline_->events(), io_->at(1),
                net::make_client(io_->at(1), subscriptions::client_options()), runtime::read_clocks,
                [](std::string_view) { return std::string{}; }},
            delivery, *tables);
        deliverer_->start();
        commit(core::RegisterAccounts{{{"wa-main", "whatsapp"}}});
        return true;
    }

    void stop() {
        deliverer_->stop(5s);
        pipeline_->stop();
        deliverer_.reset();
        io_->stop();
    }

    void commit(core::Payload payload) {
        std::promise<core::Reply> durable;
        std::vector<core::Command> commands;
        commands.push_back({std::move(payload), {}});
        const bool taken =
            pipeline_->post(std::move(commands), runtime::Admit::last_shed, io_->at(0),
                            [&](const auto& replies) { durable.set_value(replies.at(0)); });
        if (!taken) return;
        const core::Reply reply = durable.get_future().get();
        const auto* row = reply.record != nullptr
                              ? model::get_if<model::SubscriptionRow>(reply.record.get())
                              : nullptr;
        if (row != nullptr) subscription_ = row->id;
    }

    void receive(const std::string& number, const std::string& text) {
        core::ReceiveMessage c;
        c.inbound.account = 1;
        storage::Blind blind;
        std::copy_n(number.begin(), std::min<std::size_t>(number.size(), 16), blind.bytes.begin());
        const auto scope = model::channel_scope(model::channel_number("whatsapp"));
        c.inbound.identities.push_back({scope, blind});
        c.inbound.dedupe_hash = std::hash<std::string>{}(text);
        c.inbound.horizon_s = 86'400;
        c.inbound.fresh_key.fill(static_cast<std::uint8_t>(text.size()));
        c.message.external_id = text;
        c.message.sender.aliases.push_back({number, adapters::IdentityScope::channel});
        c.message.content.text = text;
        c.message.provider_time = runtime::read_clocks().wall;
        commit(std::move(c));
    }

    void subscribe(const std::string& url, const std::string& secret) {
        core::CreateSubscription c;
        c.row.url = url;
        c.row.types = {"message.received"};
        c.row.secret = secret;
        commit(std::move(c));
    }

    void rotate(const std::string& secret) {
        commit(core::RotateSubscription{subscription_, secret, runtime::read_clocks().wall + 1h});
    }

  private:
    static bool refuse(const std::string& problem) {
        std::cerr << problem << '\n';
        return false;
    }

    std::unique_ptr<runtime::Ground> ground_;
    std::unique_ptr<net::IoPool> io_;
    std::unique_ptr<runtime::Pipeline> pipeline_;
    std::unique_ptr<subscriptions::Deliverer> deliverer_;
    model::Sequence subscription_ = 0;
};

int run(const std::string& folder) {
    Gateway gateway;
    if (!gateway.start(folder)) return 1;
    std::cout << "ready" << std::endl;
    for (std::string line; std::getline(std::cin, line) && line != "stop";) {
        std::istringstream words(line);
        std::string verb, first, second;
        words >> verb >> first >> second;
        if (verb == "subscribe") gateway.subscribe(first, from_hex(second));
        if (verb == "rotate") gateway.rotate(from_hex(first));
        if (verb == "message") gateway.receive(first, second);
        std::cout << "done " << line << std::endl;
    }
    gateway.stop();
    return 0;
}

}  // namespace
}  // namespace postern

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    return postern::run(argv[1]);
}
