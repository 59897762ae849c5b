#include "gateway/lines/line.h"

#include <algorithm>

namespace postern::lines {

bool Settings::same_as(const Settings& other) const {
    const auto same_secrets = [](const auto& a, const auto& b) {
        const auto same = [](const adapters::Secret& x, const adapters::Secret& y) {
            return x.equals(y.reveal());
        };
        return a.first == b.first &&
               std::equal(a.second.begin(), a.second.end(), b.second.begin(), b.second.end(), same);
    };
    const auto& mine = config.credentials;
    const auto& theirs = other.config.credentials;
    return number == other.number && config.account == other.config.account &&
           config.channel == other.config.channel && config.settings == other.config.settings &&
           ca_file == other.ca_file && proxy == other.proxy &&
           std::equal(mine.begin(), mine.end(), theirs.begin(), theirs.end(), same_secrets);
}

}  // namespace postern::lines
