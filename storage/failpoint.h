// Named places between the durable steps, where a test ends the process, breaks a file operation or
// holds a thread: POSTERN_FAILPOINT="name:action[:nth]" in the environment of a program. Compiled
// in always, so that what is tested is what is shipped; off, a place costs one comparison. Any
// thread.
//
//   kill   the process ends there, as by SIGKILL
//   stall  the thread goes no further until the process is killed
//   eio    the file operation at that place fails with Errc::io; only where the table says so
//
// The n-th pass counts (1 without a number). What was reached is written to standard error as
// "failpoint: name", in one line, so that a test can tell a hit from another end.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace postern::storage {

struct Failpoint {
    std::string_view name;
    bool file_operation = false;  // takes eio
};

/// All there are. A daemon's durable groups are told by what is in them (runtime/durable_steps.h):
/// `.before` nothing of the group is on disk, `.after` all of it is and nobody was told.
inline constexpr auto failpoints = std::to_array<Failpoint>({
    // What came in.
    {"message.before"},
    {"message.after"},
    {"contact.before"},
    {"contact.after"},
    {"dedupe.before"},
    {"dedupe.after"},
    {"quarantine.before"},
    {"quarantine.after"},
    {"parked.before"},
    {"parked.after"},
    // What goes out.
    {"accept.before"},
    {"accept.after"},
    {"due.before"},
    {"due.after"},
    {"intent.before"},
    {"intent.after"},
    {"answer.before"},
    {"answer.after"},
    {"retry.before"},
    {"retry.after"},
    {"unknown.before"},
    {"unknown.after"},
    {"receipt.before"},
    {"receipt.after"},
    {"expiry.before"},
    {"expiry.after"},
    {"dead_letter.before"},
    {"dead_letter.after"},
    {"cancel.before"},
    {"cancel.after"},
    {"redrive.before"},
    {"redrive.after"},
    {"recovery.before"},
    {"recovery.after"},
    {"address.before"},
    {"address.after"},
    // What is kept house with.
    {"cursor.before"},
    {"cursor.after"},
    {"retention.before"},
    {"retention.after"},
    // What a durable group sets off.
    {"replies.released"},
    {"dispatch.released"},
    {"apply.before", true},
    {"apply.after"},
    // Files.
    {"append.before", true},
    {"anchor.before", true},
    {"anchor.after"},
    {"segment.create", true},
    {"segment.switch"},
    {"flush.begin"},
    {"flush.end"},
    // A start, in its order.
    {"start.locked"},
    {"start.anchor_read"},
    {"start.store_opened"},
    {"start.log_replayed"},
    {"start.epoch_begun"},
    {"start.recovered"},
    // A backup.
    {"backup.checkpoint", true},
    {"backup.manifest", true},
    {"backup.rename", true},
    {"backup.done"},
    // A restore.
    {"restore.verified", true},
    {"restore.copied", true},
    {"restore.paused", true},
    {"restore.db_aside", true},
    {"restore.log_aside", true},
    {"restore.poison_aside", true},
    {"restore.anchored", true},
    {"restore.done"},
});

/// A name of the table; another one does not compile.
class FailpointName final {
  public:
    consteval FailpointName(const char* name)  // NOLINT(google-explicit-constructor)
        : number_(number_of(name)) {}
    [[nodiscard]] constexpr std::uint32_t number() const { return number_; }

  private:
    static std::uint32_t not_in_the_table();  // not constant: ends the compilation
    static consteval std::uint32_t number_of(std::string_view name) {
        for (std::uint32_t i = 0; i < failpoints.size(); ++i) {
            if (failpoints[i].name == name) return i;
        }
        return not_in_the_table();
    }
    std::uint32_t number_;
};

inline constexpr std::uint32_t no_failpoint = 0xFFFF'FFFF;

/// Private to the two functions below; no_failpoint: off.
extern std::atomic<std::uint32_t> armed_failpoint;
/// True if the operation there is to fail.
[[nodiscard]] bool reach_failpoint();

[[nodiscard]] inline bool failpoints_armed() {
    return armed_failpoint.load(std::memory_order_relaxed) != no_failpoint;
}

inline void failpoint(FailpointName name) {
    if (armed_failpoint.load(std::memory_order_relaxed) == name.number()) [[unlikely]]
        (void)reach_failpoint();
}

/// For a file operation: true if it is to fail with Errc::io.
[[nodiscard]] inline bool failpoint_fails(FailpointName name) {
    return armed_failpoint.load(std::memory_order_relaxed) == name.number() && reach_failpoint();
}

/// Reads "name:action[:nth]". Before any thread starts; an empty text arms nothing. False: it is no
/// such text, and `problem` says why; nothing is armed then.
[[nodiscard]] bool arm_failpoint(std::string_view text, std::string& problem);

}  // namespace postern::storage
