#include "gateway/cli/account_checks.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include <fmt/format.h>

#include "gateway/cli/document.h"
#include "gateway/cli/verdict_text.h"

namespace postern::cli {
namespace {

constexpr std::size_t at_once = 8;

Grade grade_of(std::string_view result) {
    if (result == "ok") return Grade::ok;
    if (result == "warn") return Grade::warn;
    return result == "fail" ? Grade::fail : Grade::unknown;
}

}  // namespace

bool list_accounts(Api& api, std::vector<std::string>& ids, Answer& problem) {
    std::string cursor;
    do {
        const std::string after = cursor.empty() ? "" : "&cursor=" + percent_encoded(cursor);
        Answer answer = api.get("/v1/accounts?limit=200" + after);
        Document page;
        if (!answer.ok() || !page.parse(answer.body)) {
            problem = std::move(answer);
            return false;
        }
        for_each_at(page.root(), "/data", [&ids](Element account) {
            if (text_at(account, "/state") != "removed") ids.push_back(text_at(account, "/id"));
        });
        cursor = text_at(page.root(), "/next_cursor");
    } while (!cursor.empty());
    return true;
}

std::vector<AccountCheck> check_accounts(const Context& context,
                                         const std::vector<std::string>& ids) {
    std::vector<AccountCheck> checks(ids.size());
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        Api api(context.api, context.key);
        for (std::size_t i = next++; i < ids.size(); i = next++) {
            const std::string path = "/v1/accounts/" + percent_encoded(ids[i]) + "/check";
            checks[i] = {ids[i], api.post(path, "{}")};
        }
    };
    std::vector<std::jthread> workers;
    for (std::size_t n = 1; n < std::min(at_once, ids.size()); ++n) workers.emplace_back(work);
    work();
    workers.clear();  // waits for them
    return checks;
}

void add_findings(const AccountCheck& check, std::vector<Check>& out) {
    Document document;
    if (!check.answer.ok() || !document.parse(check.answer.body)) {
        out.push_back({Grade::fail, check.account, "not checked: " + check.answer.problem, {}});
        return;
    }
    for_each_at(document.root(), "/checks", [&](Element finding) {
        std::string name = text_at(finding, "/check");
        std::replace(name.begin(), name.end(), '_', ' ');
        out.push_back(
            {grade_of(text_at(finding, "/result")), fmt::format("{} {}", check.account, name),
             one_line(text_at(finding, "/found")), one_line(text_at(finding, "/advice"))});
    });
}

}  // namespace postern::cli
