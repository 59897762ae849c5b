// The body of a large webhook (a mail with its files) while it comes. All large bodies together
// have a bound, so that a few slow senders cannot fill the memory; small ones do not come here. One
// connection's thread.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/net/http.h"
#include "gateway/net/io_thread.h"

namespace postern::ingress {

inline constexpr std::size_t large_bodies_bytes_max = std::size_t{256} << 20;

/// Bytes of all bodies that are held now.
using BodyBudget = std::atomic<std::size_t>;

class LargeBody final : public net::BodySink {
  public:
    explicit LargeBody(std::shared_ptr<BodyBudget> budget) : budget_(std::move(budget)) {}
    ~LargeBody() override { budget_->fetch_sub(taken_); }
    LargeBody(const LargeBody&) = delete;
    LargeBody& operator=(const LargeBody&) = delete;

    void write(std::string bytes, net::IoThread& thread, std::function<void(bool)> done) override;
    [[nodiscard]] net::Response refusal() override;

    /// All of it, once handle() was called; 64 readable bytes follow.
    [[nodiscard]] std::string_view text();

  private:
    std::shared_ptr<BodyBudget> budget_;
    std::size_t taken_ = 0;  // of the budget
    std::string bytes_;
    std::size_t size_ = 0;
    bool padded_ = false;
};

}  // namespace postern::ingress
