// A verdict as the API tells it: all rules in their order, those that passed too.
#pragma once

#include "gateway/model/json.h"
#include "gateway/policy/verdict.h"

namespace postern::policy {

/// Writes {"decision","until","rules":[{"rule","outcome",…}]} as the writer's next value. `until`
/// is null where there is nothing to wait for, or no end of the wait.
void write_verdict(const Verdict& verdict, model::JsonWriter& out);
[[nodiscard]] std::string verdict_json(const Verdict& verdict);

}  // namespace postern::policy
