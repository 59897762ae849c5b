// One job a webhook; the redelivery clock is the provider's, shortened (see provider.h).
#include "gateway/sim/delivery.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "gateway/sim/provider.h"

namespace postern::sim {
namespace {

using Steady = std::chrono::steady_clock;

std::int64_t micros_since(Steady::time_point start) {
    return std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - start).count();
}

std::int64_t wall_us() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

}  // namespace

struct Delivery::Job {
    Webhook webhook;
    Done done;
    bool receipt = false;
    std::function<void()> first_answered;  // of a receipt
    std::size_t place = 0;                 // in the log, unless it is a receipt
    Redelivery redelivery;
    std::chrono::milliseconds wait{0};
    Steady::time_point begun;
};

Delivery::Delivery(net::IoThread& thread, net::HttpClient& client, SentLog& sent_log)
    : thread_(thread), client_(client), sent_log_(sent_log) {}

Delivery::~Delivery() {
    *alive_ = false;
}

void Delivery::send(Webhook webhook, Done done) {
    auto job = std::make_shared<Job>();
    job->webhook = std::move(webhook);
    job->done = std::move(done);
    job->place = sent_log_.open(job->webhook, wall_us());
    job->redelivery = find_provider(job->webhook.endpoint.channel)->redelivery;
    job->wait = job->redelivery.first;
    job->begun = Steady::now();
    ++in_flight_;
    try_once(std::move(job));
}

void Delivery::send_receipt(Webhook webhook, std::function<void()> answered) {
    auto job = std::make_shared<Job>();
    job->webhook = std::move(webhook);
    job->receipt = true;
    job->first_answered = std::move(answered);
    job->redelivery = find_provider(job->webhook.endpoint.channel)->redelivery;
    job->wait = job->redelivery.first;
    job->begun = Steady::now();
    ++receipts_.posted;
    ++in_flight_;
    try_once(std::move(job));
}

void Delivery::count_attempt(Job& job, int status, std::int64_t latency_us) {
    if (!job.receipt) return sent_log_.attempted(job.place, status, latency_us);
    ++receipts_.attempts;
    if (const auto answered = std::exchange(job.first_answered, nullptr)) answered();
}

void Delivery::finish(Job& job, int status) {
    --in_flight_;
    if (job.receipt) {
        ++(status >= 200 && status < 300 ? receipts_.acknowledged : receipts_.given_up);
        return;
    }
    sent_log_.finished(job.place, status == job.webhook.expected_status());
    if (job.done) job.done(sent_log_.at(job.place));
}

void Delivery::carry(std::string channel, Carrier carrier) {
    if (!carrier) {
        carrier = [](const Webhook&, const std::function<void(int)>& none) { none(0); };
    }
    carriers_.insert_or_assign(std::move(channel), std::move(carrier));
}

void Delivery::try_once(std::shared_ptr<Job> job) {
    const Endpoint& endpoint = job->webhook.endpoint;
    const auto carrier =
        carriers_.find(endpoint.url.starts_with("poll:") ? "poll" : endpoint.channel);
    if (carrier != carriers_.end()) {
        const Carrier carry = carrier->second;  // it may be replaced while it runs
        carry(job->webhook, [this, alive = alive_, job, start = Steady::now()](int status) {
            if (*alive) answered(job, status, micros_since(start));
        });
        return;
    }
    net::ClientRequest request;
    request.method = "POST";
    request.url = job->webhook.endpoint.url;
    request.headers = job->webhook.headers;
    request.body = job->webhook.body;
    client_.send(std::move(request), [this, alive = alive_, job = std::move(job),
                                      start = Steady::now()](const net::ClientResponse& response) {
        if (!*alive) return;
        answered(job, response.error ? 0 : response.status, micros_since(start));
    });
}

void Delivery::answered(std::shared_ptr<Job> job, int status, std::int64_t latency_us) {
    count_attempt(*job, status, latency_us);
    const bool positive = status >= 200 && status < 300;
    const bool forged = job->webhook.defect == Defect::bad_signature;
    const bool final_answer = positive || (forged && status != 0 && status != 503);
    if (!final_answer && Steady::now() - job->begun < job->redelivery.give_up_after) {
        const auto wait = job->wait;
        // A zero first wait is Telegram's immediate repeat; the second waits like everybody else.
        job->wait = std::clamp(job->wait * 2, std::chrono::milliseconds(100), job->redelivery.cap);
        auto again = [this, alive = alive_, job = std::move(job)] {
            if (*alive) try_once(job);
        };
        (void)thread_.after(wait, std::move(again));
        return;
    }
    finish(*job, status);
}

}  // namespace postern::sim
