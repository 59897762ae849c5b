#include "gateway/templates/template_table.h"

#include <algorithm>
#include <tuple>

namespace postern::templates {
namespace {

using Name = std::tuple<model::AccountNumber, std::string_view, std::string_view>;

Name name_of(const TemplatePtr& row) {
    return {row->account, row->name, row->language};
}
model::Sequence id_of_row(const TemplatePtr& row) {
    return row->id;
}

}  // namespace

TemplateTable::TemplateTable(const std::vector<model::TemplateRow>& rows) {
    for (const model::TemplateRow& row : rows)
        by_id_.push_back(std::make_shared<const model::TemplateRow>(row));
    by_name_ = by_id_;
    std::ranges::sort(by_id_, {}, id_of_row);
    std::ranges::sort(by_name_, {}, name_of);
}

std::shared_ptr<const TemplateTable> TemplateTable::with(const model::TemplateRow& row) const {
    auto next = std::make_shared<TemplateTable>(*this);
    next->erase(row.id);
    if (!row.deleted) next->put(std::make_shared<const model::TemplateRow>(row));
    return next;
}

TemplatePtr TemplateTable::find(model::Sequence id) const {
    const auto it = std::ranges::lower_bound(by_id_, id, {}, id_of_row);
    return it == by_id_.end() || (*it)->id != id ? nullptr : *it;
}

TemplatePtr TemplateTable::find(model::AccountNumber account, std::string_view name,
                                std::string_view language) const {
    const Name wanted{account, name, language};
    const auto it = std::ranges::lower_bound(by_name_, wanted, {}, name_of);
    return it == by_name_.end() || name_of(*it) != wanted ? nullptr : *it;
}

std::size_t TemplateTable::after(model::Sequence id) const {
    const auto it = std::ranges::upper_bound(by_id_, id, {}, id_of_row);
    return static_cast<std::size_t>(it - by_id_.begin());
}

void TemplateTable::put(TemplatePtr row) {
    by_name_.insert(std::ranges::lower_bound(by_name_, name_of(row), {}, name_of), row);
    by_id_.insert(std::ranges::lower_bound(by_id_, row->id, {}, id_of_row), std::move(row));
}

void TemplateTable::erase(model::Sequence id) {
    const auto known = find(id);
    if (known == nullptr) return;
    std::erase(by_id_, known);
    std::erase(by_name_, known);
}

}  // namespace postern::templates
