// Collects the first limit of a channel that a content breaks, in words for whoever wrote it: the
// bodies of `SendingAdapter::check`. Lengths are Unicode characters unless said otherwise. Lives
// for one check. Thread: any.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/sending_adapter.h"

namespace postern::adapters::shared {

/// Unicode characters of a UTF-8 text.
[[nodiscard]] std::size_t characters(std::string_view text);

/// "list[3].member"; without member "list[3]".
[[nodiscard]] std::string element(std::string_view list, std::size_t index,
                                  std::string_view member = {});

class ContentCheck final {
  public:
    /// `channel` as people call it: "WhatsApp".
    explicit ContentCheck(std::string_view channel) : channel_(channel) {}

    void required(std::string_view field, std::string_view value);
    /// At most that many characters; empty is fine.
    void length(std::string_view field, std::string_view value, std::size_t characters_max);
    void bytes(std::string_view field, std::string_view value, std::size_t bytes_max);
    /// Both: present and not too long.
    void text(std::string_view field, std::string_view value, std::size_t characters_max);
    /// At least one, at most `count_max` of `what`.
    void count(std::string_view field, std::size_t count, std::size_t count_max,
               std::string_view what);
    /// Present, and http or https: providers fetch or open nothing else.
    void url(std::string_view field, std::string_view value, std::size_t characters_max = 2000);
    /// The field must be empty; `what` is what the channel lacks.
    void absent(std::string_view field, std::string_view value, std::string_view what);
    void coordinates(const std::optional<GeoPoint>& point);
    void not_supported(std::string_view field, std::string_view what);
    /// The channel has nothing of this type.
    void no_messages(ContentType type);
    /// Any other mistake.
    void wrong(std::string_view field, std::string_view code, std::string detail);

    /// The first problem.
    [[nodiscard]] std::optional<FieldProblem> take() { return std::move(problem_); }

  private:
    [[nodiscard]] std::string limit(std::size_t most, std::string_view what) const;

    std::string_view channel_;
    std::optional<FieldProblem> problem_;
};

}  // namespace postern::adapters::shared
