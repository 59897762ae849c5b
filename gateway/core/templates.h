// The templates, all in memory, by number and by what a message names; and the messages that wait
// for one. A value of the core's: one thread, no I/O.
#pragma once

#include <compare>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "gateway/core/template_commands.h"

namespace postern::core {

/// A message waits for that template; the queue holds it under template_lane.
struct TemplateWait {
    model::AccountNumber account = 0;
    model::Sequence waited_for = 0;  // the template
    model::Sequence message = 0;
    auto operator<=>(const TemplateWait&) const = default;
};

class Templates final {
  public:
    /// As found at the start. Waits that have come to their end meanwhile (the status changed and
    /// the process ended before anybody was asked again) are woken.
    explicit Templates(std::vector<model::TemplateRow> rows,
                       const std::vector<TemplateWait>& waits = {});

    [[nodiscard]] std::size_t size() const { return rows_.size(); }
    /// Null: there is none. Valid until the next put or erase.
    [[nodiscard]] const model::TemplateRow* find(model::Sequence id) const;
    [[nodiscard]] const model::TemplateRow* find(model::AccountNumber account,
                                                 std::string_view name,
                                                 std::string_view language) const;
    /// By the provider's id, else by name or the provider's own name.
    [[nodiscard]] const model::TemplateRow* find_told(model::AccountNumber account,
                                                      const TemplateNews& news) const;

    /// In the place of the one with its id.
    void put(model::TemplateRow row);
    void erase(model::Sequence id);

    /// A message waits for its approval. False: it was known to.
    bool wait(const TemplateWait& wait);
    /// False: it was not known to wait.
    bool forget(const TemplateWait& wait);
    /// Whoever waits for `id` is to be asked again.
    void wake(model::Sequence id);
    [[nodiscard]] bool has_woken() const { return !woken_.empty(); }
    /// At most `count` of them, which wait no longer.
    [[nodiscard]] std::vector<TemplateWait> take_woken(std::size_t count);

  private:
    using Name = std::tuple<model::AccountNumber, std::string, std::string>;
    static Name name_of(const model::TemplateRow& row) {
        return {row.account, row.name, row.language};
    }

    std::map<model::Sequence, model::TemplateRow> rows_;
    std::map<Name, model::Sequence> by_name_;
    /// By template. The queue has the same, for the next start.
    std::map<model::Sequence, std::set<TemplateWait>> waiting_;
    std::set<TemplateWait> woken_;
};

}  // namespace postern::core
