// From a decoded batch to its durability, and from what cannot be understood to quarantine.
#include "gateway/ingress/intake.h"

#include <algorithm>
#include <utility>

#include "gateway/ingress/carried.h"

namespace postern::ingress {
namespace {

/// What an adapter's JSON parser may read behind a body.
constexpr std::size_t padding_bytes = 64;
/// As the door says it to webhooks.
constexpr std::chrono::milliseconds ask_again{2'000};

runtime::Admit admit_of(const Account& account) {
    return account.adapter->traits().redelivers ? runtime::Admit::first_shed
                                                : runtime::Admit::last_shed;
}

/// What became of one command; false: the core could not take it.
bool add_up(const core::Reply& reply, TakeResult& result) {
    if (reply.code == core::ReplyCode::unreadable) {
        result.set_aside = "a stored row that it needs is damaged";
        return false;
    }
    if (reply.id.sequence != 0) result.made.push_back(reply.id);
    if (reply.code == core::ReplyCode::duplicate) ++result.duplicates;
    return true;
}

}  // namespace

struct Intake::Taking {
    Taking(net::IoThread& on, std::function<void(TakeResult)> answer)
        : thread(on), done(std::move(answer)) {}

    net::IoThread& thread;
    std::function<void(TakeResult)> done;
    Request request;
    Arrival arrival;                   // not of a webhook: what the request's views point into
    std::string padded;                // of an arrival that the adapter decodes
    std::vector<std::uint64_t> taken;  // marks of the items that come in
    std::vector<CarriedFile> files;    // of their messages, until they are kept
    TakeResult result;

