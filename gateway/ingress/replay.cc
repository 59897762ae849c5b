// The request was verified when it came; only decoding is tried again.
#include "gateway/ingress/replay.h"

namespace postern::ingress {
namespace {

/// simdjson reads a little beyond the end of what it parses.
constexpr std::size_t body_padding = 64;

}  // namespace

Replay::Replay(const Accounts& accounts, runtime::CoreInbox& inbox, const storage::KeyBytes& master,
               std::size_t io_threads, std::function<model::Instant()> now)
    : accounts_(accounts), inbox_(inbox), now_(std::move(now)) {
    for (std::size_t i = 0; i < io_threads; ++i) {
        makers_.push_back(std::make_unique<CommandMaker>(master));
    }
}

void Replay::replay(const model::QuarantineRow& row, model::Sequence id, net::IoThread& thread,
                    std::function<void(bool resolved, std::string reason)> done) {
    const model::Instant now = now_();
    const auto table = accounts_.load();
    const Account* account = table->find(row.account);
    std::string reason;
    std::vector<core::Command> commands;
    if (!account) {
        reason = "its account is not in the configuration";
    } else {
        std::string body = row.body;
        body.reserve(body.size() + body_padding);
        std::vector<adapters::HeaderView> headers;
        for (const auto& [name, value] : row.headers) headers.push_back({name, value});
        const std::string_view target = row.target;
        const std::size_t mark = std::min(target.find('?'), target.size());
        const std::string_view query = target.substr(std::min(mark + 1, target.size()));
        auto batch = account->adapter->decode(
            {row.method, target, target.substr(0, mark), query, headers, body}, now);
        if (batch.has_error()) {
            reason = batch.error().message();
        } else {
            commands = makers_[thread.index()]->make(*table, *account, *batch, now, reason);
            for (const adapters::Undecoded& u : batch->undecoded) reason = u.reason;
        }
    }
    const bool resolved = reason.empty();
    commands.push_back({core::ResolveQuarantine{id, resolved, reason}, {}});
    auto shared = std::make_shared<decltype(done)>(std::move(done));
    const bool taken =
        inbox_.post(std::move(commands), runtime::Admit::first_shed, thread,
                    [shared, resolved, reason](const auto&) { (*shared)(resolved, reason); });
    if (!taken) (*shared)(false, "the gateway is overloaded; try again");
}

}  // namespace postern::ingress
