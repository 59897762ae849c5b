// The store as a map, and the samples that the tests share.
#include "tests/core/bench.h"

#include "gateway/core/due_lane.h"

#include <gtest/gtest.h>

namespace postern::core {

model::Instant at(std::chrono::microseconds after_new_year) {
    return model::Instant{new_year} + after_new_year;
}

std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 0xcbf2'9ce4'8422'2325;  // FNV-1a
    for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100'0000'01b3;
    return hash;
}

storage::Blind blind_of(std::string_view text) {
    storage::Blind blind;
    const std::uint64_t halves[2] = {hash_of(text), hash_of(std::string(text) + "'")};
    std::memcpy(blind.bytes.data(), halves, sizeof halves);
    return blind;
}

IdentityKey channel_identity(std::string_view address) {
    return {channel_scope, blind_of(address)};
}

IdentityKey account_identity(model::AccountNumber account, std::string_view address) {
    return {account, blind_of(address)};
}

ReceiveMessage text_from(std::string_view address, std::string_view id, model::Instant time,
                         model::AccountNumber account) {
    ReceiveMessage c;
    c.inbound.account = account;
    c.inbound.identities = {channel_identity(address)};
    c.inbound.dedupe_hash = hash_of(id);
    c.inbound.horizon_s = 2 * 86'400;
    c.inbound.fresh_key.fill(static_cast<std::uint8_t>(1 + hash_of(id) % 250));
    c.message.external_id = id;
    c.message.sender.aliases = {{std::string(address), adapters::IdentityScope::channel}};
    c.message.sender.name = "Ana";
    c.message.content.text = "hola";
    c.message.provider_time = time;
    return c;
}

SmallTables Bench::two_accounts() {
    SmallTables tables;
    for (const model::AccountNumber number : {1u, 2u}) {
        model::AccountRow row;
        row.number = number;
        row.name = number == 1 ? "wa-main" : "wa-second";
        row.channel = "whatsapp";
        tables.accounts.push_back(std::move(row));
    }
    return tables;
}

Bench::Bench(SmallTables tables, CoreOptions options)
    : core_(std::make_unique<Core>(options, std::move(tables))) {}

void Bench::restart() {
    SmallTables tables = two_accounts();
    for (const auto& [key, record] : store_) {
        if (const auto* row = model::get_if<model::LimitsRow>(record.get()))
            tables.limits.push_back(*row);
        if (const auto* row = model::get_if<model::ZoneGroupsRow>(record.get()))
            tables.zone_groups = *row;
        if (const auto* row = model::get_if<model::TemplateRow>(record.get()))
            tables.templates.push_back(*row);
        if (!model::holds<model::DueRow>(*record)) continue;
        const auto number = [&](int from, int to) {
            std::uint64_t n = 0;
            for (int i = from; i < to; ++i) n = n << 8 | static_cast<std::uint8_t>(key.view()[i]);
            return n;
        };
        const auto account = static_cast<model::AccountNumber>(number(1, 5));
        tables.lanes.emplace_back(account, number(5, 13));
        if (number(5, 13) == template_lane)
            tables.template_waits.push_back({account, number(13, 21), number(21, 29)});
    }
    CoreOptions options;
    options.epoch = 2;
    options.last_sequence = core_->last_sequence();
    core_ = std::make_unique<Core>(options, std::move(tables));
}

const Effects& Bench::run(Payload payload, model::Instant now) {
    const Command command{std::move(payload), {0, 7}};
    const model::Now time = clocks(now);
    effects_.clear();
    asked_.clear();
    for (;;) {
        std::vector<storage::RowKey> missing;
        core_->plan(command, time, missing);
        if (missing.empty()) break;
        EXPECT_NE(lane_of(command), 0u) << "what waits for rows waits in a lane";
        asked_.push_back(missing);
        if (asked_.size() > 4) {
            ADD_FAILURE() << "the plan does not end";
            return effects_;
        }
        for (const storage::RowKey& key : missing) {
            const auto it = store_.find(key);
            core_->rows().load(key, it == store_.end() ? nullptr : it->second);
        }
    }
    core_->apply(command, time, effects_);
    EXPECT_LE(effects_.writes.size(), rows_per_apply_max);
    for (const RowWrite& write : effects_.writes) {
        if (write.record) {
            store_[write.key] = write.record;
        } else {
            store_.erase(write.key);
        }
    }
    for (const RangeErase& erase : effects_.erases) {
        store_.erase(store_.lower_bound(erase.from), store_.lower_bound(erase.to));
    }
    return effects_;
}

LaneRows Bench::read_lane(const LaneRead& read) const {
    LaneRows rows{read.account, read.lane, read.generation, {}, true};
    const auto after = static_cast<std::uint64_t>(read.after.first.time_since_epoch().count());
    auto it =
        store_.upper_bound(storage::keys::due(read.account, read.lane, after, read.after.second));
    const auto end = store_.lower_bound(storage::keys::due(read.account, read.lane + 1, 0, 0));
    for (; it != end; ++it) {
        if (rows.rows.size() == DueLane::window_max) {
            rows.end = false;
            break;
        }
        std::uint64_t us = 0;
        for (int i = 13; i < 21; ++i) us = us << 8 | static_cast<std::uint8_t>(it->first.view()[i]);
        rows.rows.push_back({model::Instant{std::chrono::microseconds{us}},
                             storage::keys::trailing_u64(it->first.view()),
                             model::get<model::DueRow>(*it->second).part});
    }
    return rows;
}

void Bench::turn(model::Instant now, std::vector<Dispatch>& dispatched) {
    const model::Now time = clocks(now);
    for (int rounds = 0; rounds < 10'000; ++rounds) {
        std::vector<Command> next;
        Effects asked;
        core_->run_due(time, asked, next);
        if (next.empty() && asked.reads.empty()) return;
        for (const LaneRead& read : asked.reads) run(read_lane(read), now);
        for (Command& command : next) {
            run(std::move(command.payload), now);
            for (Dispatch& d : effects_.dispatches) dispatched.push_back(std::move(d));
        }
    }
    ADD_FAILURE() << "the due queue does not come to rest";
}

const Reply& Bench::reply() const {
    static const Reply none{{}, ReplyCode::conflict, {}, nullptr};
    EXPECT_EQ(effects_.replies.size(), 1u);
    return effects_.replies.empty() ? none : effects_.replies.front();
}

void Bench::forget() {
    core_->rows().set_floor(core_->last_sequence());
    core_->rows().evict_if([](const storage::RowKey&) { return true; });
    EXPECT_EQ(core_->rows().size(), 0u);
}

void Bench::lose(const storage::RowKey& key) {
    store_.erase(key);
}

std::size_t Bench::count_stored(char prefix) const {
    std::size_t n = 0;
    for (const auto& [key, record] : store_) n += key.prefix() == prefix ? 1 : 0;
    return n;
}

}  // namespace postern::core
