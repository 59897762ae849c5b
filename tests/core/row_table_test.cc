#include "gateway/core/row_table.h"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace postern::core {
namespace {

TEST(RowTable, HoldsWhatAMapHolds) {
    RowTable<int> table;
    std::map<storage::RowKey, int> model;
    std::mt19937 random(7);
    for (int i = 0; i < 50'000; ++i) {
        const std::uint64_t n = random() % 2'000;
        const storage::RowKey key = n % 2 ? storage::keys::hot(n) : storage::keys::contact(n);
        if (random() % 3 == 0) {
            const auto it = table.find(key);
            ASSERT_EQ(it != table.end(), model.erase(key) == 1);
            if (it != table.end()) table.erase(it);
        } else {
            const auto [it, added] = table.try_emplace(key);
            const auto [known, is_new] = model.try_emplace(key);
            ASSERT_EQ(added, is_new);
            ASSERT_EQ(it->first, key);
            ASSERT_EQ(it->second, known->second);
            it->second = known->second = i;
        }
        ASSERT_EQ(table.size(), model.size());
    }
    const RowTable<int>& same = table;
    for (const auto& [key, value] : model) {
        const auto it = same.find(key);
        ASSERT_NE(it, same.end());
        EXPECT_EQ(it->second, value);
    }
    EXPECT_EQ(same.find(storage::keys::hot(2'001)), same.end());
}

TEST(RowTable, EntriesStayWhereTheyAre) {
    RowTable<int> table;
    std::map<std::uint64_t, RowTable<int>::iterator> places;
    for (std::uint64_t n = 0; n < 5'000; ++n) {
        places[n] = table.try_emplace(storage::keys::hot(n)).first;
        places[n]->second = static_cast<int>(n);
    }
    for (std::uint64_t n = 0; n < 5'000; n += 3) table.erase(places[n]);
    for (std::uint64_t n = 5'000; n < 9'000; ++n) table.try_emplace(storage::keys::hot(n));
    for (const auto& [n, place] : places) {
        const auto it = table.find(storage::keys::hot(n));
        if (n % 3 == 0) {
            EXPECT_EQ(it, table.end());
        } else {
            ASSERT_EQ(it, place);
            EXPECT_EQ(it->second, static_cast<int>(n));
        }
    }
}

TEST(RowTable, AskingForARowChangesNothing) {
    RowTable<int> table;
    const storage::RowKey key = storage::keys::hot(7);
    table.ask_for_entry(key, table.ask_for_slot(key));
    table.try_emplace(key).first->second = 7;
    const std::uint64_t hash = table.ask_for_slot(key);
    table.ask_for_entry(key, hash);
    EXPECT_EQ(std::as_const(table).find(key, hash)->second, 7);
    EXPECT_EQ(table.size(), 1u);
}

TEST(RowTable, TakesAKeyWithoutBytes) {
    RowTable<int> table;
    table.try_emplace(storage::RowKey{}).first->second = 5;
    EXPECT_EQ(table.find(storage::RowKey{})->second, 5);
    table.erase(table.find(storage::RowKey{}));
    EXPECT_EQ(table.size(), 0u);
}

}  // namespace
}  // namespace postern::core
