// A quarantined request once more to its adapter: after a fix in the adapter or in the
// configuration it becomes what it should have been; what was taken before is dropped as a
// duplicate. I/O threads.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/ingress/accounts.h"
#include "gateway/ingress/commands.h"
#include "gateway/runtime/core_inbox.h"

namespace postern::ingress {

class Replay final {
  public:
    Replay(const Accounts& accounts, runtime::CoreInbox& inbox, const storage::KeyBytes& master,
           std::size_t io_threads, std::function<model::Instant()> now);

    /// On `thread`; `done` comes on `thread`, once attempt and messages are durable together.
    void replay(const model::QuarantineRow& row, model::Sequence id, net::IoThread& thread,
                std::function<void(bool resolved, std::string reason)> done);

  private:
    const Accounts& accounts_;
    runtime::CoreInbox& inbox_;
    std::function<model::Instant()> now_;
    std::vector<std::unique_ptr<CommandMaker>> makers_;
};

}  // namespace postern::ingress
