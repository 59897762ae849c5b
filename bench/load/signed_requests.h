// WhatsApp webhooks of about 700 bytes, each with its own message id and a valid signature. Only
// the signatures are computed ahead and kept (64 bytes a request): the rest of a request is a
// template into which three short fields are copied, so that the generator spends next to nothing a
// send.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bench/load/requests.h"

namespace postern::load {

struct RequestOptions {
    std::string host;
    std::string path;
    std::string secret;
    std::uint64_t run = 0;  // part of every message id: no two runs repeat one
    std::uint64_t first_sender = 0;
    std::uint64_t senders = 0;  // 0: every message is from a new sender
    std::size_t count = 0;
};

/// One thread. Immutable once made; write() is a copy.
class SignedRequests final : public Requests {
  public:
    /// Computes all signatures: about 2 us each.
    explicit SignedRequests(const RequestOptions& options);

    [[nodiscard]] std::size_t count() const override {
        return signatures_.size() / signature_bytes;
    }
    [[nodiscard]] std::size_t body_bytes() const override { return body_bytes_; }
    [[nodiscard]] const std::string& blank() const override { return blank_; }
    void write(std::size_t index, char* buffer) const override;

  private:
    static constexpr std::size_t signature_bytes = 64;

    void write_fields(std::size_t index, char* buffer) const;
    [[nodiscard]] std::uint64_t sender(std::size_t index) const;

    RequestOptions options_;
    std::string blank_;
    std::size_t body_bytes_ = 0;
    std::size_t signature_at_ = 0;
    std::size_t contact_at_ = 0;
    std::size_t from_at_ = 0;
    std::size_t id_at_ = 0;
    std::string signatures_;
};

}  // namespace postern::load
