// Why a medium could not be taken or brought: what an API answers with. Plain values.
#pragma once

#include <string>

namespace postern::media {

struct Trouble {
    int status = 0;  // of HTTP; 0: there is none
    std::string code;
    std::string detail;  // for people; what a provider said may be in it, a credential never
    [[nodiscard]] explicit operator bool() const { return status != 0; }
};

}  // namespace postern::media
