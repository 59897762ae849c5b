#include "gateway/media/eager.h"

#include <algorithm>
#include <future>

#include "gateway/model/records.h"

namespace postern::media {
namespace {

constexpr std::size_t rows_a_look = 1000;
/// While no account wants it: how often that is asked again.
constexpr std::chrono::seconds idle_interval{1};

struct Look {
    std::vector<FetchJob> jobs;
    model::Sequence last = 0;
};

}  // namespace

std::vector<FetchJob> jobs_of(const model::RecordPtr& record, model::Sequence event) {
    std::vector<FetchJob> jobs;
    if (record == nullptr) return jobs;
    const std::vector<adapters::Attachment>* attachments = nullptr;
    model::AccountNumber account = 0;
    if (const auto* message = model::get_if<model::MessageRow>(record.get())) {
        attachments = &message->message.attachments;
        account = message->head.account;
    } else if (const auto* signal = model::get_if<model::SignalRow>(record.get())) {
        attachments = &signal->signal.attachments;
        account = signal->head.account;
    }
    for (std::size_t i = 0; attachments != nullptr && i < attachments->size(); ++i) {
        const adapters::Attachment& a = (*attachments)[i];
        if (a.url.empty() && a.media_id.empty()) continue;
        jobs.push_back({event,
                        static_cast<std::uint32_t>(i),
                        account,
                        {a.url, a.media_id, a.mime},
                        a.filename});
    }
    return jobs;
}

bool is_taken_back(const model::Record& record) {
    if (const auto* message = model::get_if<model::MessageRow>(&record))
        return message->deleted != model::Instant{};
    const auto* signal = model::get_if<model::SignalRow>(&record);
    return signal != nullptr && signal->deleted != model::Instant{};
}

void EagerFetching::begin() {
    thread_.post([self = shared_from_this()] {
        self->after_ = self->signal_.readable();
        self->wait();
    });
}

void EagerFetching::stop() {
    std::promise<void> gone;
    auto waiting = gone.get_future();
    thread_.post([this, &gone] {
        stopped_ = true;
        waiting_.clear();
        if (cancel_) cancel_();
        cancel_ = nullptr;
        gone.set_value();
    });
    waiting.wait();
}

/// While no account wants it, what becomes durable wakes nobody and is not read.
void EagerFetching::wait() {
    if (stopped_) return;
    if (!wanted()) {
        after_ = signal_.readable();
        cancel_ = thread_.after(idle_interval, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->wait();
        });
        return;
    }
    cancel_ = signal_.wait(thread_, after_, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->look();
    });
}

bool EagerFetching::wanted() const {
    const auto accounts = fetcher_.accounts();
    return std::any_of(accounts->begin(), accounts->end(),
                       [](const auto& account) { return account.second.eager; });
}

void EagerFetching::look() {
    if (stopped_) return;
    const auto accounts = fetcher_.accounts();
    const bool taken = queries_.post(
        [self = shared_from_this(), accounts, after = after_](runtime::Reader& reader) {
            auto found = std::make_shared<Look>();
            found->last = reader.applied();
            std::size_t rows = 0;
            const auto scanned = reader.scan(
                storage::keys::seq_row(after + 1), storage::keys::seq_row(reader.applied() + 1),
                [&](std::string_view key, const model::RecordPtr& record) {
                    const model::Sequence event = storage::keys::trailing_u64(key);
                    for (FetchJob& job : jobs_of(record, event)) {
                        const auto account = accounts->find(job.account);
                        if (account != accounts->end() && account->second.eager)
                            found->jobs.push_back(std::move(job));
                    }
                    if (++rows < rows_a_look) return true;
                    found->last = event;
                    return false;
                });
            if (!scanned) found->jobs.clear();
            self->thread_.post([self, found] {
                self->after_ = std::max(self->after_, found->last);
                for (FetchJob& job : found->jobs) {
                    if (self->waiting_.size() < waiting_max)
                        self->waiting_.push_back(std::move(job));
                }
                self->next();
                self->wait();
            });
        });
    if (taken) return;
    (void)thread_.after(std::chrono::seconds{1}, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->wait();
    });
}

void EagerFetching::next() {
    while (!stopped_ && under_way_ < under_way_max && !waiting_.empty()) {
        FetchJob job = std::move(waiting_.front());
        waiting_.pop_front();
        ++under_way_;
        // What cannot be fetched now is fetched when somebody asks for it.
        fetcher_.fetch(std::move(job), thread_,
                       [weak = weak_from_this()](const model::MediaRow&, const Trouble&) {
                           const auto self = weak.lock();
                           if (self == nullptr) return;
                           --self->under_way_;
                           self->next();
                       });
    }
}

}  // namespace postern::media
