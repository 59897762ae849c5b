// Memory that O_DIRECT accepts: aligned to 4,096 bytes, grown on demand, reused by its owner.
// One owner, one thread.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>

namespace postern::storage {

inline constexpr std::size_t disk_block_bytes = 4096;

class AlignedBuffer final {
  public:
    /// At least `size` bytes, whose former content is lost when it has to grow. Running out of
    /// memory ends the process, as everywhere else.
    char* reserve(std::size_t size) {
        if (size <= capacity_) return data_.get();
        capacity_ = (size + disk_block_bytes - 1) / disk_block_bytes * disk_block_bytes;
        data_.reset(static_cast<char*>(std::aligned_alloc(disk_block_bytes, capacity_)));
        if (!data_) std::abort();
        return data_.get();
    }
    [[nodiscard]] char* data() const { return data_.get(); }
    [[nodiscard]] std::size_t capacity() const { return capacity_; }

  private:
    struct Free {
        void operator()(char* memory) const { std::free(memory); }
    };
    std::unique_ptr<char, Free> data_;
    std::size_t capacity_ = 0;
};

}  // namespace postern::storage
