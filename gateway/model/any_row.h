// A row of any kind, as a value. What is large lies outside of it: a variant is as large as its
// largest kind, and most of the rows that the core keeps are far smaller.
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

namespace postern::model {

/// Like std::variant<Rows...>; see get_if, get, holds and visit below. Moved from: only to be
/// assigned to, or destroyed.
template <class... Rows>
class AnyRow final {
  public:
    static constexpr std::size_t kinds = sizeof...(Rows);

    AnyRow() = default;
    template <class Row>
    requires(std::same_as<Row, Rows> || ...) AnyRow(Row row)  // NOLINT(google-explicit-constructor)
        : held_(std::in_place_type<Held<Row>>, std::move(row)) {}
    template <class Row>
    explicit AnyRow(std::in_place_type_t<Row> /*kind*/)
        : held_(std::in_place_type<Held<Row>>, Row{}) {}

    [[nodiscard]] std::size_t index() const { return held_.index(); }
    bool operator==(const AnyRow&) const = default;

    template <class Row>
    [[nodiscard]] const Row* get_if() const {
        const auto* const held = std::get_if<Held<Row>>(&held_);
        return held != nullptr ? &row_of(*held) : nullptr;
    }
    template <class Row>
    [[nodiscard]] Row* get_if() {
        return const_cast<Row*>(std::as_const(*this).template get_if<Row>());
    }
    template <class Row>
    [[nodiscard]] const Row& get() const {
        return row_of(std::get<Held<Row>>(held_));
    }
    template <class See>
    decltype(auto) visit(See&& see) const {
        return std::visit([&see](const auto& held) -> decltype(auto) { return see(row_of(held)); },
                          held_);
    }

  private:
    static constexpr std::size_t inside_bytes_max = 40;

    /// A copy has a row of its own.
    template <class Row>
    struct Outside {
        Outside() : row(std::make_unique<Row>()) {}
        explicit Outside(Row given) : row(std::make_unique<Row>(std::move(given))) {}
        Outside(const Outside& other) : row(std::make_unique<Row>(*other.row)) {}
        Outside(Outside&&) noexcept = default;
        Outside& operator=(Outside other) noexcept {
            row = std::move(other.row);
            return *this;
        }
        ~Outside() = default;
        bool operator==(const Outside& other) const { return *row == *other.row; }

        std::unique_ptr<Row> row;
    };
    template <class Row>
    using Held = std::conditional_t<(sizeof(Row) <= inside_bytes_max), Row, Outside<Row>>;

    template <class Row>
    static const Row& row_of(const Outside<Row>& held) {
        return *held.row;
    }
    template <class Row>
    static const Row& row_of(const Row& held) {
        return held;
    }

    std::variant<Held<Rows>...> held_;
};

/// Null: another kind, or none.
template <class Row, class... Rows>
[[nodiscard]] const Row* get_if(const AnyRow<Rows...>* row) {
    return row != nullptr ? row->template get_if<Row>() : nullptr;
}
template <class Row, class... Rows>
[[nodiscard]] Row* get_if(AnyRow<Rows...>* row) {
    return row != nullptr ? row->template get_if<Row>() : nullptr;
}
template <class Row, class... Rows>
[[nodiscard]] const Row& get(const AnyRow<Rows...>& row) {
    return row.template get<Row>();
}
template <class Row, class... Rows>
[[nodiscard]] Row& get(AnyRow<Rows...>& row) {
    return const_cast<Row&>(get<Row>(std::as_const(row)));
}
template <class Row, class... Rows>
[[nodiscard]] bool holds(const AnyRow<Rows...>& row) {
    return row.template get_if<Row>() != nullptr;
}
template <class See, class... Rows>
decltype(auto) visit(See&& see, const AnyRow<Rows...>& row) {
    return row.visit(std::forward<See>(see));
}

}  // namespace postern::model
