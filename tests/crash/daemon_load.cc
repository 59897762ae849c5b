// One job a webhook; a new one begins where one ends.
#include "tests/crash/daemon_load.h"

#include <ctime>
#include <utility>

namespace postern::crash {
namespace {

sim::StreamOptions stream_options(const LoadOptions& options) {
    sim::StreamOptions stream;
    stream.seed = options.seed;
    stream.endpoints = options.endpoints;
    stream.people = options.people;
    stream.start_s = std::time(nullptr);
    return stream;
}

}  // namespace

struct DaemonLoad::Job {
    sim::Webhook webhook;
};

DaemonLoad::DaemonLoad(LoadOptions options)
    : options_(std::move(options)), stream_(stream_options(options_)), pool_(net::make_io_pool(1)) {
    on_thread([this] {
        net::ClientOptions client;
        client.connections_per_origin_max = options_.window;
        client_ = net::make_client(pool_->at(0), client);
    });
}

DaemonLoad::~DaemonLoad() {
    on_thread([this] {
        finishing_ = true;
        address_.clear();
        client_.reset();
    });
    pool_->stop();
}

void DaemonLoad::on_thread(const std::function<void()>& task) {
    std::promise<void> done;
    pool_->at(0).post([&task, &done] {
        task();
        done.set_value();
    });
    done.get_future().wait();
}

void DaemonLoad::aim(const std::string& webhooks_address) {
    on_thread([&] { address_ = webhooks_address; });
}

void DaemonLoad::start() {
    on_thread([this] {
        finishing_ = false;
        finished_ = {};
        for (std::size_t i = 0; i < options_.window; ++i) next();
    });
}

bool DaemonLoad::finish(std::chrono::milliseconds timeout) {
    std::future<void> finished;
    on_thread([&] {
        finished = finished_.get_future();
        finishing_ = true;
        if (open_ == 0) finished_.set_value();
    });
    return finished.wait_for(timeout) == std::future_status::ready;
}

std::shared_ptr<DaemonLoad::Job> DaemonLoad::make_job(const sim::Endpoint& endpoint) {
    sim::Wish wish;
    wish.kind_given = true;  // texts: each becomes one message.received
    auto job = std::make_shared<Job>(Job{stream_.make(endpoint, 1, wish)});
    sent_.insert(job->webhook.items.front().external_id);
    ++totals_.sent;
    return job;
}

void DaemonLoad::next() {
    ++open_;
    attempt(make_job(options_.endpoints[turn_++ % options_.endpoints.size()]));
}

net::ClientRequest DaemonLoad::request(const Job& job) const {
    net::ClientRequest request;
    request.method = "POST";
    request.url = "http://" + address_ + "/webhooks/" + job.webhook.endpoint.account;
    request.headers = job.webhook.headers;
    request.body = job.webhook.body;
    return request;
}

void DaemonLoad::attempt(const std::shared_ptr<Job>& job) {
    if (!client_) return;
    client_->send(request(*job), [this, job](const net::ClientResponse& r) { answered(job, r); });
}

void DaemonLoad::take(const Job& job, const net::ClientResponse& response) {
    const int status = response.error ? 0 : response.status;
    ++totals_.by_status[status];
    if (status == 503 && response.header("Retry-After").empty()) {
        ++totals_.refused_without_retry_after;
    }
    if (status != 200) return;
    acknowledged_.insert(job.webhook.items.front().external_id);
    ++totals_.acknowledged;
}

void DaemonLoad::answered(const std::shared_ptr<Job>& job, const net::ClientResponse& response) {
    if (!client_) return;  // we are ending
    take(*job, response);
    if (response.error || response.status != 200) {
        ++totals_.redelivered;
        (void)pool_->at(0).after(options_.again_after, [this, job] { attempt(job); });
        return;
    }
    --open_;
    if (!finishing_) return next();
    if (open_ == 0) finished_.set_value();
}

int DaemonLoad::send_one(const sim::Endpoint& endpoint, std::string* retry_after) {
    std::shared_ptr<Job> job;
    net::ClientRequest posted;
    on_thread([&] {
        job = make_job(endpoint);
        posted = request(*job);
    });
    const net::ClientResponse response = net::fetch(pool_->at(0), *client_, std::move(posted));
    on_thread([&] { take(*job, response); });
    if (retry_after != nullptr) *retry_after = response.header("Retry-After");
    return response.error ? 0 : response.status;
}

LoadTotals DaemonLoad::totals() {
    LoadTotals totals;
    on_thread([&] { totals = totals_; });
    return totals;
}

std::unordered_set<std::string> DaemonLoad::sent_ids() {
    std::unordered_set<std::string> ids;
    on_thread([&] { ids = sent_; });
    return ids;
}

std::unordered_set<std::string> DaemonLoad::acknowledged_ids() {
    std::unordered_set<std::string> ids;
    on_thread([&] { ids = acknowledged_; });
    return ids;
}

}  // namespace postern::crash
