// A mapped file that names the command being applied, so that a command which crashes the core is
// known at the next start: what did so twice is quarantined instead of applied. Core thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <boost/system/result.hpp>

namespace postern::runtime {

class PoisonSlot final {
  public:
    /// Opens or creates the file, and counts a crash against the command that was being applied.
    [[nodiscard]] static boost::system::result<std::unique_ptr<PoisonSlot>> open(
        const std::string& path);
    ~PoisonSlot();
    PoisonSlot(const PoisonSlot&) = delete;
    PoisonSlot& operator=(const PoisonSlot&) = delete;

    /// Two plain stores; survives a killed process, not a power cut (then nothing crashed).
    void begin(std::uint64_t fingerprint);
    void end();

    /// True if this command crashed the core twice before this start. Any thread: settled by
    /// open().
    [[nodiscard]] bool is_poison(std::uint64_t fingerprint) const;
    /// The command that was being applied when the process ended last time; 0: none.
    [[nodiscard]] std::uint64_t crashed_on() const { return crashed_on_; }

  private:
    struct Layout;
    explicit PoisonSlot(Layout* map);
    Layout* map_;
    std::uint64_t crashed_on_ = 0;
};

}  // namespace postern::runtime
