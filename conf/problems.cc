// Wording of configuration errors; edit distance for "did you mean".
#include "conf/problems.h"

#include <algorithm>

namespace postern::conf {
namespace {

inline constexpr std::size_t word_bytes_max = 64;  // longer words are nobody's typing error

// Optimal string alignment: insert, delete, replace, and swap of neighbours cost one each.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known) {
    if (word.empty() || word.size() > word_bytes_max) return {};
    std::string_view best;
    std::size_t best_distance = word_bytes_max;
    for (const std::string_view candidate : known) {
        const std::size_t edits = distance(word, candidate);
        const std::size_t allowed = std::max<std::size_t>(1, candidate.size() / 3);
        if (edits <= allowed && edits < best_distance) {
            best = candidate;
            best_distance = edits;
        }
    }
    return best;
}

std::string join(const std::vector<std::string_view>& words, std::string_view last) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) out += i + 1 == words.size() ? " " + std::string(last) + " " : ", ";
        out += words[i];
    }
    return out;
}

void Problems::add(std::uint32_t line, std::string key, std::string problem, std::string near) {
    errors_.push_back({file_, line, std::move(key), std::move(problem), std::move(near)});
}

void Problems::add_unknown(std::uint32_t line, std::string key, std::string_view what,
                           std::string_view word, const std::vector<std::string_view>& known) {
    std::string near(nearest(word, known));
    std::string problem = "unknown " + std::string(what);
    if (near.empty() && !known.empty()) problem += "; known: " + join(known, "and");
    add(line, std::move(key), std::move(problem), std::move(near));
}

std::vector<ConfError> Problems::take() {
    std::stable_sort(errors_.begin(), errors_.end(),
                     [](const ConfError& a, const ConfError& b) { return a.line < b.line; });
    return std::move(errors_);
}

std::string ConfError::text() const {
    std::string out = file;
    if (line > 0) out += ":" + std::to_string(line);
    if (!key.empty()) out += ": " + key;
    out += ": " + problem;
    if (!nearest.empty()) out += " (did you mean \"" + nearest + "\"?)";
    return out;
}

}  // namespace postern::conf
