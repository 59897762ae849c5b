// Prometheus text and OpenMetrics from figures that others count. Made anew for each scrape.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace postern::metrics {

using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

class Exposition final {
  public:
    explicit Exposition(bool openmetrics) : openmetrics_(openmetrics) {}

    /// Starts a family. `name` without "_total"; a counter's samples get it as the format asks.
    /// `help` is the question that the figure answers.
    void counter(std::string_view name, std::string_view help);
    void gauge(std::string_view name, std::string_view help);
    void histogram(std::string_view name, std::string_view help);

    void sample(Labels labels, double value);
    void sample(Labels labels, std::uint64_t value);
    /// Of the histogram family begun last: cumulative counts in seconds.
    void bucket(double le, std::uint64_t cumulative, Labels labels = {});
    void histogram_end(double sum, std::uint64_t count, Labels labels = {});

    /// The whole page; the object is spent.
    [[nodiscard]] std::string finish();
    [[nodiscard]] static std::string_view content_type(bool openmetrics);

  private:
    void family(std::string_view name, std::string_view type, std::string_view help);
    /// `le`: of a bucket, behind the other labels; empty elsewhere.
    void line(std::string_view suffix, Labels labels, std::string_view value,
              std::string_view le = {});

    bool openmetrics_;
    std::string name_;
    bool is_counter_ = false;
    std::string out_;
};

}  // namespace postern::metrics
