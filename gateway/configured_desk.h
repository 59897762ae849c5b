// What sending needs to know of the configuration (api/send_desk.h): which accounts send, what an
// address means on each, which addresses are our own or may be tested with. The table is immutable
// and swapped whole on a reload. Any thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/adapter.h"
#include "gateway/api/send_desk.h"
#include "gateway/model/snapshot.h"
#include "gateway/policy/calendars.h"

namespace postern {

/// The accounts of one configuration, with addresses of our own.
class DeskTable final {
  public:
    /// `adapter` may be null: the account only receives. `default_category` as in the
    /// configuration; empty: callers must name one.
    void add(const adapters::AdapterConfig& config, model::AccountNumber number,
             std::shared_ptr<const adapters::SendingAdapter> adapter,
             std::string_view default_category);
    /// As the configuration spells them; phone numbers are made canonical.
    void set_test_recipients(const std::vector<std::string>& addresses);
    /// Which accounts a message may take that names none.
    void set_routes(std::vector<policy::RouteRule> rules);

    /// The zones that callers may name; without them there are none.
    void set_calendars(std::shared_ptr<const policy::Calendars> calendars) {
        calendars_ = std::move(calendars);
    }

    [[nodiscard]] std::shared_ptr<const api::SendAccount> find(std::string_view name) const;
    [[nodiscard]] bool knows_zone(std::string_view name) const {
        return calendars_ && calendars_->zones.find(name) != nullptr;
    }
    [[nodiscard]] std::vector<std::shared_ptr<const api::SendAccount>> senders() const;
    [[nodiscard]] const std::shared_ptr<const std::vector<policy::RouteRule>>& routes() const {
        return routes_;
    }
    [[nodiscard]] bool is_own(const std::string& address) const { return own_.contains(address); }
    [[nodiscard]] bool is_test(const std::string& address) const { return test_.contains(address); }

  private:
    std::map<std::string, std::shared_ptr<const api::SendAccount>, std::less<>> accounts_;
    std::set<std::string> own_;
    std::set<std::string> test_;
    std::shared_ptr<const policy::Calendars> calendars_;
    std::shared_ptr<const std::vector<policy::RouteRule>> routes_ =
        std::make_shared<const std::vector<policy::RouteRule>>();
};

class ConfiguredDesk final : public api::SendDesk {
  public:
    using MakeBlind = std::function<storage::Blind(std::string_view domain, std::string_view)>;
    /// `blind` is called from any thread (storage::Sealer::blind may be).
    explicit ConfiguredDesk(MakeBlind blind) : blind_(std::move(blind)) {}

    /// Main thread: at start, before the first request, and after a reload.
    void store(std::shared_ptr<const DeskTable> table) { table_.store(std::move(table)); }

    [[nodiscard]] std::shared_ptr<const api::SendAccount> send_account(
        std::string_view name) const override {
        return table_.load()->find(name);
    }
    [[nodiscard]] std::vector<std::shared_ptr<const api::SendAccount>> send_accounts()
        const override {
        return table_.load()->senders();
    }
    [[nodiscard]] std::shared_ptr<const std::vector<policy::RouteRule>> routes() const override {
        return table_.load()->routes();
    }
    [[nodiscard]] model::Route route_to(const api::SendAccount& account,
                                        std::string_view typed) const override;
    [[nodiscard]] bool knows_zone(std::string_view name) const override {
        return table_.load()->knows_zone(name);
    }
    [[nodiscard]] storage::Blind blind(std::string_view domain,
                                       std::string_view value) const override {
        return blind_(domain, value);
    }
    [[nodiscard]] model::PartKey fresh_key() const override;

    using MakeMediaUrl =
        std::function<std::string(std::string_view account_url, const model::UploadId& upload)>;
    /// Before the first request. Called from any thread.
    void set_media_url(MakeMediaUrl make) { media_url_ = std::move(make); }
    [[nodiscard]] std::string media_url(const api::SendAccount& account,
                                        const model::UploadId& upload) const override {
        return media_url_ ? media_url_(account.public_url, upload) : std::string{};
    }

  private:
    MakeBlind blind_;
    MakeMediaUrl media_url_;
    model::Snapshot<DeskTable> table_{std::make_shared<const DeskTable>()};
};

}  // namespace postern
