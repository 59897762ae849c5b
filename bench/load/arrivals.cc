// Everything is kept and looked at when asked: arriving costs one append.
#include "bench/load/arrivals.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <unordered_map>

#include <fmt/format.h>

namespace postern::load {
namespace {

constexpr std::string_view mark = "bench-";
constexpr std::size_t digits = 10;

std::size_t fullest(const std::vector<std::int64_t>& sorted, std::int64_t window_us) {
    std::size_t most = 0;
    std::size_t first = 0;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        while (sorted[i] - sorted[first] >= window_us) ++first;
        most = std::max(most, i - first + 1);
    }
    return most;
}

}  // namespace

std::int64_t wall_us() {
    timespec now{};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * 1'000'000 + now.tv_nsec / 1000;
}

void Arrivals::arrived(std::string_view request, std::int64_t at_us) {
    const std::size_t at = request.find(mark);
    if (at == std::string_view::npos || request.size() < at + mark.size() + digits) return;
    std::uint64_t number = 0;
    const char* const begin = request.data() + at + mark.size();
    if (std::from_chars(begin, begin + digits, number).ec != std::errc()) return;
    all_.push_back({number, at_us});
}

void Arrivals::reset() {
    all_.clear();
}

std::string Arrivals::report(std::uint64_t from, std::uint64_t to) const {
    std::vector<std::int64_t> times;
    std::vector<std::uint32_t> seen;
    std::uint64_t duplicates = 0;
    std::uint64_t unique = 0;
    for (const Arrival& arrival : all_) {
        if (arrival.number < from || arrival.number >= to) continue;
        const std::size_t at = arrival.number - from;
        if (seen.size() <= at) seen.resize(at + 1);
        ++(seen[at]++ == 0 ? unique : duplicates);
        times.push_back(arrival.at_us);
    }
    std::sort(times.begin(), times.end());
    return fmt::format(R"({{"count":{},"unique":{},"duplicates":{},"first_us":{},"last_us":{},)"
                       R"("fullest":{{"100":{},"1000":{},"10000":{}}}}})",
                       times.size(), unique, duplicates, times.empty() ? 0 : times.front(),
                       times.empty() ? 0 : times.back(), fullest(times, 100'000),
                       fullest(times, 1'000'000), fullest(times, 10'000'000));
}

std::string Arrivals::times(std::uint64_t from, std::uint64_t to) const {
    std::unordered_map<std::uint64_t, std::int64_t> first;
    for (const Arrival& arrival : all_) {
        if (arrival.number >= from && arrival.number < to)
            first.try_emplace(arrival.number, arrival.at_us);
    }
    std::string json = "[";
    for (std::uint64_t number = from; number < to; ++number) {
        const auto found = first.find(number);
        if (json.size() > 1) json += ',';
        json += found == first.end() ? "null" : fmt::format("{}", found->second);
    }
    return json + "]";
}

}  // namespace postern::load
