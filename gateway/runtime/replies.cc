// Tickets are addresses of PendingReply: given by post(), used once.
#include "gateway/runtime/replies.h"

#include <utility>

namespace postern::runtime {

void Release::add(core::Reply reply) {
    if (reply.ticket.thread == core::Ticket::nobody) return;
    auto* pending = reinterpret_cast<PendingReply*>(reply.ticket.id);
    // A lane that waits for rows answers after those behind it.
    pending->replies[reply.ticket.place] = std::move(reply);
    ++waiting_.replies;
    if (++pending->received < pending->expected) return;
    waiting_.bytes += pending->bytes;
    const std::size_t thread = pending->thread->index();
    if (by_thread_.size() <= thread) by_thread_.resize(thread + 1);
    by_thread_[thread].emplace_back(pending);
}

Release::Released Release::flush() {
    for (auto& batch : by_thread_) {
        if (batch.empty()) continue;
        net::IoThread& thread = *batch.front()->thread;
        // std::function wants copies: the batch rides in a shared_ptr.
        auto shared =
            std::make_shared<std::vector<std::unique_ptr<PendingReply>>>(std::move(batch));
        batch.clear();
        thread.post([shared] {
            for (const auto& pending : *shared) pending->done(pending->replies);
        });
    }
    return std::exchange(waiting_, {});
}

}  // namespace postern::runtime
