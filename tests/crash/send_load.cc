// One job a request; a new one begins where one ends.
#include "tests/crash/send_load.h"

#include <utility>

#include <fmt/format.h>

#include "gateway/cli/document.h"
#include "tests/crash/simulator.h"

namespace postern::crash {
namespace {

constexpr std::uint64_t people = 3'000;  // few enough that a person is written to several times
constexpr std::uint64_t batch_max = 12;
constexpr std::chrono::milliseconds again_after{20};
constexpr std::uint64_t once_more_ms_max = 700;  // later than the next kill, often
constexpr std::size_t problems_max = 5;

bool is_final(int status) {
    return status != 0 && status != 409 && status < 500;
}

}  // namespace

struct SendLoad::Job {
    std::string key;
    std::string path;
    std::string body;
    std::vector<AcceptedMessage> messages;  // ids from the first answer
    bool accepted = false;
};

SendLoad::SendLoad(SendLoadOptions options)
    : options_(std::move(options)), random_(options_.seed), pool_(net::make_io_pool(1)) {
    on_thread([this] { client_ = net::make_client(pool_->at(0)); });
}

SendLoad::~SendLoad() {
    on_thread([this] {
        finishing_ = true;
        client_.reset();
    });
    pool_->stop();
}

void SendLoad::on_thread(const std::function<void()>& task) {
    std::promise<void> done;
    pool_->at(0).post([&task, &done] {
        task();
        done.set_value();
    });
    done.get_future().wait();
}

void SendLoad::aim(const std::string& api_url) {
    on_thread([&] { url_ = api_url; });
}

void SendLoad::start() {
    on_thread([this] {
        for (std::size_t i = 0; i < options_.window; ++i) next();
    });
}

bool SendLoad::finish(std::chrono::milliseconds timeout) {
    std::future<void> finished;
    on_thread([&] {
        finished = finished_.get_future();
        finishing_ = true;
        if (open_ == 0) finished_.set_value();
    });
    return finished.wait_for(timeout) == std::future_status::ready;
}

std::uint64_t SendLoad::draw(std::uint64_t below) {
    return std::uniform_int_distribution<std::uint64_t>(0, below - 1)(random_);
}

std::string SendLoad::message(Job& job) {
    const sim::Endpoint& endpoint = options_.endpoints[draw(options_.endpoints.size())];
    AcceptedMessage one{++last_number_, {}, draw(3) == 0, endpoint.channel};
    const std::string text = numbered_text(one.number);
    const std::string content =
        endpoint.channel == "whatsapp"
            ? fmt::format(R"({{"type":"template","name":"order_ready","language":"es",)"
                          R"("variables":{{"1":"{}"}}}})",
                          text)
            : fmt::format(R"({{"type":"text","text":"{}"}})", text);
    std::string json = fmt::format(
        R"({{"account":"{}","to":{{"address":"+57300{:07}"}},"category":"{}","content":{},)"
        R"("metadata":{{"number":{}}}}})",
        endpoint.account, 1'000'000 + draw(people), one.marketing ? "marketing" : "transactional",
        content, one.number);
    job.messages.push_back(std::move(one));
    return json;
}

void SendLoad::next() {
    ++open_;
    ++totals_.requests;
    auto job = std::make_shared<Job>();
    job->key = fmt::format("{}-{}", options_.seed, totals_.requests);
    if (draw(3) != 0) {
        job->path = "/v1/messages";
        job->body = message(*job);
    } else {
        job->path = "/v1/messages/batch";
        const std::uint64_t count = 1 + draw(batch_max);
        for (std::uint64_t i = 0; i < count; ++i) job->body += (i ? "," : "") + message(*job);
        job->body = R"({"messages":[)" + job->body + "]}";
    }
    attempt(job);
}

void SendLoad::attempt(const std::shared_ptr<Job>& job) {
    if (!client_) return;
    net::ClientRequest request;
    request.method = "POST";
    request.url = url_ + job->path;
    request.headers = {{"Authorization", "Bearer " + options_.key},
                       {"Content-Type", "application/json"},
                       {"Idempotency-Key", job->key}};
    request.body = job->body;
    client_->send(std::move(request),
                  [this, job](const net::ClientResponse& response) { answered(job, response); });
}

void SendLoad::problem(const Job& job, const std::string& what) {
    if (totals_.problems.size() < problems_max)
        totals_.problems.push_back(fmt::format("{} {}: {}", job.path, job.key, what));
}

bool SendLoad::take(Job& job, const net::ClientResponse& response) {
    const int status = response.error ? 0 : response.status;
    ++totals_.by_status[status];
    if (!is_final(status)) return false;
    const bool batch = job.path.ends_with("/batch");
    cli::Document document;
    if (status != (batch ? 200 : 202) || !document.parse(response.body)) {
        problem(job, fmt::format("{} {}", status, response.body));
        return true;
    }
    std::vector<std::string> ids;
    bool complete = true;
    if (!batch) ids.push_back(cli::text_at(document.root(), "/id"));
    cli::for_each_at(document.root(), "/data", [&](cli::Element item) {
        const int result = static_cast<int>(cli::integer_at(item, "/status"));
        ids.push_back(cli::text_at(item, "/message/id"));
        complete = complete && is_final(result);
        if (is_final(result) && result != 202) problem(job, response.body);
    });
    if (!complete) return false;
    if (ids.size() != job.messages.size()) problem(job, "other messages: " + response.body);
    for (std::size_t i = 0; i < std::min(ids.size(), job.messages.size()); ++i) {
        AcceptedMessage& one = job.messages[i];
        if (job.accepted && one.id != ids[i])
            problem(job, fmt::format("made {}, then {}", one.id, ids[i]));
        one.id = ids[i];
        if (!job.accepted) accepted_.push_back(one);
    }
    return true;
}

void SendLoad::answered(const std::shared_ptr<Job>& job, const net::ClientResponse& response) {
    if (!client_) return;  // we are ending
    if (!take(*job, response)) {
        ++totals_.unanswered;
        (void)pool_->at(0).after(again_after, [this, job] { attempt(job); });
        return;
    }
    const bool first = !job->accepted;
    job->accepted = true;
    if (first && draw(6) == 0) {
        ++totals_.repeated;
        const std::chrono::milliseconds wait{draw(once_more_ms_max)};
        (void)pool_->at(0).after(wait, [this, job] { attempt(job); });
        return;
    }
    // Its place in the window stays taken meanwhile, or finish() would see nothing open.
    (void)pool_->at(0).after(options_.pause, [this] {
        if (!client_) return;
        --open_;
        if (!finishing_) return next();
        if (open_ == 0) finished_.set_value();
    });
}

SendTotals SendLoad::totals() {
    SendTotals totals;
    on_thread([&] { totals = totals_; });
    return totals;
}

std::vector<AcceptedMessage> SendLoad::accepted() {
    std::vector<AcceptedMessage> accepted;
    on_thread([&] { accepted = accepted_; });
    return accepted;
}

}  // namespace postern::crash
