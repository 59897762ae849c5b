// One thread that keeps C keep-alive connections busy (closed loop) or sends at a fixed rate (open
// loop). In the open loop a latency is counted from the moment the request was due, so that a
// server that stalls cannot hide it by being sent less.
#pragma once

#include <netinet/in.h>

#include <chrono>
#include <cstddef>
#include <string>

#include "bench/load/load_report.h"
#include "bench/load/requests.h"

namespace postern::load {

struct LoadOptions {
    sockaddr_in target{};
    std::size_t connections = 64;
    std::chrono::nanoseconds duration{std::chrono::seconds(20)};
    double rate = 0;    // requests a second; 0: closed loop
    bool wrap = false;  // begin again after the last request (for servers that do not look)
};

/// False if it cannot connect; `problem` says why.
[[nodiscard]] bool run_load(const LoadOptions& options, const Requests& requests,
                            LoadResult& result, std::string& problem);

}  // namespace postern::load
