// Any plain value of the core's to bytes and back, field by field in the order of declaration. What
// it makes is for recordings of the same program alone: nothing stored for long looks like this.
// Integers little endian, texts and lists behind their length (u32), a variant behind its index
// (u8).
#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <boost/container/static_vector.hpp>
#include <boost/pfr.hpp>

#include "gateway/model/any_row.h"

namespace postern::core {
struct SendingSettings;
}

namespace postern::recording {

static_assert(std::endian::native == std::endian::little);

struct Reading {
    std::string_view rest;
    bool bad = false;  // the bytes end early, or say what cannot be

    [[nodiscard]] std::string_view take(std::size_t size) {
        if (size > rest.size()) {
            bad = true;
            return {};
        }
        const std::string_view taken = rest.substr(0, size);
        rest.remove_prefix(size);
        return taken;
    }
};

namespace detail {

template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;
template <class T, std::size_t N>
inline constexpr bool is_list<boost::container::static_vector<T, N>> = true;
template <class T>
inline constexpr bool is_array = false;
template <class T, std::size_t N>
inline constexpr bool is_array<std::array<T, N>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_pair = false;
template <class A, class B>
inline constexpr bool is_pair<std::pair<A, B>> = true;
template <class T>
inline constexpr bool is_variant = false;
template <class... T>
inline constexpr bool is_variant<std::variant<T...>> = true;
template <class T>
inline constexpr bool is_any_row = false;
template <class... T>
inline constexpr bool is_any_row<model::AnyRow<T...>> = true;
template <class T>
inline constexpr bool is_shared = false;
template <class T>
inline constexpr bool is_shared<std::shared_ptr<T>> = true;
template <class T>
inline constexpr bool is_duration = false;
template <class R, class P>
inline constexpr bool is_duration<std::chrono::duration<R, P>> = true;
template <class T>
inline constexpr bool is_moment = false;
template <class C, class D>
inline constexpr bool is_moment<std::chrono::time_point<C, D>> = true;

/// The configuration is recorded by its hash: whoever replays brings it along.
template <class T>
inline constexpr bool is_left_out = std::is_same_v<T, std::shared_ptr<const core::SendingSettings>>;

template <class T>
void put_raw(std::string& out, const T& value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
void get_raw(Reading& in, T& value) {
    const std::string_view bytes = in.take(sizeof value);
    if (!in.bad) std::memcpy(&value, bytes.data(), sizeof value);
}

}  // namespace detail

template <class T>
void put(std::string& out, const T& value) {
    if constexpr (detail::is_left_out<T>) {
        return;
    } else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
        detail::put_raw(out, value);
    } else if constexpr (detail::is_duration<T>) {
        detail::put_raw(out, static_cast<std::int64_t>(value.count()));
    } else if constexpr (detail::is_moment<T>) {
        put(out, value.time_since_epoch());
    } else if constexpr (std::is_same_v<T, std::string>) {
        detail::put_raw(out, static_cast<std::uint32_t>(value.size()));
        out += value;
    } else if constexpr (detail::is_list<T>) {
        detail::put_raw(out, static_cast<std::uint32_t>(value.size()));
        for (const auto& item : value) put(out, item);
    } else if constexpr (detail::is_array<T>) {
        for (const auto& item : value) put(out, item);
    } else if constexpr (detail::is_optional<T> || detail::is_shared<T>) {
        put(out, static_cast<bool>(value));
        if (value) put(out, *value);
    } else if constexpr (detail::is_pair<T>) {
        put(out, value.first);
        put(out, value.second);
    } else if constexpr (detail::is_variant<T>) {
        static_assert(std::variant_size_v<T> < 256);
        put(out, static_cast<std::uint8_t>(value.index()));
        std::visit([&out](const auto& item) { put(out, item); }, value);
    } else if constexpr (detail::is_any_row<T>) {
        static_assert(T::kinds < 256);
        put(out, static_cast<std::uint8_t>(value.index()));
        model::visit([&out](const auto& row) { put(out, row); }, value);
    } else {
        boost::pfr::for_each_field(value, [&out](const auto& field) { put(out, field); });
    }
}

template <class T>
void get(Reading& in, T& value);

namespace detail {

template <class V, std::size_t... I>
void get_variant(Reading& in, V& value, std::size_t index, std::index_sequence<I...>) {
    const auto take = [&]<std::size_t K>() {
        if (index == K) get(in, value.template emplace<K>());
    };
    (take.template operator()<I>(), ...);
}

template <class... Rows>
void get_row(Reading& in, model::AnyRow<Rows...>& value, std::size_t index) {
    std::size_t kind = 0;
    const auto take = [&]<class Row>(std::type_identity<Row>) {
        if (kind++ != index) return;
        Row row{};
        get(in, row);
        value = std::move(row);
    };
    (take(std::type_identity<Rows>{}), ...);
}

template <class T>
void get_list(Reading& in, T& value) {
    std::uint32_t size = 0;
    get_raw(in, size);
    // Every item takes a byte at least, so a damaged length asks for no more than there is.
    if (in.bad || size > in.rest.size()) {
        in.bad = true;
        return;
    }
    value.clear();
    for (std::uint32_t i = 0; i < size && !in.bad; ++i) {
        typename T::value_type item{};
        get(in, item);
        if (value.size() == value.max_size()) in.bad = true;
        if (!in.bad) value.push_back(std::move(item));
    }
}

template <class T>
void get_shared(Reading& in, std::shared_ptr<T>& value) {
    bool there = false;
    get_raw(in, there);
    value.reset();
    if (in.bad || !there) return;
    auto made = std::make_shared<std::remove_const_t<T>>();
    get(in, *made);
    value = std::move(made);
}

}  // namespace detail

/// Leaves `value` half read where `in` turns bad.
template <class T>
void get(Reading& in, T& value) {
    if (in.bad) return;
    if constexpr (detail::is_left_out<T>) {
        return;
    } else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
        detail::get_raw(in, value);
    } else if constexpr (detail::is_duration<T>) {
        std::int64_t count = 0;
        detail::get_raw(in, count);
        value = T{static_cast<typename T::rep>(count)};
    } else if constexpr (detail::is_moment<T>) {
        typename T::duration since{};
        get(in, since);
        value = T{since};
    } else if constexpr (std::is_same_v<T, std::string>) {
        std::uint32_t size = 0;
        detail::get_raw(in, size);
        value = in.take(size);
    } else if constexpr (detail::is_list<T>) {
        detail::get_list(in, value);
    } else if constexpr (detail::is_array<T>) {
        for (auto& item : value) get(in, item);
    } else if constexpr (detail::is_shared<T>) {
        detail::get_shared(in, value);
    } else if constexpr (detail::is_optional<T>) {
        bool there = false;
        detail::get_raw(in, there);
        value.reset();
        if (there && !in.bad) get(in, value.emplace());
    } else if constexpr (detail::is_pair<T>) {
        get(in, value.first);
        get(in, value.second);
    } else if constexpr (detail::is_variant<T>) {
        std::uint8_t index = 0;
        detail::get_raw(in, index);
        if (index >= std::variant_size_v<T>) in.bad = true;
        if (in.bad) return;
        detail::get_variant(in, value, index, std::make_index_sequence<std::variant_size_v<T>>{});
    } else if constexpr (detail::is_any_row<T>) {
        std::uint8_t index = 0;
        detail::get_raw(in, index);
        if (index >= T::kinds) in.bad = true;
        if (!in.bad) detail::get_row(in, value, index);
    } else {
        boost::pfr::for_each_field(value, [&in](auto& field) { get(in, field); });
    }
}

}  // namespace postern::recording
