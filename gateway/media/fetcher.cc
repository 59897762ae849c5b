#include "gateway/media/fetcher.h"

#include <future>
#include <utility>

#include "gateway/media/fetch.h"

namespace postern::media {
namespace {

using Which = std::pair<model::Sequence, std::uint32_t>;

struct Waiter {
    net::IoThread* thread;
    Fetched done;
};

void tell(const Waiter& waiter, const model::MediaRow& row, const Trouble& trouble) {
    waiter.thread->post([done = waiter.done, row, trouble] { done(row, trouble); });
}

}  // namespace

/// Life: until the last fetch of the thread has ended. Only `around` outlives stop().
struct Fetcher::Bench {
    std::shared_ptr<FetchSurroundings> around;
    std::map<Which, std::vector<Waiter>> under_way;
    bool stopped = false;
};

Fetcher::Fetcher(net::IoPool& pool, DiskThread& disk, MediaStore& store, runtime::CoreInbox& core,
                 FetchGuard guard, std::function<model::Instant()> now, FetchLimits limits)
    : pool_(pool) {
    for (std::size_t i = 0; i < pool_.size(); ++i) {
        auto bench = std::make_shared<Bench>();
        bench->around = std::make_shared<FetchSurroundings>(
            FetchSurroundings{pool_.at(i), disk, store, core, guard, now, limits, false, {}});
        benches_.push_back(std::move(bench));
    }
}

Fetcher::~Fetcher() {
    stop();
}

void Fetcher::reload(FetchAccounts accounts) {
    accounts_.store(std::make_shared<const FetchAccounts>(std::move(accounts)));
}

void Fetcher::fetch(FetchJob job, net::IoThread& thread, Fetched done) {
    const auto accounts = accounts_.load();
    const auto account = accounts->find(job.account);
    if (account == accounts->end() || account->second.source == nullptr) {
        return done({}, {409, "account_gone", "The account is not in the configuration any more."});
    }
    const FetchGuard& guard = benches_.front()->around->guard;
    if (guard.has_room && !guard.has_room()) {
        return done({}, {507, "storage_full", "The disk is nearly full: nothing is fetched now."});
    }
    const std::size_t index = static_cast<std::size_t>((job.event + job.place) % pool_.size());
    const auto bench = benches_[index];
    pool_.at(index).post([bench, counters = counters_, job = std::move(job),
                          account = account->second, waiter = Waiter{&thread, std::move(done)}] {
        if (bench->stopped) return;
        const Which which{job.event, job.place};
        const auto known = bench->under_way.find(which);
        if (known != bench->under_way.end()) return known->second.push_back(waiter);
        if (bench->under_way.size() >= bench->around->limits.under_way_max)
            return tell(waiter, {}, {503, "overload", "Too many media are being fetched."});
        bench->under_way[which].push_back(waiter);
        // Weak: a fetch that is dropped with its client must not keep the bench.
        auto ended = [weak = std::weak_ptr<Bench>(bench), counters, which](
                         const model::MediaRow& row, const Trouble& trouble) {
            ++(trouble ? counters->failed : counters->brought);
            const auto held = weak.lock();
            if (held == nullptr) return;
            const auto waiters = held->under_way.extract(which);
            if (waiters.empty()) return;
            for (const Waiter& one : waiters.mapped()) tell(one, row, trouble);
        };
        std::make_shared<Fetch>(bench->around, account, job, std::move(ended))->begin();
    });
}

void Fetcher::stop() {
    if (std::exchange(stopped_, true)) return;
    for (std::size_t i = 0; i < pool_.size(); ++i) {
        std::promise<void> gone;
        auto waiting = gone.get_future();
        pool_.at(i).post([bench = benches_[i], &gone] {
            bench->stopped = true;
            bench->under_way.clear();
            bench->around->stopped = true;
            bench->around->clients.clear();
            gone.set_value();
        });
        waiting.wait();
    }
}

}  // namespace postern::media
