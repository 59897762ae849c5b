#include "gateway/runtime/send_rates.h"

namespace postern::runtime {
namespace {

constexpr std::chrono::microseconds window = std::chrono::seconds{10};
constexpr std::chrono::microseconds step = std::chrono::seconds{1};

}  // namespace

void SendRates::note(std::chrono::microseconds steady, core::Figures& figures) {
    // The second oldest reaches far enough: the oldest has served.
    while (samples_.size() > 1 && steady - samples_[1].at >= window) samples_.pop_front();
    if (!samples_.empty()) {
        const Sample& since = samples_.front();
        const double seconds = std::chrono::duration<double>(steady - since.at).count();
        for (auto& [account, figure] : figures.accounts) {
            const auto before = since.attempts.find(account);
            const std::uint64_t known = before == since.attempts.end() ? 0 : before->second;
            if (seconds > 0)
                figure.per_second = static_cast<double>(figure.tally.attempts - known) / seconds;
        }
    }
    if (!samples_.empty() && steady - samples_.back().at < step) return;
    Sample sample{steady, {}};
    for (const auto& [account, figure] : figures.accounts)
        sample.attempts.emplace(account, figure.tally.attempts);
    samples_.push_back(std::move(sample));
}

}  // namespace postern::runtime
