// The templates as they are now, for readers: immutable, replaced as a whole when one changes
// (model::Snapshot). A copy shares the rows, so a change costs a pointer a template. Any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "gateway/model/template.h"

namespace postern::templates {

using TemplatePtr = std::shared_ptr<const model::TemplateRow>;

class TemplateTable final {
  public:
    TemplateTable() = default;
    explicit TemplateTable(const std::vector<model::TemplateRow>& rows);

    /// With this row in the place of the one with its id, or without it if it is deleted.
    [[nodiscard]] std::shared_ptr<const TemplateTable> with(const model::TemplateRow& row) const;

    /// Null: there is none.
    [[nodiscard]] TemplatePtr find(model::Sequence id) const;
    [[nodiscard]] TemplatePtr find(model::AccountNumber account, std::string_view name,
                                   std::string_view language) const;

    /// In the order in which they were made.
    [[nodiscard]] const std::vector<TemplatePtr>& all() const { return by_id_; }
    /// The first in all() that was made after `id`.
    [[nodiscard]] std::size_t after(model::Sequence id) const;

  private:
    void put(TemplatePtr row);
    void erase(model::Sequence id);

    std::vector<TemplatePtr> by_id_;    // sorted by id
    std::vector<TemplatePtr> by_name_;  // sorted by account, name, language
};

}  // namespace postern::templates
