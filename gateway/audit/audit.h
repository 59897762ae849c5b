// Does what is stored of sending agree with itself? Counts against state rows, state rows against
// the due queue and the open intents, states against the timelines that led to them. Reads only;
// for checks while no process works on the storage, for copies of it, and for tests. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "gateway/runtime/reader.h"
#include "storage/seal.h"

namespace postern::audit {

struct AuditOptions {
    std::size_t told_max = 20;  // mismatches in words; beyond, only counted
    /// Messages whose timelines are followed in one pass over the rows: about 100 bytes each.
    std::size_t messages_per_pass = 2'000'000;
    /// Without the master key timelines cannot be read: counts and the queue alone.
    bool timelines = true;
    /// The folder of media, to read every file of it that a row names; empty: not looked at. Needs
    /// the master key, too.
    std::string media{};
    std::function<void(double share)> progress{};  // 0..1; may be empty
};

struct AuditReport {
    std::uint64_t accepted = 0;
    std::uint64_t removed = 0;   // by retention
    std::uint64_t messages = 0;  // with a state row
    std::uint64_t followed = 0;  // … whose state was made again from its timeline
    std::uint64_t events = 0;    // of those
    std::uint64_t erased = 0;    // cannot be followed: the person was erased
    std::uint64_t retired = 0;   // … retention took the body and left the state for the next pass
    std::uint64_t media = 0;     // contents that rows name, each read and hashed
    std::uint64_t media_bytes = 0;
    std::uint64_t mismatches = 0;
    std::vector<std::string> told;

    [[nodiscard]] bool good() const { return mismatches == 0; }
};

/// Adds mismatches to a report, in words up to the bound.
class Teller final {
  public:
    Teller(AuditReport& report, std::size_t told_max) : report_(report), told_max_(told_max) {}
    void tell(std::string what);

  private:
    AuditReport& report_;
    std::size_t told_max_;
};

/// Counts by account and state: stored against counted.
[[nodiscard]] storage::Result<void> audit_counts(runtime::Reader& reader, AuditReport& report,
                                                 Teller& teller);
/// Whoever has not ended waits in the due queue, or is under way with an open intent.
[[nodiscard]] storage::Result<void> audit_queue(runtime::Reader& reader, Teller& teller);
/// State, attempts, flag and links of each message against its body and events.
[[nodiscard]] storage::Result<void> audit_timelines(runtime::Reader& reader,
                                                    const AuditOptions& options,
                                                    AuditReport& report, Teller& teller);

/// Every content that rows name against its file: there, whole, of that hash.
[[nodiscard]] storage::Result<void> audit_media(runtime::Reader& reader,
                                                const storage::KeyBytes& master,
                                                const AuditOptions& options, AuditReport& report,
                                                Teller& teller);

/// All of it but media. An error is the store's own: the disk does not read.
[[nodiscard]] storage::Result<AuditReport> audit(runtime::Reader& reader,
                                                 const AuditOptions& options);

}  // namespace postern::audit
