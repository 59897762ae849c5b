// The hash table of core/rows.h. Of our own for two reasons: it grows in parts, one at a time (as
// one table, a million rows would stand still for tens of milliseconds while it doubles); and the
// memory of a row can be asked for before it is needed, which no table of the libraries lets one
// do, and most of the core's time is waiting for memory (core/warm.h). One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "storage/keys.h"

namespace postern::core {

/// Like an unordered map from RowKey to `Value`, without iteration. Entries stay where they are.
template <class Value>
class RowTable final {
  public:
    struct Entry {
        storage::RowKey first;
        Value second{};
    };
    /// Valid until its row is erased.
    using iterator = Entry*;
    using const_iterator = const Entry*;

    RowTable() : parts_(parts_count) {}

    [[nodiscard]] iterator find(const storage::RowKey& key) {
        return const_cast<iterator>(std::as_const(*this).find(key));
    }
    [[nodiscard]] const_iterator find(const storage::RowKey& key) const {
        return find(key, hash_of(key));
    }
    [[nodiscard]] const_iterator find(const storage::RowKey& key, std::uint64_t hash) const {
        const Part& part = part_of(key);
        if (part.slots.empty()) return nullptr;
        for (std::size_t at = hash & part.mask;; at = (at + 1) & part.mask) {
            const Slot slot = part.slots[at];
            if (slot.entry == 0) return nullptr;
            if (slot.tag != tag_of(hash)) continue;
            const Entry& entry = entry_of(slot);
            if (entry.first == key) return &entry;
        }
    }
    [[nodiscard]] iterator end() { return nullptr; }
    [[nodiscard]] const_iterator end() const { return nullptr; }

    std::pair<iterator, bool> try_emplace(const storage::RowKey& key) {
        const std::uint64_t hash = hash_of(key);
        const const_iterator known = find(key, hash);
        if (known != nullptr) return {const_cast<iterator>(known), false};
        Part& part = part_of(key);
        if (part.used * 4 >= part.slots.size() * 3) grow(part);
        const std::uint32_t index = take_entry();
        Entry& entry = entry_of({0, index});
        entry.first = key;
        place(part, {tag_of(hash), index}, hash);
        ++part.used;
        ++size_;
        return {&entry, true};
    }

    void erase(iterator it) {
        const std::uint64_t hash = hash_of(it->first);
        Part& part = part_of(it->first);
        std::size_t hole = hash & part.mask;
        while (&entry_of(part.slots[hole]) != it) hole = (hole + 1) & part.mask;
        free_.push_back(part.slots[hole].entry);
        it->second = Value{};
        close(part, hole);
        --part.used;
        --size_;
    }
    [[nodiscard]] std::size_t size() const { return size_; }

    // The way to a row in two steps, each of which asks for the memory that the next one reads.
    [[nodiscard]] std::uint64_t ask_for_slot(const storage::RowKey& key) const {
        const std::uint64_t hash = hash_of(key);
        const Part& part = part_of(key);
        if (!part.slots.empty()) __builtin_prefetch(&part.slots[hash & part.mask]);
        return hash;
    }
    void ask_for_entry(const storage::RowKey& key, std::uint64_t hash) const {
        const Part& part = part_of(key);
        if (part.slots.empty()) return;
        for (std::size_t at = hash & part.mask; part.slots[at].entry != 0;
             at = (at + 1) & part.mask) {
            if (part.slots[at].tag != tag_of(hash)) continue;
            const char* const entry = reinterpret_cast<const char*>(&entry_of(part.slots[at]));
            __builtin_prefetch(entry);
            __builtin_prefetch(entry + sizeof(Entry) - 1);
            return;
        }
    }

    /// Its entry, of which the place is known.
    static void ask_for(const_iterator entry) {
        __builtin_prefetch(&entry->first);
        __builtin_prefetch(&entry->second);
    }

