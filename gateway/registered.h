// What the small tables say now, for everybody outside the core: fed after durability. Any thread.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/core.h"
#include "gateway/model/records.h"

namespace postern {

class Registered final {
  public:
    explicit Registered(const core::SmallTables& tables);

    /// Log thread: a row changed.
    void publish(const model::RecordPtr& record);

    [[nodiscard]] std::map<std::string, model::AccountRow> accounts() const;
    [[nodiscard]] model::WorkspaceRow workspace() const;
    [[nodiscard]] std::map<model::Sequence, model::SubscriptionRow> subscriptions() const;

    /// What is wrong with an account of the configuration that would be `channel`, and what to do;
    /// "" if nothing is. An id belongs to one channel for ever: contacts hang on it.
    [[nodiscard]] std::string problem_of(const std::string& name, std::string_view channel) const;

  private:
    mutable std::mutex mutex_;
    std::map<std::string, model::AccountRow> accounts_;
    model::WorkspaceRow workspace_;
    std::map<model::Sequence, model::SubscriptionRow> subscriptions_;
};

}  // namespace postern
