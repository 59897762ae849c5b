// Requests from a text with marks: `@N@` becomes the next number (ten digits), `@M@` repeats it,
// `@TO@` is a recipient's number (ten digits). One request holds as many numbers as it has `@N@`: a
// batch of 1,000 has 1,000. Numbers are consecutive over the run, so a sink can tell what is
// missing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/load/requests.h"

namespace postern::load {

struct NumberedOptions {
    std::string text;              // a whole HTTP request; its Content-Length is put in here
    std::uint64_t first = 0;       // the first number
    std::uint64_t recipients = 1;  // that many in turn
    std::uint64_t first_recipient = 0;
    std::size_t count = 0;  // requests, not numbers
};

class NumberedRequests final : public Requests {
  public:
    explicit NumberedRequests(const NumberedOptions& options);

    [[nodiscard]] std::size_t count() const override { return options_.count; }
    [[nodiscard]] std::size_t body_bytes() const override { return body_bytes_; }
    [[nodiscard]] const std::string& blank() const override { return blank_; }
    void write(std::size_t index, char* buffer) const override;

    [[nodiscard]] std::size_t numbers_each() const { return numbers_each_; }

  private:
    enum class Field : std::uint8_t { next, same, recipient };
    struct Mark {
        std::size_t at = 0;
        Field field = Field::next;
    };

    NumberedOptions options_;
    std::string blank_;
    std::size_t body_bytes_ = 0;
    std::size_t numbers_each_ = 0;
    std::vector<Mark> marks_;
};

}  // namespace postern::load
