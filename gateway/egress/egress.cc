#include "gateway/egress/egress.h"

#include <future>

namespace postern::egress {
namespace {

/// The messages of an account are spread over all threads, or a single account could not use them;
/// a message comes to the same one each time, where its connections are.
std::size_t thread_of(const core::Dispatch& dispatch, std::size_t threads) {
    std::uint64_t mixed =
        (dispatch.message ^ (std::uint64_t{dispatch.account} << 40U)) * 0x9E37'79B9'7F4A'7C15ULL;
    mixed ^= mixed >> 32U;
    return static_cast<std::size_t>(mixed % threads);
}

}  // namespace

Egress::Egress(net::IoPool& pool, runtime::CoreInbox& inbox, const storage::KeyBytes& master,
               std::function<model::Now()> clock, std::function<std::uint64_t()> random,
               EgressOptions options)
    : pool_(pool), around_(std::make_shared<Surroundings>(inbox, master)) {
    around_->clock = std::move(clock);
    around_->random = std::move(random);
    around_->options = options;
    for (std::size_t i = 0; i < pool_.size(); ++i) clients_.push_back(std::make_shared<Clients>());
}

Egress::~Egress() {
    (void)stop(std::chrono::milliseconds{0});
}

std::vector<std::string> Egress::reload(std::shared_ptr<const AccountTable> accounts) {
    std::vector<std::string> problems;
    for (auto& [way, clients] : ways_) {
        for (std::size_t i = 0; i < clients.size(); ++i) {
            std::string problem;
            const bool read = clients[i]->reload_trust(problem);
            if (!read && i == 0) problems.push_back(std::move(problem));
        }
    }
    for (const auto& [number, account] : accounts->all()) {
        std::string problem;
        if (account.tokens && !account.tokens->reload_trust(problem))
            problems.push_back(std::move(problem));
    }
    for (const auto& [number, account] : accounts->all()) {
        const std::string& way = account.way;
        if (ways_.contains(way)) continue;
        net::ClientOptions options;
        options.connections_per_origin_max = around_->options.connections_per_origin_max;
        options.ca_file = account.ca_file;
        options.proxy = account.proxy;
        auto& made = ways_[way];
        for (std::size_t i = 0; i < pool_.size(); ++i) {
            made.push_back(net::make_client(pool_.at(i), options));
            pool_.at(i).post([clients = clients_[i], client = made.back(), way] {
                clients->emplace(way, client);
            });
        }
    }
    around_->held.forget();  // an account may be another one at its provider now
    // After the posts: whoever sees this table posts behind them.
    accounts_.store(std::move(accounts));
    return problems;
}

void Egress::dispatch(std::vector<core::Dispatch> dispatches) {
    const auto accounts = accounts_.load();
    std::vector<std::vector<core::Dispatch>> by_thread(pool_.size());
    for (core::Dispatch& dispatch : dispatches) {
        if (around_->enter()) {
            by_thread[thread_of(dispatch, pool_.size())].push_back(std::move(dispatch));
            continue;
        }
        auto outcome =
            outcome_of(adapters::SendResult::transient, "stopping", "the gateway is shutting down");
        around_->inbox.post_always(
            core::Command{answer_of(dispatch, std::move(outcome), *around_), {}});
    }
    for (std::size_t i = 0; i < by_thread.size(); ++i) {
        if (by_thread[i].empty()) continue;
        // Shared, since a posted task is copyable and dispatches need not be copied.
        auto batch = std::make_shared<std::vector<core::Dispatch>>(std::move(by_thread[i]));
        net::IoThread* thread = &pool_.at(i);
        thread->post([around = around_, clients = clients_[i], accounts, thread, batch] {
            for (core::Dispatch& dispatch : *batch) {
                std::make_shared<Attempt>(around, clients, accounts, *thread, std::move(dispatch))
                    ->begin();
            }
        });
    }
}

void Egress::call(model::AccountNumber account, adapters::ProviderCall call, net::IoThread& thread,
                  std::function<void(CallAnswer)> done, bool anyway) {
    begin_side_call({around_, clients_.at(thread.index()), accounts_.load(), account, anyway},
                    std::move(call), thread, std::move(done));
}

bool Egress::try_login(model::AccountNumber account, net::IoThread& thread,
                       std::function<void(const Handed&)> done) {
    const auto accounts = accounts_.load();
    const Account* found = accounts->find(account);
    if (found == nullptr || found->courier == nullptr || !around_->enter()) return false;
    const bool tried =
        found->courier->try_login(thread, [around = around_, accounts, done](const Handed& end) {
            done(end);
            around->leave();
        });
    if (!tried) around_->leave();
    return tried;
}

bool Egress::stop(std::chrono::milliseconds grace) {
    if (std::exchange(stopped_, true)) return true;
    around_->stopping.store(true);
    bool idle = false;
    {
        std::unique_lock lock(around_->mutex);
        idle =
            around_->idle.wait_for(lock, grace, [this] { return around_->under_way.load() == 0; });
    }
    ways_.clear();  // the threads hold the last share of each
    const auto on_each_thread = [this](const std::function<void(std::size_t)>& task) {
        for (std::size_t i = 0; i < pool_.size(); ++i) {
            std::promise<void> ended;
            auto waiting = ended.get_future();
            pool_.at(i).post([&task, i, &ended] {
                task(i);
                ended.set_value();
            });
            waiting.wait();
        }
    };
    const auto nothing = [](std::size_t) {};
    // Who waited for another's upload, or for a token, has sent nothing, and says so.
    around_->held.close();
    for (const auto& [number, account] : accounts_.load()->all()) {
        if (account.tokens) account.tokens->close();
    }
    on_each_thread(nothing);
    on_each_thread([this](std::size_t i) { clients_[i]->clear(); });
    // A token that was asked for meanwhile is answered by its owner, and then by who asked.
    on_each_thread(nothing);
    on_each_thread(nothing);
    around_->over.store(true);
    return idle;
}

}  // namespace postern::egress
