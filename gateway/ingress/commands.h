// Decoded items to commands: addresses become keyed hashes, chance comes along, siblings are told
// apart. One CommandMaker an I/O thread.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "gateway/core/command.h"
#include "gateway/ingress/accounts.h"
#include "storage/seal.h"

namespace postern::ingress {

/// Bytes that came along with a message, on their way to the media store.
struct CarriedFile {
    std::size_t command = 0;  // which of the commands has it
    std::size_t place = 0;    // which of its attachments
    std::string mime;
    std::string filename;
    std::string bytes;
};

class CommandMaker final {
  public:
    explicit CommandMaker(const storage::KeyBytes& master) : sealer_(master) {}

    /// `now`: what decode() was given. Commands for each item of `batch`, each for its own account;
    /// `orphans` says what had no owner.
    [[nodiscard]] std::vector<core::Command> make(const AccountTable& table,
                                                  const Account& url_account,
                                                  adapters::InboundBatch& batch, model::Instant now,
                                                  std::string& orphans);
    /// The same; files are moved to `files`, and are for the caller to keep.
    [[nodiscard]] std::vector<core::Command> make(const AccountTable& table,
                                                  const Account& url_account,
                                                  adapters::InboundBatch& batch, model::Instant now,
                                                  std::string& orphans,
                                                  std::vector<CarriedFile>& files);

    /// The whole request, kept for a person: without signatures and credentials. `taken`: marks of
    /// the items that came in all the same.
    [[nodiscard]] static core::Command quarantine(const Account& account,
                                                  const adapters::WebhookRequest& request,
                                                  std::string reason,
                                                  std::vector<std::uint64_t> taken);

  private:
    /// What an item says of itself, as far as every kind does.
    struct Facts {
        const adapters::Sender* sender = nullptr;
        std::string_view group;
        std::string_view dedupe_domain;
        std::string_view dedupe_id;
        model::Instant provider_time{};
    };
    core::Inbound inbound(const Account& account, const Facts& facts, model::Instant now);
    core::Command command(const Account& account, adapters::InboundItem& item, model::Instant now);
    void fresh_key(model::PartKey& key);

    storage::Sealer sealer_;
    std::array<std::uint8_t, 4096> random_{};
    std::size_t random_left_ = 0;
};

/// Which item of its request a command was made of: the same whenever the request is decoded again,
/// whatever else is understood by then.
[[nodiscard]] std::uint64_t mark_of(const core::Command& command);

}  // namespace postern::ingress
