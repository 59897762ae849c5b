// The configured accounts as the webhook listener sees them: adapter, number, siblings, health. The
// table is immutable and swapped whole on a reload; health outlives the swap.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/adapter.h"
#include "adapters/sending_adapter.h"
#include "gateway/model/records.h"
#include "gateway/model/snapshot.h"
#include "gateway/model/time.h"

namespace postern::ingress {

/// What became of an account's webhooks. Any thread.
class Health final {
  public:
    std::atomic<std::uint64_t> webhooks{0};
    std::atomic<std::uint64_t> items{0};
    std::atomic<std::uint64_t> duplicates{0};
    std::atomic<std::uint64_t> bad_signatures{0};
    std::atomic<std::uint64_t> failed_handshakes{0};
    std::atomic<std::uint64_t> quarantined{0};
    std::atomic<std::uint64_t> refused_overload{0};
    std::atomic<std::int64_t> last_inbound_us{0};
    std::atomic<std::int64_t> last_error_us{0};

    /// Of what was proved to be the provider's, or was fetched by ourselves. For the operator:
    /// never content, addresses or credentials.
    void error(std::string reason, model::Instant at);
    [[nodiscard]] std::string last_error() const;

    /// A request that proved nothing: a signature that does not fit, a handshake with another
    /// token. Anybody can send one, so it says nothing of the account by itself.
    void refuse(std::string reason, model::Instant at);
    struct Refusals {
        std::string reason;  // of the last one
        model::Instant last{};
        model::Instant since{};    // the first one behind the last that came in
        std::uint64_t in_row = 0;  // … and how many they are
        /// So many, for so long, and nothing else: a secret here may be another than there.
        [[nodiscard]] bool are_all() const { return in_row >= few && last - since >= soon; }
        static constexpr std::uint64_t few = 10;
        static constexpr std::chrono::minutes soon{15};
    };
    [[nodiscard]] Refusals refusals() const;

    /// What keeps everything from coming in until a person acts, where the gateway fetches it
    /// itself: a login that is refused. Empty: nothing does.
    void stop(std::string reason);
    [[nodiscard]] std::string stopped() const;

  private:
    mutable std::mutex mutex_;
    std::string last_error_;
    std::string stopped_;
    Refusals refusals_;
};

struct Account {
    std::string name;
    std::string channel;
    model::AccountNumber number = 0;
    std::uint32_t channel_number = 0;
    adapters::AdapterConfig config;
    std::unique_ptr<adapters::HttpAdapter> adapter;
    std::unique_ptr<adapters::SendingAdapter> sending;  // null: the channel cannot send
    std::string routing;  // the provider's id of this account, from the setting the adapter names
    std::shared_ptr<const std::string> ok_reply;  // a whole pre-formatted 200
    std::shared_ptr<Health> health;
};

class AccountTable final {
  public:
    explicit AccountTable(std::vector<std::unique_ptr<Account>> accounts);

    [[nodiscard]] const Account* find(std::string_view name) const;
    [[nodiscard]] const Account* find(model::AccountNumber number) const;
    [[nodiscard]] const std::vector<std::unique_ptr<Account>>& all() const { return accounts_; }

    /// Whose item this is: `url_account` itself, a sibling of the same channel that shares its
    /// secret, or null.
    [[nodiscard]] const Account* owner(const Account& url_account, std::string_view routing) const;

    /// Those of the same channel and secret whose `setting` is `value`, `url_account` among them if
    /// it does not say.
    [[nodiscard]] std::vector<const Account*> sharing(const Account& url_account,
                                                      std::string_view setting,
                                                      std::string_view value) const;

  private:
    std::vector<std::unique_ptr<Account>> accounts_;
    std::map<std::string, const Account*, std::less<>> by_name_;
    std::map<model::AccountNumber, const Account*> by_number_;
};

/// The current table; load() is cheap enough for each request. An earlier one lives as long as a
/// request that began with it, and its secrets go with it.
class Accounts final {
  public:
    [[nodiscard]] std::shared_ptr<const AccountTable> load() const { return table_.load(); }
    /// Main thread.
    void store(std::shared_ptr<const AccountTable> table) { table_.store(std::move(table)); }

  private:
    model::Snapshot<AccountTable> table_{
        std::make_shared<const AccountTable>(std::vector<std::unique_ptr<Account>>{})};
};

}  // namespace postern::ingress
