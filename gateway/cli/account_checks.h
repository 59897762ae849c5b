// Checks of accounts over the API, several at once: for the doctor and for the list of what each
// account lacks.
#pragma once

#include <string>
#include <vector>

#include "gateway/cli/api.h"
#include "gateway/cli/doctor_checks.h"

namespace postern::cli {

struct AccountCheck {
    std::string account;
    Answer answer;  // of POST /v1/accounts/{account}/check
};

/// The ids of all accounts that are configured; false if the API did not say (`problem`).
[[nodiscard]] bool list_accounts(Api& api, std::vector<std::string>& ids, Answer& problem);

/// In the order of `ids`; up to eight at a time, since each waits for its provider.
[[nodiscard]] std::vector<AccountCheck> check_accounts(const Context& context,
                                                       const std::vector<std::string>& ids);

/// Each finding as one of the doctor's, named "wa-main webhook". A check that did not take place
/// is a finding, too.
void add_findings(const AccountCheck& check, std::vector<Check>& out);

}  // namespace postern::cli
