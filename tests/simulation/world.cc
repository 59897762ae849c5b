// The provider redelivers until it is told 200, then sometimes again; each message is counted at
// the end.
#include "tests/simulation/world.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "tests/simulation/sending_provider.h"

namespace postern::simulation {
namespace {

constexpr std::uint64_t steps_per_seed = 1200;
constexpr std::uint64_t contacts = 9;

/// What the provider sends, and what it knows of it.
struct Delivery {
    core::Command command;
    std::string id;  // of the message; empty for receipts and signals
    std::uint64_t sender = 0;
    bool acknowledged = false;
    bool in_flight = false;
    std::uint64_t posted_at = 0;   // of the post that was acknowledged
    model::Sequence sequence = 0;  // that the gateway answered with; 0 for a duplicate
    std::uint32_t epoch = 0;
};

class World final {
  public:
    World(std::uint64_t seed, std::string folder, bool cut_inside)
        : random_(seed), machine_(seed, std::move(folder)), cut_inside_(cut_inside) {}

    Result run();

  private:
    core::Inbound inbound(std::uint64_t sender, const std::string& id);
    void send_new();
    void send_message(std::uint64_t sender);
    void send_receipt();
    void send_signal(std::uint64_t sender);
    void deliver(std::size_t index);
    void redeliver_some();
    void step();
    void crash(bool power_cut);
    void start();
    void collect();
    void settle();
    void check();
    void check_chains(runtime::StoreReader& reader,
                      const std::map<std::string, model::Sequence>& stored);
    void fail(std::string what) { result_.failures.push_back(std::move(what)); }

