// The web chats of the configuration, read once: who may open one, with which form, and the secrets
// that tell visitors apart. Immutable, swapped whole on a reload.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/model/secret.h"
#include "adapters/webchat/form.h"
#include "adapters/webchat/origins.h"
#include "gateway/ingress/accounts.h"
#include "gateway/model/snapshot.h"

namespace postern::webchat {

struct Site {
    std::string name;
    model::AccountNumber number = 0;
    std::vector<adapters::Secret> secrets;  // newest first, never empty
    adapters::webchat::Origins origins;
    adapters::webchat::Form form;
};

using SiteTable = std::map<std::string, std::shared_ptr<const Site>, std::less<>>;

class Sites final {
  public:
    /// Main thread, at start and after a reload. Accounts have their numbers.
    void reload(const ingress::AccountTable& accounts);
    /// Any thread; null: no such chat.
    [[nodiscard]] std::shared_ptr<const Site> find(std::string_view name) const;

  private:
    model::Snapshot<SiteTable> table_{std::make_shared<const SiteTable>()};
};

}  // namespace postern::webchat
