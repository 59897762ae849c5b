#include "gateway/core/templates.h"

#include <algorithm>

namespace postern::core {

Templates::Templates(std::vector<model::TemplateRow> rows, const std::vector<TemplateWait>& waits) {
    for (model::TemplateRow& row : rows) put(std::move(row));
    for (const TemplateWait& wait : waits) {
        const model::TemplateRow* row = find(wait.waited_for);
        const bool waits_on = row && (row->status == model::TemplateStatus::pending ||
                                      row->status == model::TemplateStatus::paused);
        if (waits_on) {
            waiting_[wait.waited_for].insert(wait);
        } else {
            woken_.insert(wait);
        }
    }
}

const model::TemplateRow* Templates::find(model::Sequence id) const {
    const auto it = rows_.find(id);
    return it == rows_.end() ? nullptr : &it->second;
}

const model::TemplateRow* Templates::find(model::AccountNumber account, std::string_view name,
                                          std::string_view language) const {
    const auto it = by_name_.find(Name{account, std::string(name), std::string(language)});
    return it == by_name_.end() ? nullptr : find(it->second);
}

const model::TemplateRow* Templates::find_told(model::AccountNumber account,
                                               const TemplateNews& news) const {
    if (const auto* own = find(account, news.name, news.language)) return own;
    const auto begin = by_name_.lower_bound(Name{account, {}, {}});
    for (auto it = begin; it != by_name_.end() && std::get<0>(it->first) == account; ++it) {
        const model::TemplateRow& row = rows_.at(it->second);
        const bool same_id = !news.provider_id.empty() && row.provider_id == news.provider_id;
        const bool same_name = row.provider_name == news.name && row.language == news.language;
        if (same_id || same_name) return &row;
    }
    return nullptr;
}

void Templates::put(model::TemplateRow row) {
    const model::Sequence id = row.id;
    if (const auto* before = find(id)) by_name_.erase(name_of(*before));
    by_name_[name_of(row)] = id;
    rows_.insert_or_assign(id, std::move(row));
}

void Templates::erase(model::Sequence id) {
    const auto it = rows_.find(id);
    if (it == rows_.end()) return;
    by_name_.erase(name_of(it->second));
    rows_.erase(it);
}

bool Templates::wait(const TemplateWait& wait) {
    return waiting_[wait.waited_for].insert(wait).second;
}

bool Templates::forget(const TemplateWait& wait) {
    const bool was_woken = woken_.erase(wait) > 0;
    const auto it = waiting_.find(wait.waited_for);
    if (it == waiting_.end()) return was_woken;
    const bool waited = it->second.erase(wait) > 0;
    if (it->second.empty()) waiting_.erase(it);
    return waited || was_woken;
}

void Templates::wake(model::Sequence id) {
    const auto it = waiting_.find(id);
    if (it == waiting_.end()) return;
    woken_.merge(it->second);
    waiting_.erase(it);
}

std::vector<TemplateWait> Templates::take_woken(std::size_t count) {
    const auto end =
        std::next(woken_.begin(), static_cast<std::ptrdiff_t>(std::min(count, woken_.size())));
    std::vector<TemplateWait> taken(woken_.begin(), end);
    woken_.erase(woken_.begin(), end);
    return taken;
}

}  // namespace postern::core