    [[nodiscard]] const Account& account() const { return *request.account; }
    [[nodiscard]] adapters::WebhookRequest view() const {
        adapters::WebhookRequest whole = request.view;
        whole.headers = request.headers;
        return whole;
    }
    void answer() { std::exchange(done, nullptr)(std::move(result)); }
};

Intake::Intake(const Accounts& accounts, runtime::CoreInbox& inbox, const IntakeGate& gate,
               const storage::KeyBytes& master, const runtime::PoisonSlot& poison,
               std::size_t io_threads, std::function<model::Instant()> now)
    : accounts_(accounts), inbox_(inbox), gate_(gate), poison_(poison), now_(std::move(now)) {
    for (std::size_t i = 0; i < io_threads; ++i)
        makers_.push_back(std::make_unique<CommandMaker>(master));
}

bool Intake::is_shut(const Account* account) const {
    const runtime::Admit admit = account ? admit_of(*account) : runtime::Admit::first_shed;
    if (gate_.webhooks.load(std::memory_order_relaxed) && !inbox_.overloaded(admit)) return false;
    if (account) account->health->refused_overload.fetch_add(1, std::memory_order_relaxed);
    return true;
}

void Intake::take(Arrival arrival, net::IoThread& thread, std::function<void(TakeResult)> done) {
    auto taking = std::make_shared<Taking>(thread, std::move(done));
    taking->arrival = std::move(arrival);
    const Arrival& held = taking->arrival;
    Request& request = taking->request;
    request.table = accounts_.load();
    request.account = request.table->find(held.account);
    if (!request.account) {
        taking->result.taken = Taken::no_account;
        return taking->answer();
    }
    if (is_shut(request.account)) {
        taking->result.taken = Taken::overloaded;
        taking->result.retry_after = ask_again;
        return taking->answer();
    }
    request.now = now_();
    request.view.method = held.method;
    request.view.target = request.view.path = held.target;
    const std::string_view raw = held.raw ? std::string_view(*held.raw) : std::string_view{};
    request.view.body = raw;
    if (!held.batch && held.undecodable.empty()) {
        taking->padded.reserve(raw.size() + padding_bytes);
        taking->padded.append(raw).append(padding_bytes, '\0');
        request.view.body = std::string_view(taking->padded).substr(0, raw.size());
    }
    begin(taking);
}

void Intake::take(Request request, net::IoThread& thread, std::function<void(TakeResult)> done) {
    auto taking = std::make_shared<Taking>(thread, std::move(done));
    taking->request = std::move(request);
    begin(taking);
}

void Intake::begin(const std::shared_ptr<Taking>& taking) {
    const Account& account = taking->account();
    account.health->webhooks.fetch_add(1, std::memory_order_relaxed);
    account.health->last_inbound_us.store(taking->request.now.time_since_epoch().count(),
                                          std::memory_order_relaxed);
    std::vector<core::Command> commands = understand(*taking);
    if (commands.size() == 1 && taking->files.empty() && join(taking, commands.front())) return;
    admit(taking, std::move(commands));
}

/// Whole, as long as it is here whole: what killed the core twice is not given to it again.
bool Intake::is_poison(const std::vector<core::Command>& commands, TakeResult& result) {
    const bool poison = std::ranges::any_of(commands, [this](const core::Command& command) {
        return poison_.is_poison(core::fingerprint_of(command));
    });
    if (!poison) return false;
    poisoned.fetch_add(1, std::memory_order_relaxed);
    result.set_aside = "applying it ended the process twice";
    return true;
}

void Intake::admit(const std::shared_ptr<Taking>& taking, std::vector<core::Command> commands) {
    if (is_poison(commands, taking->result)) commands.clear();
    if (commands.empty()) return finish(taking);
    for (const core::Command& command : commands) taking->taken.push_back(mark_of(command));
    if (taking->files.empty() || files_ == nullptr) return post(taking, std::move(commands));
    files_->keep(std::exchange(taking->files, {}), std::move(commands), taking->thread,
                 [this, taking](bool kept, std::vector<core::Command> with_rows) {
                     if (!kept) return refuse(*taking);
                     post(taking, std::move(with_rows));
                 });
}

void Intake::post(const std::shared_ptr<Taking>& taking, std::vector<core::Command> commands) {
    auto durable = [this, taking](const std::vector<core::Reply>& replies) {
        note(replies, *taking);
        finish(taking);
    };
    if (inbox_.post(std::move(commands), admit_of(taking->account()), taking->thread,
                    std::move(durable)))
        return;
    refuse(*taking);
}

bool Intake::join(const std::shared_ptr<Taking>& taking, core::Command& command) {
    auto* const part = std::get_if<core::ReceiveMessage>(&command.payload);
    if (part == nullptr) return false;
    LongTexts::Added added = long_texts_->add(*part, taking);
    net::IoThread& thread = taking->thread;
    for (LongTexts::Joined& joined : added.done) post_joined(std::move(joined), thread);
    if (!added.waits) return added.taken;
    const std::weak_ptr<LongTexts> texts = long_texts_;
    (void)thread.after(LongTexts::hold, [texts, taking, key = added.key] {
        const auto held = texts.lock();
        if (held == nullptr || !held->withdraw(key, taking)) return;
        taking->result.taken = Taken::overloaded;  // of nobody: its other parts are to come
        taking->result.waits_for_parts = true;
        taking->result.retry_after = ask_again;
        taking->answer();
    });
    if (added.first) {
        (void)thread.after(LongTexts::patience,
                           [this, texts, key = added.key, text = added.text, &thread] {
                               const auto held = texts.lock();
                               if (held == nullptr) return;
                               if (auto joined = held->expire(key, text))
                                   post_joined(std::move(*joined), thread);
                           });
    }
    return true;
}

/// Each who waits is answered on its own thread. With nobody left who does, the parts are known
/// when they come again.
void Intake::post_joined(LongTexts::Joined joined, net::IoThread& thread) {
    std::vector<std::shared_ptr<Taking>> waiting;
    for (const LongTexts::Waiting& one : joined.waiting)
        waiting.push_back(std::static_pointer_cast<Taking>(one));
    const auto end = [this, waiting](const TakeResult& result) {
        for (const auto& one : waiting) {
            one->thread.post([this, one, result] {
                one->result = result;
                finish(one);
            });
        }
    };
    TakeResult result;
    if (is_poison(joined.commands, result)) return end(result);
    const auto durable = [this, end](const std::vector<core::Reply>& replies) {
        TakeResult made;
        made.durable_at = now_();
        for (const core::Reply& reply : replies) (void)add_up(reply, made);
        end(made);
    };
    const auto admit =
        waiting.empty() ? runtime::Admit::first_shed : admit_of(waiting.front()->account());
    if (inbox_.post(std::move(joined.commands), admit, thread, durable)) return;
    long_texts_->forget(joined.ids);
    for (const auto& one : waiting) one->thread.post([one] { refuse(*one); });
}

std::vector<core::Command> Intake::understand(Taking& taking) {
    const Account& account = taking.account();
    const model::Instant now = taking.request.now;
    std::string& set_aside = taking.result.set_aside;
    set_aside = std::move(taking.arrival.undecodable);
    if (!set_aside.empty()) return {};
    adapters::Result<adapters::InboundBatch> batch =
        taking.arrival.batch ? std::move(*taking.arrival.batch)
                             : account.adapter->decode(taking.view(), now);
    if (batch.has_error()) {
        set_aside = batch.error().message();
        return {};
    }
    CommandMaker& maker = *makers_[taking.thread.index()];
    auto commands =
        maker.make(*taking.request.table, account, *batch, now, set_aside, taking.files);
    taking.result.confirm_url = std::move(batch->confirm_url);
    for (const adapters::Undecoded& u : batch->undecoded) set_aside = u.reason;
    return commands;
}

/// Counts redeliveries, and strikes out what the core could not take.
void Intake::note(const std::vector<core::Reply>& replies, Taking& taking) const {
    std::vector<std::uint64_t> taken;
    TakeResult& result = taking.result;
    result.durable_at = now_();
    for (std::size_t i = 0; i < replies.size(); ++i) {
        if (add_up(replies[i], result)) taken.push_back(taking.taken[i]);
    }
    taking.account().health->duplicates.fetch_add(result.duplicates, std::memory_order_relaxed);
    taking.taken = std::move(taken);
}

void Intake::finish(const std::shared_ptr<Taking>& taking) {
    if (taking->result.set_aside.empty()) return taking->answer();
    const Account& account = taking->account();
    const std::string& reason = taking->result.set_aside;
    account.health->error("set aside: " + reason, now_());
    std::vector<core::Command> commands;
    commands.push_back(CommandMaker::quarantine(account, taking->view(), reason, taking->taken));
    // A request that is half taken is shed last.
    const auto admit = taking->taken.empty() ? admit_of(account) : runtime::Admit::last_shed;
    const auto answer = [taking](const auto&) { taking->answer(); };
    if (inbox_.post(std::move(commands), admit, taking->thread, answer)) {
        account.health->quarantined.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    refuse(*taking);
}

void Intake::refuse(Taking& taking) {
    taking.account().health->refused_overload.fetch_add(1, std::memory_order_relaxed);
    taking.result.taken = Taken::overloaded;
    taking.result.retry_after = ask_again;
    taking.answer();
}

}  // namespace postern::ingress
