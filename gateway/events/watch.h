// What a long poll and a stream have in common (private): the place in the history, the query that
// reads on from it, and the sleep until there is more. On one I/O thread, except inside the query.
#pragma once

#include <functional>
#include <memory>

#include "gateway/events/stream.h"

namespace postern::events {

/// Counts the request among the open ones for as long as it lives.
class EventStream::Slot final {
  public:
    explicit Slot(std::atomic<std::size_t>& open) : open_(open) { ++open_; }
    ~Slot() { --open_; }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

  private:
    std::atomic<std::size_t>& open_;
};

/// Posts a query for the page and brings it back to `thread`. False: too many queries wait.
[[nodiscard]] bool ask(const StreamServices& services, net::IoThread& thread,
                       const PageRequest& request, std::function<void(Page)> done);

/// A long poll: answers as soon as there is an event, or when the wait is over.
class LongPoll final : public std::enable_shared_from_this<LongPoll> {
  public:
    LongPoll(EventStream& stream, net::Responder responder, Headers headers, PageRequest request,
             std::chrono::seconds wait);
    void start();

  private:
    void query();
    void on_page(Page page);
    void sleep(model::Sequence applied);
    void nap();
    void on_signal();
    void on_nap_over();
    void stop_waiting();
    void answer(const Page& page);
    void refuse(const Refusal& refusal);

    EventStream& stream_;
    const EventStream::Slot slot_;
    net::Responder responder_;
    net::IoThread& thread_;
    Headers headers_;
    PageRequest request_;
    std::chrono::microseconds deadline_;
    std::chrono::microseconds looking_until_;  // steady
    bool sleeping_ = false;
    std::function<void()> cancel_signal_;
    std::function<void()> cancel_timer_;
};

/// Server-Sent Events: the answer that does not end.
class ServerSent final : public std::enable_shared_from_this<ServerSent> {
  public:
    ServerSent(EventStream& stream, net::Responder responder, Headers headers, PageRequest request);
    void start();

  private:
    void query();
    void on_page(Page page);
    [[nodiscard]] bool open_stream();
    void pump();
    void sleep();
    void on_signal();
    void keep_alive();
    void on_keep_alive();
    void pause(std::chrono::milliseconds delay, void (ServerSent::*then)());
    void close();

    EventStream& stream_;
    const EventStream::Slot slot_;
    net::Responder responder_;  // until the head is sent
    net::IoThread& thread_;
    Headers headers_;
    PageRequest request_;
    std::shared_ptr<net::BodyStream> body_;
    Page page_;
    std::size_t sent_ = 0;  // events of page_ that were written
    bool wrote_ = false;    // since the last keep-alive
    bool sleeping_ = false;
    bool closed_ = false;
    std::function<void()> cancel_signal_;
    std::function<void()> cancel_pause_;
    std::function<void()> cancel_keep_alive_;
};

}  // namespace postern::events
