// Production's parts, wired to queues that the simulation empties.
#include "tests/simulation/gateway.h"

#include <filesystem>
#include <fstream>

#include "gateway/runtime/check.h"
#include "gateway/runtime/due_rows.h"

namespace postern::simulation {
namespace {

/// Small enough that a seed evicts all the time.
constexpr std::size_t rows_kept_max = 12;

void throw_died(std::string_view event, std::string_view detail) {
    throw Died{std::string(event), std::string(detail)};
}

void write_master_key(const std::string& folder) {
    const std::string path = folder + "/master.key";
    if (std::filesystem::exists(path)) return;
    std::ofstream(path, std::ios::binary) << std::string(32, 'k');
    std::filesystem::permissions(path, std::filesystem::perms::owner_read);
}

}  // namespace

Machine::Machine(std::uint64_t seed, std::string f)
    : faults(seed),
      log_files(faults),
      file_system(std::make_shared<support::FaultyFileSystem>(faults, f + "-trash")),
      folder(std::move(f)),
      now{model::Instant{std::chrono::seconds{1'767'225'600}}, std::chrono::seconds{1000}},
      clock(
          [this] {
              // Time passes while the core works, too.
              now.wall += std::chrono::microseconds{7};
              now.steady += std::chrono::microseconds{7};
              return now;
          },
          [this] { return synchronised; }) {
    std::filesystem::remove_all(folder);
    std::filesystem::remove_all(folder + "-trash");
    std::filesystem::create_directories(folder);
    std::filesystem::create_directories(folder + "-trash");
    write_master_key(folder);
}

void Machine::note(std::string_view bytes) {
    for (const char c : bytes) trace = (trace ^ static_cast<std::uint8_t>(c)) * 0x100'0000'01B3;
}

Gateway::Gateway(Machine& machine) : machine_(machine) {
    runtime::set_die_hook(throw_died);
    runtime::RecoveryOptions options;
    options.path = machine.folder;
    options.master_key_file = machine.folder + "/master.key";
    options.segment_bytes = 256u << 10;
    options.ballast_bytes = 4096;
    options.memtable_bytes = 1u << 20;
    options.cache_bytes = 1u << 20;
    options.flush_on_close = false;
    options.files = &machine.log_files;
    options.file_system = machine.file_system;
    std::string problem;
    auto ground = runtime::recover(options, machine.now.wall, problem);
    if (ground.has_error()) throw Died{"storage_refused", problem};
    ground_ = std::move(*ground);
    auto tables = runtime::load_small_tables(*ground_, problem);
    if (tables.has_error()) throw Died{"storage_refused", problem};

    machine.clock.begin(model::Instant{std::chrono::microseconds{ground_->last_written_us}});
    const auto now = [&machine] { return machine.clock.now(); };
    applier_ = std::make_unique<runtime::ApplierThread>(*ground_->store, wakes_, probe_);
    log_ = std::make_unique<runtime::LogThread>(
        *ground_->store, *ground_->log, *ground_->anchor, ground_->anchor_state, ground_->master,
        wakes_,
        runtime::LogThread::Ports{
            .apply = [this](runtime::DurableGroup g) { groups_.push_back(std::move(g)); },
            .publish = [](const model::RecordPtr&) {},
            .released = [](runtime::Release::Released) {},
            .dispatch =
                [this](std::vector<core::Dispatch> d) {
                    std::move(d.begin(), d.end(), std::back_inserter(dispatches_));
                },
            .read =
                [this](const core::LaneRead& read) {
                    reads_.push_back({read, log_->durable()});
                },
            .now = now},
        probe_);
    slots_ = tables->slots;
    core::CoreOptions core;
    core.epoch = ground_->anchor_state.epoch;
    core.last_sequence = ground_->anchor_state.durable;
    core.wall_min = runtime::core_time_at_start(*ground_, now().wall);
    core.rows_max = rows_kept_max;
    core_ = std::make_unique<runtime::CoreThread>(
        core::Core(core, std::move(*tables)), 1 << 20,
        runtime::CoreThread::Ports{
            .commit = [this](core::Effects e) { effects_.push_back(std::move(e)); },
            .prefetch = [this](runtime::PrefetchRequest r) { requests_.push_back(std::move(r)); },
            .applied = [this] { return ground_->store->applied(); },
            .now = now},
        ground_->poison.get(), probe_);
    reader_ = std::make_unique<runtime::StoreReader>(*ground_->store, ground_->master);
}

Gateway::~Gateway() = default;

bool Gateway::idle() const {
    return inbox_.empty() && effects_.empty() && groups_.empty() && requests_.empty() &&
           reads_.empty() && core_->idle();
}

void Gateway::step_core(Random& random) {
    // Some of what has arrived, in order: how the inbox is cut into batches must not matter.
    const std::size_t take = 1 + random.below(inbox_.size());
    std::vector<runtime::InboxItem> batch(
        std::make_move_iterator(inbox_.begin()),
        std::make_move_iterator(inbox_.begin() + static_cast<long>(take)));
    inbox_.erase(inbox_.begin(), inbox_.begin() + static_cast<long>(take));
    core_->run_batch(batch);
}

void Gateway::step_commit(Random& random) {
    std::vector<core::Effects> batch;
    for (std::size_t n = 1 + random.below(effects_.size()); n > 0; --n) {
        batch.push_back(std::move(effects_.front()));
        effects_.pop_front();
    }
    // Tickets are addresses in production; here a reply is taken out before the release sees it.
    std::vector<core::Reply> replies;
    for (core::Effects& e : batch) {
        for (core::Reply& r : e.replies) replies.push_back(std::move(r));
        e.replies.clear();
    }
    std::vector<core::RowWrite> writes;
    if (on_durable) {
        for (const core::Effects& e : batch)
            writes.insert(writes.end(), e.writes.begin(), e.writes.end());
    }
    const std::size_t before = groups_.size();
    log_->commit(batch);
    for (const core::RowWrite& write : writes) on_durable(write);
    for (std::size_t i = before; i < groups_.size(); ++i) machine_.note(groups_[i].data);
    for (core::Reply& r : replies) {
        machine_.note(std::string_view(reinterpret_cast<const char*>(&r.id.sequence), 8));
        replies_.push_back(std::move(r));
    }
}

void Gateway::step_apply() {
    applier_->apply(groups_.front());
    groups_.pop_front();
}

void Gateway::step_prefetch() {
    runtime::PrefetchRequest request = std::move(requests_.front());
    requests_.pop_front();
    auto rows = runtime::read_rows(*reader_, std::move(request));
    if (rows.has_error()) throw Died{"prefetch_failed", rows.error().message()};
    // No fault of the simulation damages a block of the store and lets it be read.
    if (!rows->unreadable.empty()) throw Died{"row_unreadable", ""};
    inbox_.emplace_back(std::move(*rows));
}

bool Gateway::can_read() const {
    return !reads_.empty() && ground_->store->applied() >= reads_.front().durable;
}

void Gateway::step_read() {
    const core::LaneRead read = reads_.front().read;
    reads_.pop_front();
    inbox_.emplace_back(core::Command{runtime::read_due_rows(*reader_, read), {}});
}

void Gateway::tick() {
    std::vector<runtime::InboxItem> nothing;
    core_->run_batch(nothing);
}

std::vector<core::Dispatch> Gateway::take_dispatches() {
    return std::exchange(dispatches_, {});
}

std::vector<core::Reply> Gateway::take_replies() {
    return std::exchange(replies_, {});
}

}  // namespace postern::simulation
