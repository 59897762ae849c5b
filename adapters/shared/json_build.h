// Writes one nested JSON document into one string: the bodies of requests, where every allocation
// of a send counts. The caller keeps the brackets in balance. Lives for one body. Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::adapters::json {

/// Names are ours and need no escaping; an empty name is an element of a list, or the root.
class Builder final {
  public:
    explicit Builder(std::size_t bytes = 512) { out_.reserve(bytes); }

    Builder& open(std::string_view name = {});  // an object
    Builder& open_list(std::string_view name = {});
    Builder& close();
    Builder& close_list();
    Builder& text(std::string_view name, std::string_view value);
    /// Only if there is something to say.
    Builder& text_if(std::string_view name, std::string_view value);
    Builder& flag(std::string_view name, bool value);
    Builder& integer(std::string_view name, std::int64_t value);
    /// The shortest digits that read back as the same number; 0 for what JSON cannot say.
    Builder& number(std::string_view name, double value);
    /// `json` is JSON already.
    Builder& raw(std::string_view name, std::string_view json);

    [[nodiscard]] std::string finish() { return std::move(out_); }

  private:
    void begin(std::string_view name);

    std::string out_;
};

}  // namespace postern::adapters::json
