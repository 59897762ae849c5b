// A credential in memory: wiped when it goes, compared in constant time, never printable.
#pragma once

#include <string>
#include <string_view>

namespace postern::adapters {

class Secret final {
  public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept;
    Secret& operator=(const Secret&) = default;
    Secret& operator=(Secret&& other) noexcept;
    ~Secret();

    /// The only way to the bytes; grep for it to audit every use.
    [[nodiscard]] std::string_view reveal() const { return value_; }
    [[nodiscard]] bool empty() const { return value_.empty(); }
    /// Constant time for equal lengths; an empty secret equals nothing.
    [[nodiscard]] bool equals(std::string_view candidate) const;

  private:
    std::string value_;
};

}  // namespace postern::adapters
