// The request was verified when it came; only decoding is tried again.
#include "gateway/ingress/replay.h"

#include <algorithm>

namespace postern::ingress {
namespace {

/// simdjson reads a little beyond the end of what it parses.
constexpr std::size_t body_padding = 64;

}  // namespace

Replay::Replay(const Accounts& accounts, runtime::CoreInbox& inbox, const storage::KeyBytes& master,
               std::size_t io_threads, std::function<model::Instant()> now)
    : accounts_(accounts), inbox_(inbox), now_(std::move(now)) {
    for (std::size_t i = 0; i < io_threads; ++i) {
        makers_.push_back(std::make_unique<CommandMaker>(master));
    }
}

struct Replay::Attempt {
    model::Sequence id;
    model::Author author;
    net::IoThread& thread;
    std::string reason;                // why not all of it was understood
    std::vector<std::uint64_t> taken;  // marks of what came in
    Done done;
};

std::vector<core::Command> Replay::understand(const model::QuarantineRow& row,
                                              net::IoThread& thread, std::string& reason) {
    const model::Instant now = now_();
    const auto table = accounts_.load();
    const Account* account = table->find(row.account);
    if (!account) {
        reason = "its account is not in the configuration";
        return {};
    }
    std::string body = row.body;
    body.reserve(body.size() + body_padding);
    std::vector<adapters::HeaderView> headers;
    for (const auto& [name, value] : row.headers) headers.push_back({name, value});
    const std::string_view target = row.target;
    const std::size_t mark = std::min(target.find('?'), target.size());
    const std::string_view query = target.substr(std::min(mark + 1, target.size()));
    auto batch = account->adapter->decode(
        {row.method, target, target.substr(0, mark), query, headers, body}, now);
    if (batch.has_error()) {
        reason = batch.error().message();
        return {};
    }
    auto commands = makers_[thread.index()]->make(*table, *account, *batch, now, reason);
    for (const adapters::Undecoded& u : batch->undecoded) reason = u.reason;
    // Once the horizon of duplicates is over, nothing but these marks tells what came in before.
    std::erase_if(commands, [&](const core::Command& command) {
        return std::find(row.taken.begin(), row.taken.end(), mark_of(command)) != row.taken.end();
    });
    return commands;
}

void Replay::replay(const model::QuarantineRow& row, model::Sequence id, model::Author author,
                    net::IoThread& thread, Done done) {
    auto attempt = std::make_shared<Attempt>(Attempt{id, author, thread, {}, {}, std::move(done)});
    std::vector<core::Command> commands = understand(row, thread, attempt->reason);
    if (commands.empty()) return write_down(attempt);
    std::vector<std::uint64_t> marks;
    for (const core::Command& command : commands) marks.push_back(mark_of(command));
    const bool posted =
        inbox_.post(std::move(commands), runtime::Admit::first_shed, thread,
                    [this, attempt, marks](const std::vector<core::Reply>& replies) {
                        for (std::size_t i = 0; i < replies.size(); ++i) {
                            if (replies[i].code == core::ReplyCode::unreadable) {
                                attempt->reason = "a stored row that it needs is damaged";
                            } else {
                                attempt->taken.push_back(marks[i]);
                            }
                        }
                        write_down(attempt);
                    });
    if (!posted) attempt->done(Replayed::overloaded, {});
}

/// Should this be refused or lost, the next attempt finds the items among the duplicates: they have
/// just come in.
void Replay::write_down(const std::shared_ptr<Attempt>& attempt) {
    const bool resolved = attempt->reason.empty();
    std::vector<core::Command> commands;
    commands.push_back(
        {core::ResolveQuarantine{attempt->id, resolved, attempt->reason, attempt->taken},
         {},
         attempt->author});
    const bool posted =
        inbox_.post(std::move(commands), runtime::Admit::first_shed, attempt->thread,
                    [attempt, resolved](const auto&) {
                        attempt->done(resolved ? Replayed::resolved : Replayed::not_understood,
                                      attempt->reason);
                    });
    if (!posted) attempt->done(Replayed::overloaded, {});
}

}  // namespace postern::ingress
