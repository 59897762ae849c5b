// A flat map of shared rows; eviction below the floor, by a clock, of somebody new first.
#include "gateway/core/rows.h"

#include <algorithm>

namespace postern::core {
namespace {

/// Rows that one call of sweep() looks at for a range: a millisecond or two.
constexpr std::size_t swept_per_call = 16'384;

/// How far before the clock's hand memory is asked for.
constexpr std::size_t asked_ahead = 8;

bool passes(const storage::RowKey& key) {
    return key.family == storage::Family::seq;
}

/// Rounds of the clock's hand that a row stays after it was asked for. Each message brings rows
/// that are asked for a few times, and soon; they must not drive out those of persons.
std::uint8_t rounds_of(const storage::RowKey& key) {
    const bool of_a_message =
        key.family == storage::Family::due ||
        (key.family == storage::Family::hot && (key.prefix() == 'o' || key.prefix() == 'x'));
    return of_a_message ? 0 : 3;
}

/// A row that says what somebody new is, and of whom nothing was stored until now.
bool tells_of_somebody(const storage::RowKey& key) {
    return rounds_of(key) > 0;
}

/// The part of the bound that rows of somebody new have for themselves: 1 in so many.
constexpr std::size_t new_share = 4;

/// Rows that one call of evict() looks at, for each that came in since the last.
constexpr std::size_t steps_per_row = 16;

/// Of what people wrote: the rest of a row is small and of one size.
std::size_t content_bytes(const model::RecordPtr& record) {
    if (!record) return 0;
    if (const auto* out = model::get_if<model::OutboundRow>(record.get()))
        return out->content_json.size();
    if (const auto* in = model::get_if<model::MessageRow>(record.get()))
        return in->message.content.text.size() + in->message.content.details_json.size() +
               in->raw.size();
    if (const auto* signal = model::get_if<model::SignalRow>(record.get()))
        return signal->signal.details_json.size() + signal->raw.size();
    return 0;
}

/// Whoever lets a message go walks through all of it.
void ask_for_message(const model::Record* record) {
    const auto* const row = record != nullptr ? model::get_if<model::MessageRow>(record) : nullptr;
    if (row == nullptr) return;
    constexpr std::size_t line_bytes = 64;
    for (std::size_t at = 0; at < sizeof *row; at += line_bytes)
        __builtin_prefetch(reinterpret_cast<const char*>(row) + at);
}

bool is_parked_receipt(const storage::RowKey& key) {
    return key.family == storage::Family::hot && key.prefix() == 'p';
}

}  // namespace

Rows::Rows(std::size_t rows_max, model::Sequence before)
    : rows_max_(rows_max), parked_gone_(before) {}

const Rows::Held* Rows::held(const storage::RowKey& key) const {
    if (!passes(key)) return nullptr;
    const auto it = std::lower_bound(
        held_.begin(), held_.end(), key,
        [](const Held& row, const storage::RowKey& wanted) { return row.key < wanted; });
    return it != held_.end() && it->key == key ? &*it : nullptr;
}

Rows::Found Rows::find(const storage::RowKey& key) const {
    const auto it = entries_.find(key);
    if (it == entries_.end()) {
        const Held* const row = held(key);
        return row != nullptr ? Found{Known::present, row->record.get()} : Found{};
    }
    it->second.rounds = rounds_of(key);
    if (!it->second.record || is_erased(key, it->second.written)) return {Known::absent, nullptr};
    return {Known::present, it->second.record.get()};
}

model::RecordPtr Rows::share(const storage::RowKey& key) const {
    const auto it = entries_.find(key);
    if (it == entries_.end()) {
        const Held* const row = held(key);
        return row != nullptr ? row->record : nullptr;
    }
    return is_erased(key, it->second.written) ? nullptr : it->second.record;
}

void Rows::line_up(RowTable<Entry>::iterator it, bool is_new) {
    (is_new && tells_of_somebody(it->first) ? new_ : ring_).push_back(it);
}

void Rows::put(const storage::RowKey& key, model::RecordPtr record, model::Sequence sequence) {
    auto [it, added] = entries_.try_emplace(key);
    if (passes(key)) {
        let_pass(key, record, sequence);
    } else if (added) {
        line_up(it, true);
    }
    it->second.rounds = it->second.record ? rounds_of(key) : 0;
    it->second.record = std::move(record);
    it->second.written = sequence;
}

void Rows::hold(const storage::RowKey& key, model::RecordPtr record, model::Sequence sequence) {
    // Somebody may have asked for it before it was there.
    if (entries_.find(key) != entries_.end()) return put(key, std::move(record), sequence);
    held_.push_back({key, std::move(record), sequence});
}

void Rows::load(const storage::RowKey& key, model::RecordPtr record) {
    if (held(key) != nullptr) return;
    auto [it, added] = entries_.try_emplace(key);
    if (!added) return;
    // It was read when the store had all up to the floor, and with it what was erased until then.
    it->second.written = floor_;
    if (is_erased(key, floor_)) record = nullptr;
    it->second.rounds = record ? 1 : 0;
    if (passes(key)) {
        let_pass(key, record, floor_);
    } else {
        line_up(it, record == nullptr);
    }
    it->second.record = std::move(record);
}

void Rows::let_pass(const storage::RowKey& key, const model::RecordPtr& record,
                    model::Sequence written) {
    passing_.push_back({key, written, content_bytes(record)});
    passing_bytes_ += passing_.back().bytes;
}

void Rows::set_floor(model::Sequence floor) {
    floor_ = floor;
    for (; !held_.empty() && held_.front().written <= floor; held_.pop_front()) {
        if (held_.size() <= 2 * asked_ahead) continue;
        __builtin_prefetch(held_[2 * asked_ahead].record.get());
        ask_for_message(held_[asked_ahead].record.get());
    }
    while ((passing_.size() > passing_kept || passing_bytes_ > passing_bytes_kept) &&
           passing_.front().written <= floor) {
        if (passing_.size() > asked_ahead) {
            const storage::RowKey& ahead = passing_[asked_ahead].key;
            entries_.ask_for_entry(ahead, entries_.ask_for_slot(ahead));
        }
        let_go(passing_.front());
        passing_bytes_ -= passing_.front().bytes;
        passing_.pop_front();
    }
}

void Rows::let_go(const Passing& row) {
    const auto it = entries_.find(row.key);
    // Written again meanwhile: its later entry lets it go.
    if (it != entries_.end() && it->second.written <= row.written) entries_.erase(it);
}

bool Rows::is_erased(const storage::RowKey& key, model::Sequence written) const {
    for (const Erased& range : erased_) {
        if (written < range.sequence && !(key < range.from) && key < range.to) return true;
    }
    return false;
}

void Rows::erase_range(const storage::RowKey& from, const storage::RowKey& to,
                       model::Sequence sequence) {
    storage::RowKey next = from;
    if (next.size < storage::RowKey::bytes_max) next.bytes[next.size++] = '\0';
    // Retention erases many rows one by one: each is remembered as such, not as a range.
    if (next == to) return put(from, nullptr, sequence);
    // What passes through is not swept: it outlives the range as known to be absent.
    std::erase_if(held_, [&](const Held& row) {
        if (row.key < from || !(row.key < to)) return false;
        put(row.key, nullptr, sequence);
        return true;
    });
    const auto forget = [&](Passing& row) {
        if (row.key < from || !(row.key < to)) return;
        const auto it = entries_.find(row.key);
        if (it == entries_.end()) return;
        it->second.record = nullptr;
        it->second.written = row.written = sequence;
    };
    std::for_each(passing_.begin(), passing_.end(), forget);
    // One line is swept.
    ring_.insert(ring_.end(), new_.begin(), new_.end());
    new_.clear();
    erased_.push_back({from, to, sequence, ring_.size()});
}

/// From the end to the begin, so that a row which eviction moves from the end into a gap has been
/// looked at. What comes in meanwhile is not of the past.
void Rows::sweep() {
    for (Erased& range : erased_) {
        range.unswept = std::min(range.unswept, ring_.size());
        for (std::size_t n = 0; n < swept_per_call && range.unswept > 0; ++n) {
            const std::size_t i = --range.unswept;
            const auto it = ring_[i];
            const bool is_past = it->second.written < range.sequence;
            if (!is_past || it->first < range.from || !(it->first < range.to)) continue;
            entries_.erase(it);
            drop_at(i);
        }
    }
    std::erase_if(erased_, [this](const Erased& range) {
        return range.unswept == 0 && range.sequence <= floor_;
    });
}

void Rows::drop_at(std::size_t place) {
    ring_[place] = ring_.back();
    ring_.pop_back();
}

/// A parked receipt that goes has to be looked for in the store from now on.
void Rows::let_go(RowTable<Entry>::iterator it) {
    const bool parked = is_parked_receipt(it->first);
    if (parked && it->second.record) parked_gone_ = std::max(parked_gone_, floor_);
    entries_.erase(it);
}

/// Those of somebody new, down to their part of the bound.
void Rows::evict_new(std::size_t& steps) {
    while (new_.size() + ring_.size() > rows_max_ && new_.size() > rows_max_ / new_share &&
           steps > 0) {
        const auto it = new_.front();
        if (it->second.rounds == 0 && it->second.written > floor_) return;
        if (new_.size() > asked_ahead) entries_.ask_for(new_[asked_ahead]);
        new_.pop_front();
        --steps;
        if (it->second.rounds > 0) {
            ring_.push_back(it);
        } else {
            let_go(it);
        }
    }
}

void Rows::evict() {
    if (!erased_.empty()) sweep();
    const std::size_t lined_up = new_.size() + ring_.size();
    if (lined_up <= rows_max_) return;
    // A bounded walk: a call never costs more than a small multiple of what came in since the last.
    std::size_t steps = (lined_up - rows_max_) * steps_per_row + 64;
    evict_new(steps);
    while (new_.size() + ring_.size() > rows_max_ && !ring_.empty() && steps-- > 0) {
        if (hand_ >= ring_.size()) hand_ = 0;
        if (hand_ + asked_ahead < ring_.size()) entries_.ask_for(ring_[hand_ + asked_ahead]);
        const auto it = ring_[hand_];
        if (it->second.rounds > 0 || it->second.written > floor_) {
            if (it->second.rounds > 0) --it->second.rounds;
            ++hand_;
            continue;
        }
        let_go(it);
        drop_at(hand_);
    }
}

void Rows::evict_if(const std::function<bool(const storage::RowKey&)>& chosen) {
    const auto goes = [&](RowTable<Entry>::iterator it) {
        if (it->second.written > floor_ || !chosen(it->first)) return false;
        let_go(it);
        return true;
    };
    std::erase_if(new_, goes);
    std::erase_if(ring_, goes);
    std::erase_if(held_, [&](const Held& row) { return row.written <= floor_ && chosen(row.key); });
    std::erase_if(passing_, [&](const Passing& row) {
        if (row.written > floor_ || !chosen(row.key)) return false;
        let_go(row);
        return true;
    });
    hand_ = 0;
}

}  // namespace postern::core
