// Whoever is not answered asks again: with the same key, the same id, the same receipt.
#include "tests/simulation/sending_world.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "gateway/audit/audit.h"
#include "tests/simulation/gateway.h"
#include "tests/simulation/sending_app.h"
#include "tests/simulation/sending_end.h"
#include "tests/simulation/sending_provider.h"
#include "tests/simulation/sending_rules.h"
#include "tests/simulation/sending_watch.h"

namespace postern::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t steps_per_seed = 900;
constexpr int turns_at_once_max = 2000;

/// Something that was asked of the gateway.
struct Ask {
    core::Command command;
    bool repeats = true;  // asked again until it is answered
    bool answered = false;
};

class World final {
  public:
    World(std::uint64_t seed, std::string folder, bool cut_inside)
        : random_(seed),
          machine_(seed, std::move(folder)),
          cut_inside_(cut_inside),
          app_(random_),
          provider_(random_, {[this](core::AnswerAttempt a) {
                                  watch_.answered(a);
                                  gateway_->post({std::move(a), {}});
                              },
                              [this](core::ReceiveStatus s) {
                                  ask({std::move(s), {}}, true);
                              },
                              [this](model::Sequence m) { watch_.came_back(m); }}),
          watch_(result_.failures) {}

    SendingResult run();

  private:
    void ask(core::Command command, bool repeats);
    void post(std::size_t index);
    void post_unanswered();
    void act();
    void act_on_a_message();
    void step();
    bool turn();
    void advance(std::chrono::microseconds time);
    void start();
    void configure(bool all) { gateway_->post({core::Configure{make_rules(all)}, {}}); }
    void crash(bool power_cut);
    void collect();
    void take(const Ask& ask, const core::Reply& reply);
    void load();
    void settle();
    void last_restart();
    void fail(std::string what) { result_.failures.push_back(std::move(what)); }

    Random random_;
    Machine machine_;
    bool cut_inside_;
    SendingResult result_;
    std::unique_ptr<Gateway> gateway_;
    SendingApp app_;
    SendingProvider provider_;
    SendingWatch watch_;
    std::vector<Ask> asks_;
    std::map<std::uint64_t, std::size_t> tickets_;  // → asks_
    std::uint64_t tickets_given_ = 0;
    std::size_t recovering_ = 0;  // answers to wait for before rules are given
    bool ready_ = false;
    AcceptedMessages accepted_;
};

constexpr std::size_t recovery = ~std::size_t{0};

void World::ask(core::Command command, bool repeats) {
    asks_.push_back({std::move(command), repeats});
    post(asks_.size() - 1);
}

void World::post(std::size_t index) {
    core::Command command = asks_[index].command;
    command.ticket = {0, ++tickets_given_};
    tickets_[tickets_given_] = index;
    gateway_->post(std::move(command));
}

void World::post_unanswered() {
    for (std::size_t i = 0; i < asks_.size(); ++i) {
        if (!asks_[i].answered && asks_[i].repeats) post(i);
    }
}

void World::act_on_a_message() {
    if (watch_.states().empty()) return;
    auto it = watch_.states().begin();
    std::advance(it, static_cast<long>(random_.below(watch_.states().size())));
    if (random_.chance(60)) return ask({core::CancelMessage{it->first}, {}}, false);
    watch_.redriven(it->first);
    const auto expires = machine_.now.wall + std::chrono::seconds(60 + random_.below(3500));
    ask({core::RedriveMessage{it->first, expires}, {}}, false);
}

void World::act() {
    const std::uint64_t what = random_.below(100);
    if (what < 62) {
        ++result_.submitted;
        core::SubmitMessage message = app_.message(machine_.now.wall);
        const bool keyed = message.idempotency.has_value();
        return ask({std::move(message), {}}, keyed);
    }
    if (what < 72) return ask({app_.words(machine_.now.wall), {}}, true);
    if (what < 84) return act_on_a_message();
    if (what < 87) return ask(app_.pause(true), false);
    if (what < 95) return ask(app_.pause(false), false);
    if (what < 97) return configure(random_.chance(60));
    // The same again, though it was answered: a client that never heard.
    if (asks_.empty()) return;
    const std::size_t i = random_.below(asks_.size());
    if (asks_[i].repeats) post(i);
}

void World::advance(std::chrono::microseconds time) {
    machine_.now.wall += time;
    machine_.now.steady += time;
    provider_.run(machine_.now.wall);
}

bool World::turn() {
    const std::uint64_t first = random_.below(5);
    for (std::uint64_t n = 0; n < 5; ++n) {
        switch ((first + n) % 5) {
            case 0:
                if (gateway_->can_core()) return gateway_->step_core(random_), true;
                break;
            case 1:
                if (gateway_->can_commit()) return gateway_->step_commit(random_), true;
                break;
            case 2:
                if (gateway_->can_apply()) return gateway_->step_apply(), true;
                break;
            case 3:
                if (gateway_->can_prefetch()) return gateway_->step_prefetch(), true;
                break;
            default:
                if (gateway_->can_read()) return gateway_->step_read(), true;
                break;
        }
    }
    if (gateway_->next_wake() > machine_.now.steady) return false;
    gateway_->tick();
    return true;
}

void World::step() {
    advance(std::chrono::microseconds(random_.below(random_.chance(97) ? 1'200'000 : 200'000'000)));
    if (ready_ && random_.chance(30)) act();
    for (std::uint64_t n = 1 + random_.below(4); n > 0 && turn(); --n) collect();
}

