// Collects everything that is wrong with a file, and finds the known word nearest to an unknown
// one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conf/config.h"

namespace postern::conf {

class Problems final {
  public:
    explicit Problems(std::string file) : file_(std::move(file)) {}

    void add(std::uint32_t line, std::string key, std::string problem, std::string nearest = {});
    /// An unknown key or value: names the nearest of `known`, or lists them where none is near.
    void add_unknown(std::uint32_t line, std::string key, std::string_view what,
                     std::string_view word, const std::vector<std::string_view>& known);
    /// In the order of the lines.
    [[nodiscard]] std::vector<ConfError> take();

  private:
    std::string file_;
    std::vector<ConfError> errors_;
};

/// The known word within a third of its length in edits (a swap of neighbours is one), or empty.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       const std::vector<std::string_view>& known);

/// "a, b or c".
[[nodiscard]] std::string join(const std::vector<std::string_view>& words, std::string_view last);

}  // namespace postern::conf
