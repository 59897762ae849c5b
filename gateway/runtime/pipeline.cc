// Wiring and admission.
#include "gateway/runtime/pipeline.h"

#include "gateway/runtime/clock.h"
#include "gateway/runtime/due_rows.h"

namespace postern::runtime {
namespace {

constexpr std::chrono::seconds drain_patience{10};

core::CoreOptions core_options(const Ground& ground, const PipelineOptions& options,
                               model::Instant now) {
    core::CoreOptions core;
    core.epoch = ground.anchor_state.epoch;
    core.last_sequence = ground.anchor_state.durable;
    core.wall_min = core_time_at_start(ground, now);
    core.rows_max = options.rows_kept_max;
    return core;
}

}  // namespace

Pipeline::Pipeline(Ground& ground, core::SmallTables tables, const PipelineOptions& options,
                   std::function<void(const model::RecordPtr&)> publish)
    : ground_(ground),
      options_(options),
      applier_(*ground.store, wakes_, probe_),
      log_(*ground.store, *ground.log, *ground.anchor, ground.anchor_state, ground.master, wakes_,
           {.apply = [this](DurableGroup group) { applier_.post(std::move(group)); },
            .publish = std::move(publish),
            .released = [this](Release::Released r) { on_released(r); },
            .dispatch =
                [this](std::vector<core::Dispatch> d) {
                    if (egress_) egress_(std::move(d));
                },
            .read = [this](const core::LaneRead& read) { read_lane(read); },
            .now = read_clocks,
            .before_exit = options.before_exit},
           probe_),
      start_(core_options(ground, options, read_clocks().wall)),
      recorder_(options.recorder ? options.recorder(start_, tables) : nullptr),
      core_(core::Core(start_, std::move(tables)), options.in_flight_max * 2,
            {.commit = [this](core::Effects effects) { log_.post(std::move(effects)); },
             .prefetch = [this](PrefetchRequest request) { prefetch_->post(std::move(request)); },
             .applied = [this] { return ground_.store->applied(); },
             .now = read_clocks,
             .figures =
                 [this](core::Figures figures) {
                     figures_.store(std::make_shared<const core::Figures>(std::move(figures)));
                 }},
            ground.poison.get(), probe_),
      queries_(
          options.query_threads, *ground.store, ground.master, [this] { return log_.durable(); },
          wakes_, probe_) {
    prefetch_ = std::make_unique<Prefetcher>(
        *ground.store, ground.master,
        [this](PrefetchedRows rows) { core_.inbox().push_always(std::move(rows)); });
    wakes_.raise(ground.store->applied());
    applier_.start();
    log_.start();
    core_.record(recorder_.get());
    core_.start();
}

Pipeline::~Pipeline() {
    stop();
}

std::size_t Pipeline::limit_of(Admit admit) const {
    // An eighth is kept for what must be shed last.
    return admit == Admit::last_shed ? options_.in_flight_max : options_.in_flight_max / 8 * 7;
}

bool Pipeline::overloaded(Admit admit) const {
    // Bytes are bounded for all alike: memory is what would be lost.
    return options_.read_only || in_flight_.load() >= limit_of(admit) ||
           in_flight_bytes_.load() >= options_.in_flight_bytes_max;
}

bool Pipeline::post(std::vector<core::Command> commands, Admit admit, net::IoThread& thread,
                    std::function<void(const std::vector<core::Reply>&)> done) {
    if (overloaded(admit)) {
        probe_.refused_overload.fetch_add(1, std::memory_order_relaxed);
        return false;
    }
    std::size_t bytes = 0;
    for (const core::Command& command : commands) bytes += core::bytes_of(command);
    in_flight_bytes_.fetch_add(bytes);
    in_flight_.fetch_add(commands.size());
    auto pending = std::make_unique<PendingReply>();
    pending->thread = &thread;
    pending->expected = commands.size();
    pending->bytes = bytes;
    pending->replies.resize(commands.size());
    pending->done = std::move(done);
    core::Ticket ticket = pending.release()->ticket();
    for (core::Command& command : commands) {
        command.ticket = ticket;
        ++ticket.place;
    }
    core_.inbox().push_always(std::move(commands));
    return true;
}

bool Pipeline::post(core::Command command) {
    // Nobody waits, so nothing is counted as in flight: these are few (canary, notes, retention).
    return !options_.read_only && core_.inbox().push(std::move(command));
}

void Pipeline::post_always(core::Command command) {
    if (options_.read_only) return;
    core_.inbox().push_always(std::move(command));
}

void Pipeline::read_lane(const core::LaneRead& read) {
    queries_.post_always([this, read](Reader& reader) {
        core_.inbox().push_always(core::Command{read_due_rows(reader, read), {}});
    });
}

void Pipeline::on_released(Release::Released released) {
    in_flight_bytes_.fetch_sub(released.bytes);
    if (in_flight_.fetch_sub(released.replies) != released.replies) return;
    const std::lock_guard lock(idle_mutex_);
    idle_.notify_all();
}

void Pipeline::stop() {
    if (stopped_) return;
    stopped_ = true;
    {
        // A command that waits for rows still needs the prefetch: let all that was taken end first.
        std::unique_lock lock(idle_mutex_);
        idle_.wait_for(lock, drain_patience, [this] { return in_flight_.load() == 0; });
    }
    core_.stop();
    if (prefetch_) prefetch_->stop();
    log_.stop();
    applier_.stop();
    wakes_.close();
    queries_.stop();
}

}  // namespace postern::runtime
