// Percentiles by selection: exact, since every latency is kept.
#include "bench/load/load_report.h"

#include <algorithm>

#include <fmt/format.h>

namespace postern::load {
namespace {

double percentile_us(std::vector<std::uint32_t>& sample, double share) {
    if (sample.empty()) return 0;
    const auto at = static_cast<std::size_t>(share * static_cast<double>(sample.size() - 1));
    const auto nth = sample.begin() + static_cast<std::ptrdiff_t>(at);
    std::nth_element(sample.begin(), nth, sample.end());
    return *nth / 1000.0;
}

}  // namespace

std::string to_json(LoadResult& r, std::size_t body_bytes) {
    const double seconds = std::max(r.seconds, 1e-9);
    const auto answered = static_cast<double>(r.latency_ns.size());
    return fmt::format(
        R"({{"sent":{},"ok":{},"refused":{},"broken":{},"seconds":{:.3f},"rate":{:.0f},)"
        R"("p50_us":{:.0f},"p99_us":{:.0f},"p999_us":{:.0f},"max_us":{:.0f},)"
        R"("generator_cores":{:.3f},"generator_us_per_request":{:.2f},"exhausted":{},)"
        R"("body_bytes":{}}})",
        r.sent, r.ok, r.refused, r.broken, r.seconds, static_cast<double>(r.ok) / seconds,
        percentile_us(r.latency_ns, 0.5), percentile_us(r.latency_ns, 0.99),
        percentile_us(r.latency_ns, 0.999), percentile_us(r.latency_ns, 1), r.cpu_seconds / seconds,
        r.cpu_seconds * 1e6 / std::max(answered, 1.0), r.exhausted, body_bytes);
}

}  // namespace postern::load