  private:
    struct Slot {
        std::uint32_t tag = 0;
        std::uint32_t entry = 0;  // its place among the entries, from 1; 0: free
    };
    struct Part {
        std::vector<Slot> slots;  // a power of two, or none; at most three quarters in use
        std::size_t mask = 0;
        std::size_t used = 0;
    };

    static constexpr std::size_t parts_count = 256;
    static constexpr std::size_t slots_first = 16;
    static constexpr std::size_t entries_per_chunk = 1024;

    /// Eight bytes a step: a key is hashed several times a command. Both halves of the result are
    /// used: the lower for the place, the upper for the tag.
    static std::uint64_t hash_of(const storage::RowKey& key) {
        constexpr std::uint64_t odd = 0x9E3779B97F4A7C15u;  // 2^64 / the golden ratio
        const auto mix = [](std::uint64_t value) {
            value *= odd;
            return value ^ (value >> 32);
        };
        std::uint64_t hash =
            mix(key.size + (std::uint64_t{static_cast<unsigned>(key.family)} << 8));
        std::size_t at = 0;
        for (; at + 8 <= key.size; at += 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, key.bytes.data() + at, 8);
            hash = mix(hash ^ word);
        }
        std::uint64_t rest = 0;
        std::memcpy(&rest, key.bytes.data() + at, key.size - at);
        return mix(hash ^ rest);
    }
    static std::uint32_t tag_of(std::uint64_t hash) {
        return static_cast<std::uint32_t>(hash >> 32);
    }

    /// Keys end in what differs most: the lowest byte of a sequence, or a byte of a hash.
    static std::size_t index_of(const storage::RowKey& key) {
        return key.size == 0 ? 0 : static_cast<unsigned char>(key.bytes[key.size - 1u]);
    }
    Part& part_of(const storage::RowKey& key) { return parts_[index_of(key)]; }
    const Part& part_of(const storage::RowKey& key) const { return parts_[index_of(key)]; }

    Entry& entry_of(Slot slot) const {
        const std::size_t at = slot.entry - 1;
        return chunks_[at / entries_per_chunk][at % entries_per_chunk];
    }

    std::uint32_t take_entry() {
        if (free_.empty()) {
            const std::size_t begin = chunks_.size() * entries_per_chunk;
            chunks_.push_back(std::make_unique<Entry[]>(entries_per_chunk));
            for (std::size_t i = entries_per_chunk; i > 0; --i)
                free_.push_back(static_cast<std::uint32_t>(begin + i));
        }
        const std::uint32_t index = free_.back();
        free_.pop_back();
        return index;
    }

    static void place(Part& part, Slot slot, std::uint64_t hash) {
        std::size_t at = hash & part.mask;
        while (part.slots[at].entry != 0) at = (at + 1) & part.mask;
        part.slots[at] = slot;
    }

    void grow(Part& part) {
        std::vector<Slot> old(part.slots.empty() ? slots_first : part.slots.size() * 2);
        old.swap(part.slots);
        part.mask = part.slots.size() - 1;
        for (const Slot slot : old) {
            if (slot.entry != 0) place(part, slot, hash_of(entry_of(slot).first));
        }
    }

    /// Moves what follows up into the hole, as far as it may stand there.
    void close(Part& part, std::size_t hole) {
        std::size_t at = hole;
        for (;;) {
            at = (at + 1) & part.mask;
            if (part.slots[at].entry == 0) break;
            const std::size_t home = hash_of(entry_of(part.slots[at]).first) & part.mask;
            const bool may_move = ((at - home) & part.mask) >= ((at - hole) & part.mask);
            if (!may_move) continue;
            part.slots[hole] = part.slots[at];
            hole = at;
        }
        part.slots[hole] = {};
    }

    std::vector<Part> parts_;
    std::vector<std::unique_ptr<Entry[]>> chunks_;
    std::vector<std::uint32_t> free_;
    std::size_t size_ = 0;
};

}  // namespace postern::core
