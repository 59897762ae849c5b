// Dispatch: one plan and one apply a kind of command.
#include "gateway/core/core.h"

#include <algorithm>

#include "gateway/core/plan.h"
#include "gateway/core/writer.h"

namespace postern::core {

Core::Core(const CoreOptions& options, SmallTables tables)
    : epoch_(options.epoch),
      sequence_(options.last_sequence),
      wall_max_(options.wall_min),
      rows_(options.rows_max),
      workspace_(std::move(tables.workspace)) {
    for (model::AccountRow& a : tables.accounts) accounts_.emplace(a.number, std::move(a));
    for (model::ApiKeyRow& k : tables.api_keys) api_keys_.emplace(k.id, std::move(k));
}

void Core::plan(const Command& command, model::Now now,
                std::vector<storage::RowKey>& missing) const {
    now.wall = std::max(wall_max_, now.wall);  // the moment that apply() will judge by
    std::visit([&](const auto& c) { plan_rows(c, now, rows_, missing); }, command.payload);
}

void Core::apply(const Command& command, model::Now now, Effects& effects) {
    wall_max_ = std::max(wall_max_, now.wall);
    now.wall = wall_max_;
    Writer writer(*this, command, now, effects);
    std::visit([&](const auto& c) { apply_payload(c, writer); }, command.payload);
}

}  // namespace postern::core
