// URLs by what the guard says of them.
#pragma once

#include <string>
#include <vector>

#include "gateway/egress/address_guard.h"

namespace postern::egress {

struct CorpusUrls {
    GuardProblem problem;
    std::vector<std::string> urls;
};

[[nodiscard]] const std::vector<CorpusUrls>& address_corpus();

}  // namespace postern::egress