void World::take(const Ask& asked, const core::Reply& reply) {
    const auto* message = std::get_if<core::SubmitMessage>(&asked.command.payload);
    if (!message) return;
    const bool first = reply.code == core::ReplyCode::done;
    if (first || reply.code == core::ReplyCode::replayed) {
        accepted_.add(message->row.content_json, reply.id.sequence, result_.failures);
    } else if (reply.code != core::ReplyCode::refused) {
        fail(fmt::format("a submission was answered with {}", static_cast<int>(reply.code)));
    }
}

void World::collect() {
    for (const core::Reply& reply : gateway_->take_replies()) {
        const auto it = tickets_.find(reply.ticket.id);
        if (it == tickets_.end()) continue;
        const std::size_t index = it->second;
        tickets_.erase(it);
        if (index == recovery) {
            if (--recovering_ > 0) continue;
            ready_ = true;
            configure(true);
            post_unanswered();
            continue;
        }
        asks_[index].answered = true;
        take(asks_[index], reply);
    }
    for (const core::Dispatch& dispatch : gateway_->take_dispatches()) {
        watch_.dispatched(dispatch);
        provider_.send(dispatch, machine_.now.wall);
    }
}

/// As the daemon starts: accounts, then what the last start left open, and only then the rules.
void World::start() {
    gateway_ = std::make_unique<Gateway>(machine_);
    gateway_->on_durable = [this](const core::RowWrite& write) { watch_.durable(write); };
    runtime::StoreReader reader(*gateway_->ground().store, gateway_->ground().master);
    watch_.reload(reader);
    // Wherever it was cut, counts, states, queue and timelines agree.
    if (const auto audited = audit::audit(reader, {}); audited.has_value()) {
        for (const std::string& what : audited->told) fail("after a start: " + what);
    }
    ready_ = false;
    std::vector<core::Command> first;
    first.push_back(
        {core::RegisterAccounts{{{"a", "whatsapp"}, {"b", "whatsapp"}, {"c", "whatsapp"}}}, {}});
    for (const model::SlotRow& slot : gateway_->slots())
        first.push_back({core::RecoverIntent{slot.message, slot.attempt}, {}});
    recovering_ = first.size();
    for (core::Command& command : first) {
        command.ticket = {0, ++tickets_given_};
        tickets_[tickets_given_] = recovery;
        gateway_->post(std::move(command));
    }
}

void World::crash(bool power_cut) {
    ++result_.crashes;
    if (power_cut) {
        machine_.faults.arm(support::Fault::power_cut, 1);
        (void)machine_.faults.next();
    }
    gateway_.reset();
    tickets_.clear();
    provider_.lose_callers();
    if (power_cut) {
        machine_.file_system->settle();
        machine_.log_files.settle();
    }
    machine_.faults.power_on();
    start();
}

void World::load() {
    start();
    for (std::uint64_t i = 0; i < steps_per_seed && result_.failures.empty(); ++i) {
        try {
            if (random_.below(1000) < 3) {
                crash(random_.chance(50));
            } else if (cut_inside_ && random_.below(1000) < 1) {
                machine_.faults.arm(support::Fault::power_cut, 1 + random_.below(8));
            }
            step();
        } catch (const Died& died) {
            if (!machine_.faults.off() && !machine_.faults.struck())
                return fail("died without a fault: " + died.event + ": " + died.detail);
            crash(true);
        }
    }
}

/// Faults are over. Time goes on to whatever is next until two hours have passed.
void World::settle() {
    machine_.faults.power_on();
    provider_.be_kind();
    const model::Instant end = machine_.now.wall + 2h;
    bool calm = false;
    for (int turns = 0; result_.failures.empty();) {
        if (turn()) {
            collect();
            if (++turns > turns_at_once_max) return fail("the gateway does not come to rest");
            continue;
        }
        turns = 0;
        if (!calm && ready_) {
            calm = true;
            configure(true);
            post_unanswered();
            continue;
        }
        auto wait = std::min<std::chrono::microseconds>(
            end - machine_.now.wall, gateway_->next_wake() - machine_.now.steady);
        if (provider_.waiting()) wait = std::min(wait, provider_.next() - machine_.now.wall);
        if (machine_.now.wall >= end) return;
        advance(std::max(wait, 1us));
    }
}

/// The rows alone say all: a start after the end changes nothing and sends nothing.
void World::last_restart() {
    const auto before = watch_.states();
    gateway_.reset();
    start();
    const std::size_t sends = watch_.sends;
    for (int turns = 0; turn(); ++turns) {
        collect();
        if (turns > turns_at_once_max) return fail("does not come to rest after the last start");
    }
    if (watch_.states() != before || watch_.sends != sends)
        fail("the last start changed what had ended");
}

SendingResult World::run() {
    try {
        load();
        if (result_.failures.empty()) settle();
        if (result_.failures.empty()) {
            runtime::StoreReader reader(*gateway_->ground().store, gateway_->ground().master);
            check_end(reader, watch_, provider_, accepted_, result_.failures);
            watch_.finish(provider_.hidden());
            last_restart();
        }
    } catch (const Died& died) {
        fail("died while coming to rest: " + died.event + ": " + died.detail);
    }
    result_.trace = machine_.trace;
    result_.accepted = accepted_.size();
    result_.sends = watch_.sends;
    result_.unknown = provider_.hidden();
    result_.passes = watch_.passes;
    result_.bounces = watch_.bounces;
    for (const auto& [message, taken] : provider_.ledger()) result_.taken += taken.accepted;
    return std::move(result_);
}

}  // namespace

SendingResult run_sending_seed(std::uint64_t seed, const std::string& folder, bool cut_inside) {
    SendingResult result;
    try {
        result = World(seed, folder, cut_inside).run();
    } catch (const Died& died) {
        result.failures.push_back("died: " + died.event + ": " + died.detail);
    }
    std::filesystem::remove_all(folder);
    std::filesystem::remove_all(folder + "-trash");
    return result;
}

}  // namespace postern::simulation
