// posternd --record and --replay: recordings put together with the configuration. Main thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/recording/recorder.h"

namespace postern {

/// What the pipeline calls once it knows how the core begins; null, and said in the log, where the
/// file cannot be made.
[[nodiscard]] std::function<std::unique_ptr<recording::Recorder>(const core::CoreOptions&,
                                                                 const core::SmallTables&)>
record_to(std::string path, std::string config_file, const storage::KeyBytes& master);

/// Replays and says on stdout what became of it. 0: the same, to the byte; 1: not, or it cannot be
/// read; 78: the configuration is wrong.
[[nodiscard]] int replay_recording(const std::string& path, const std::string& config_file);

}  // namespace postern
