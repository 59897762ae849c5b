// What the generator sends: requests of one length each, made by copying a few fields into a text.
#pragma once

#include <cstddef>
#include <string>

namespace postern::load {

/// One thread. Immutable once made.
class Requests {
  public:
    virtual ~Requests() = default;

    [[nodiscard]] virtual std::size_t count() const = 0;
    [[nodiscard]] virtual std::size_t body_bytes() const = 0;
    /// A request without its own fields; a connection copies it once.
    [[nodiscard]] virtual const std::string& blank() const = 0;
    /// Makes `buffer`, which holds a blank or any earlier request, the request `index`.
    virtual void write(std::size_t index, char* buffer) const = 0;
};

}  // namespace postern::load
