// A quarantined request once more to its adapter: after a fix in the adapter or in the
// configuration it becomes what it should have been; what was taken before is left out, also when
// its ids are long forgotten. I/O threads.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/ingress/accounts.h"
#include "gateway/ingress/commands.h"
#include "gateway/runtime/core_inbox.h"

namespace postern::ingress {

enum class Replayed : std::uint8_t {
    resolved,
    not_understood,  // all or some of it; the reason says what
    overloaded,      // later
};

class Replay final {
  public:
    using Done = std::function<void(Replayed, std::string reason)>;

    Replay(const Accounts& accounts, runtime::CoreInbox& inbox, const storage::KeyBytes& master,
           std::size_t io_threads, std::function<model::Instant()> now);

    /// On `thread`; `done` comes on `thread`, once messages and attempt are durable. The audit
    /// tells that `author` had it done.
    void replay(const model::QuarantineRow& row, model::Sequence id, model::Author author,
                net::IoThread& thread, Done done);

  private:
    struct Attempt;
    std::vector<core::Command> understand(const model::QuarantineRow& row, net::IoThread& thread,
                                          std::string& reason);
    void write_down(const std::shared_ptr<Attempt>& attempt);

    const Accounts& accounts_;
    runtime::CoreInbox& inbox_;
    std::function<model::Instant()> now_;
    std::vector<std::unique_ptr<CommandMaker>> makers_;
};

}  // namespace postern::ingress
