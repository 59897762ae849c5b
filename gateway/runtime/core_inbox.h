// The only door to the core: post a command, get its reply on your own I/O thread once it is
// durable.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "gateway/core/command.h"
#include "gateway/core/effects.h"
#include "gateway/net/io_thread.h"

namespace postern::runtime {

/// Who is shed first when the gateway is overloaded (DESIGN, «Admission before apply»).
enum class Admit : std::uint8_t {
    first_shed,  // API calls and webhooks of providers that redeliver
    last_shed,   // providers that do not redeliver, receipts
};

class CoreInbox {
  public:
    virtual ~CoreInbox() = default;

    /// Any thread, never waits. False: overloaded, answer 503 with Retry-After. On true, `done`
    /// runs once on `thread`, after the effects are durable; `replies[i]` is that of
    /// `commands[i]`.
    [[nodiscard]] virtual bool post(std::vector<core::Command> commands, Admit admit,
                                    net::IoThread& thread,
                                    std::function<void(const std::vector<core::Reply>&)> done) = 0;

    /// Without an answer. False: overloaded.
    [[nodiscard]] virtual bool post(core::Command command) = 0;

    /// Without an answer, and never refused: what became of things that were taken already. Bounded
    /// by their cause.
    virtual void post_always(core::Command command) { (void)post(std::move(command)); }

    /// Why post() would refuse now ("" if it would not): for admission before a body is read.
    [[nodiscard]] virtual bool overloaded(Admit admit) const = 0;
};

}  // namespace postern::runtime
