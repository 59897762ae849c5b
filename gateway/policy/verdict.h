// The answer to «may this message go now, and if not, why, until when, and what would help?». Its
// shape is gateway/model/policy_values.h, because rows hold it.
#pragma once

#include "gateway/model/policy_values.h"

namespace postern::policy {

using model::Decision;
using model::Outcome;
using model::Rule;
using model::rule_count;
using model::RuleResult;
using model::to_string;
using model::Verdict;

}  // namespace postern::policy
