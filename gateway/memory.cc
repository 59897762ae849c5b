// Files first as text, then as numbers.
#include "gateway/memory.h"

#include <charconv>
#include <fstream>
#include <iterator>
#include <limits>

namespace postern {
namespace {

/// v1 writes «no limit» as the largest page-aligned number.
constexpr std::uint64_t unlimited = std::uint64_t{1} << 62U;
constexpr unsigned levels_max = 32;

std::string contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::optional<std::uint64_t> number_at(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return std::nullopt;
    return value;
}

/// What follows `name` at the beginning of a line.
std::optional<std::uint64_t> line_of(std::string_view text, std::string_view name) {
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        if (line.starts_with(name)) return number_at(line.substr(name.size()));
        if (end == std::string_view::npos) return std::nullopt;
        text.remove_prefix(end + 1);
    }
    return std::nullopt;
}

bool is_tighter(const MemoryReading& a, const MemoryReading& b) {
    if (b.limit_bytes == 0) return true;
    return static_cast<double>(a.used_bytes) / static_cast<double>(a.limit_bytes) >
           static_cast<double>(b.used_bytes) / static_cast<double>(b.limit_bytes);
}

void take(const std::optional<MemoryReading>& reading, MemoryReading& tightest) {
    if (reading && reading->limit_bytes > 0 && is_tighter(*reading, tightest)) tightest = *reading;
}

std::optional<MemoryReading> read_folder(const std::string& folder) {
    const std::string stat = contents(folder + "/memory.stat");
    const std::string v2 = contents(folder + "/memory.max");
    if (!v2.empty()) return read_group(v2, contents(folder + "/memory.current"), stat);
    return read_group(contents(folder + "/memory.limit_in_bytes"),
                      contents(folder + "/memory.usage_in_bytes"), stat);
}

/// A group above ours may be the one that is full.
void read_tree(const std::string& root, std::string path, MemoryReading& tightest) {
    for (unsigned level = 0; level < levels_max; ++level) {
        take(read_folder(root + path), tightest);
        const std::size_t slash = path.rfind('/');
        if (slash == std::string::npos || path.size() <= 1) return;
        path.resize(slash);
    }
}

std::uint64_t resident_bytes() {
    return kilobytes_of(contents("/proc/self/status"), "RssAnon:");
}

}  // namespace

std::optional<MemoryReading> read_group(std::string_view limit, std::string_view current,
                                        std::string_view stat) {
    const auto max = number_at(limit);
    const auto used = number_at(current);
    if (!max || !used || *max == 0 || *max >= unlimited) return std::nullopt;
    // v1 counts the groups below under names of their own.
    auto droppable = line_of(stat, "total_inactive_file ");
    if (!droppable) droppable = line_of(stat, "inactive_file ");
    const std::uint64_t spare = droppable.value_or(0);
    return MemoryReading{*used > spare ? *used - spare : 0, *max};
}

std::string group_path(std::string_view self_cgroup, bool v1) {
    while (!self_cgroup.empty()) {
        const std::size_t end = self_cgroup.find('\n');
        const std::string_view line = self_cgroup.substr(0, end);
        const std::size_t first = line.find(':');
        const std::size_t second =
            first == std::string_view::npos ? first : line.find(':', first + 1);
        if (second != std::string_view::npos) {
            const std::string controllers =
                "," + std::string(line.substr(first + 1, second - first - 1)) + ",";
            const bool ours =
                v1 ? controllers.find(",memory,") != std::string::npos : line.starts_with("0::");
            if (ours) return std::string(line.substr(second + 1));
        }
        if (end == std::string_view::npos) break;
        self_cgroup.remove_prefix(end + 1);
    }
    return {};
}

std::uint64_t kilobytes_of(std::string_view text, std::string_view name) {
    return line_of(text, name).value_or(0) * 1024;
}

MemoryReading read_memory(const MemorySource& source) {
    MemoryReading tightest;
    if (source.bytes_max > 0) take(MemoryReading{resident_bytes(), source.bytes_max}, tightest);
    if (!source.folder.empty()) {
        take(read_folder(source.folder), tightest);
    } else {
        const std::string groups = contents("/proc/self/cgroup");
        const std::string v2 = group_path(groups, false), v1 = group_path(groups, true);
        if (!v2.empty()) read_tree("/sys/fs/cgroup", v2, tightest);
        if (!v1.empty()) read_tree("/sys/fs/cgroup/memory", v1, tightest);
    }
    if (tightest.limit_bytes == 0) {
        // Nobody limits us: what we hold ourselves of all there is.
        take(MemoryReading{resident_bytes(), kilobytes_of(contents("/proc/meminfo"), "MemTotal:")},
             tightest);
    }
    return tightest;
}

bool memory_is_short(const MemoryReading& reading, bool refusing) {
    if (reading.limit_bytes == 0) return false;
    const unsigned percent = refusing ? memory_accept_percent : memory_refuse_percent;
    return static_cast<double>(reading.used_bytes) * 100 >=
           static_cast<double>(reading.limit_bytes) * percent;
}

}  // namespace postern