    Random random_;
    Machine machine_;
    bool cut_inside_;
    std::unique_ptr<Gateway> gateway_;
    std::vector<Delivery> deliveries_;
    std::map<std::uint64_t, std::size_t> tickets_;  // ticket id → delivery
    std::uint64_t tickets_given_ = 0;
    std::uint64_t ids_given_ = 0;
    Result result_;
};

core::Inbound World::inbound(std::uint64_t sender, const std::string& id) {
    core::Inbound in;
    in.account = 1;
    in.identities.push_back({0x8000'0001, blind_of("identity", std::to_string(sender))});
    // Some senders have a second name, which they do not always show.
    if (sender % 3 == 0 && random_.chance(50)) {
        in.identities.push_back({0x8000'0001, blind_of("identity", "b" + std::to_string(sender))});
    }
    in.dedupe_hash = blind_of("dedupe", id).low();
    in.horizon_s = 8 * 86'400;
    in.timestamps = sender % 2 == 0;
    for (auto& byte : in.fresh_key) byte = static_cast<std::uint8_t>(random_.next());
    return in;
}

adapters::Sender sender_of(std::uint64_t sender, const core::Inbound& in) {
    adapters::Sender s;
    s.name = fmt::format("Person {}", sender);
    for (std::size_t i = 0; i < in.identities.size(); ++i) {
        s.aliases.push_back({fmt::format("{}{:010}", i == 0 ? "+57" : "CO.", sender), {}});
    }
    return s;
}

void World::send_message(std::uint64_t sender) {
    Delivery d;
    d.id = fmt::format("wamid.{}", ++ids_given_);
    d.sender = sender;
    core::ReceiveMessage c{inbound(sender, d.id), {}, {}};
    c.message.external_id = d.id;
    c.message.sender = sender_of(sender, c.inbound);
    c.message.content.text = fmt::format("text {}", random_.next());
    c.message.provider_time = machine_.now.wall - std::chrono::seconds(random_.below(30));
    if (random_.chance(10)) {
        c.message.group = "group-1";
        c.inbound.group = blind_of("group", "group-1");
    }
    d.command.payload = std::move(c);
    deliveries_.push_back(std::move(d));
    deliver(deliveries_.size() - 1);
}

void World::send_receipt() {
    Delivery d;
    core::ReceiveStatus c;
    c.account = 1;
    c.status.external_id = fmt::format("out.{}", random_.below(20));
    c.status.state = static_cast<adapters::ReceiptState>(random_.below(5));
    c.external = blind_of("external", c.status.external_id);
    d.command.payload = std::move(c);
    deliveries_.push_back(std::move(d));
    deliver(deliveries_.size() - 1);
}

void World::send_signal(std::uint64_t sender) {
    Delivery d;
    const std::string id = fmt::format("signal.{}", ++ids_given_);
    core::ReceiveSignal c{inbound(sender, id), {}, {}};
    c.signal.kind =
        random_.chance(50) ? adapters::SignalKind::opted_out : adapters::SignalKind::blocked;
    c.signal.dedupe_id = id;
    c.signal.sender = sender_of(sender, c.inbound);
    c.signal.provider_time = machine_.now.wall;
    d.command.payload = std::move(c);
    deliveries_.push_back(std::move(d));
    deliver(deliveries_.size() - 1);
}

void World::send_new() {
    ++result_.sent;
    const std::uint64_t sender = random_.below(contacts);
    const std::uint64_t kind = random_.below(100);
    if (kind < 80) return send_message(sender);
    if (kind < 92) return send_receipt();
    send_signal(sender);
}

void World::deliver(std::size_t index) {
    Delivery& d = deliveries_[index];
    core::Command command = d.command;
    command.ticket = {0, ++tickets_given_};
    tickets_[tickets_given_] = index;
    d.in_flight = true;
    gateway_->post(std::move(command));
}

/// Unacknowledged items come again, as after a timeout; acknowledged ones sometimes, as providers
/// do.
void World::redeliver_some() {
    if (deliveries_.empty()) return;
    for (int n = 0; n < 3; ++n) {
        const std::size_t i = random_.below(deliveries_.size());
        if (deliveries_[i].acknowledged && !random_.chance(30)) continue;
        ++result_.redelivered;
        deliver(i);
    }
}

void World::collect() {
    // Nobody sends here: an intent would be one that nobody asked for.
    if (!gateway_->take_dispatches().empty()) fail("dispatched what nobody sent");
    for (const core::Reply& reply : gateway_->take_replies()) {
        const auto it = tickets_.find(reply.ticket.id);
        if (it == tickets_.end()) continue;
        Delivery& d = deliveries_[it->second];
        if (!d.acknowledged) {
            d.acknowledged = true;
            ++result_.acknowledged;
            d.posted_at = reply.ticket.id;
            d.sequence = reply.code == core::ReplyCode::done ? reply.id.sequence : 0;
            d.epoch = gateway_->ground().anchor_state.epoch;
        }
        tickets_.erase(it);
    }
}

void World::start() {
    gateway_ = std::make_unique<Gateway>(machine_);
}

void World::crash(bool power_cut) {
    ++(power_cut ? result_.power_cuts : result_.crashes);
    if (power_cut) {
        machine_.faults.arm(support::Fault::power_cut, 1);
        (void)machine_.faults.next();
    }
    gateway_.reset();
    tickets_.clear();
    if (power_cut) {
        machine_.file_system->settle();
        machine_.log_files.settle();
    }
    machine_.faults.power_on();
    start();
    // What was not acknowledged comes again, in the order in which it was sent.
    for (std::size_t i = 0; i < deliveries_.size(); ++i) {
        if (!deliveries_[i].acknowledged) deliver(i);
    }
}

void World::step() {
    const auto us = std::chrono::microseconds(random_.below(2'000'000));
    machine_.now.wall += us;
    machine_.now.steady += us;
    const std::uint64_t what = random_.below(100);
    if (what < 35) return send_new();
    if (what < 38) return redeliver_some();
    if (what < 60 && gateway_->can_core()) return gateway_->step_core(random_);
    if (what < 75 && gateway_->can_commit()) return gateway_->step_commit(random_);
    if (what < 85 && gateway_->can_apply()) return gateway_->step_apply();
    if (gateway_->can_prefetch()) return gateway_->step_prefetch();
}

/// Faults are over: everything waiting ends.
void World::settle() {
    machine_.faults.power_on();
    for (std::size_t i = 0; i < deliveries_.size(); ++i) {
        if (!deliveries_[i].acknowledged) deliver(i);
    }
    for (int rounds = 0; !gateway_->idle(); ++rounds) {
        if (rounds > 100'000) return fail("the gateway does not come to rest");
        if (gateway_->can_core()) gateway_->step_core(random_);
        if (gateway_->can_prefetch()) gateway_->step_prefetch();
        if (gateway_->can_commit()) gateway_->step_commit(random_);
        if (gateway_->can_apply()) gateway_->step_apply();
        collect();
    }
}

void World::check_chains(runtime::StoreReader& reader,
                         const std::map<std::string, model::Sequence>& stored) {
    std::set<model::Sequence> linked;
    std::size_t profiles = 0;
    (void)reader.scan(storage::KeyWriter(storage::Family::hot, 'h'),
                      storage::KeyWriter(storage::Family::hot, 'i'),
                      [&](std::string_view key, const model::RecordPtr& record) {
                          ++profiles;
                          const model::Part part = storage::keys::trailing_u64(key);
                          model::Sequence at = model::get<model::HotRow>(*record).last;
                          for (model::Sequence last = at + 1; at != 0;) {
                              const auto row = reader.get(storage::keys::seq_row(at));
                              if (row.has_error() || !*row || at >= last) {
                                  fail(fmt::format("the chain of part {} breaks at {}", part, at));
                                  break;
                              }
                              last = at;
                              linked.insert(at);
                              const auto* m = model::get_if<model::MessageRow>(row->get());
                              const auto* s = model::get_if<model::SignalRow>(row->get());
                              at = m ? m->head.previous : s ? s->head.previous : 0;
                          }
                          return true;
                      });
    for (const auto& [id, sequence] : stored) {
        if (!linked.contains(sequence)) fail("a message is in no timeline: " + id);
    }
    if (profiles > contacts) fail(fmt::format("{} profiles for {} people", profiles, contacts));
}

void World::check() {
    runtime::StoreReader reader(*gateway_->ground().store, gateway_->ground().master);
    std::map<std::string, model::Sequence> stored;
    const auto read = reader.scan(
        storage::keys::seq_row(0), storage::keys::seq_row(~model::Sequence{0}),
        [&](std::string_view key, const model::RecordPtr& record) {
            const auto* m = record ? model::get_if<model::MessageRow>(record.get()) : nullptr;
            if (!m) return true;
            const auto [it, added] =
                stored.emplace(m->message.external_id, storage::keys::trailing_u64(key));
            if (!added) fail("stored twice: " + it->first);
            return true;
        });
    if (read.has_error()) fail("the rows cannot be read: " + read.error().message());
    // In order of posting, a sender's messages have ascending places, within one start.
    std::map<std::pair<std::uint64_t, std::uint32_t>, std::map<std::uint64_t, model::Sequence>>
        order;
    for (const Delivery& d : deliveries_) {
        if (!d.acknowledged) fail("never acknowledged: " + d.id);
        if (d.id.empty()) continue;
        if (!stored.contains(d.id)) fail("acknowledged and lost: " + d.id);
        if (d.sequence != 0) order[{d.sender, d.epoch}][d.posted_at] = d.sequence;
    }
    for (const auto& [who, places] : order) {
        model::Sequence last = 0;
        for (const auto& [posted, sequence] : places) {
            if (sequence <= last)
                fail(fmt::format("sender {} out of order at {}", who.first, sequence));
            last = sequence;
        }
    }
    check_chains(reader, stored);
}

Result World::run() {
    start();
    gateway_->post({core::RegisterAccounts{{{"wa-main", "whatsapp"}}}, {}});
    for (std::uint64_t i = 0; i < steps_per_seed; ++i) {
        try {
            if (random_.below(1000) < 2) {
                crash(random_.chance(50));
            } else if (cut_inside_ && random_.below(1000) < 1) {
                machine_.faults.arm(support::Fault::power_cut, 1 + random_.below(8));
            }
            step();
            collect();
        } catch (const Died& died) {
            if (!machine_.faults.off() && !machine_.faults.struck()) {
                fail("died without a fault: " + died.event + ": " + died.detail);
                return std::move(result_);
            }
            crash(true);
        }
    }
    try {
        settle();
        check();
    } catch (const Died& died) {
        fail("died while coming to rest: " + died.event + ": " + died.detail);
    }
    result_.trace = machine_.trace;
    return std::move(result_);
}

}  // namespace

Result run_seed(std::uint64_t seed, const std::string& folder, bool cut_inside) {
    Result result;
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
