#include "gateway/net/masked.h"

#include <algorithm>
#include <array>

#include "gateway/net/ascii.h"

namespace postern::net {
namespace {

std::string folded(std::string_view name) {
    std::string out(name);
    std::ranges::transform(out, out.begin(), ascii_lower);
    return out;
}

}  // namespace

bool names_secret(std::string_view name) {
    static constexpr std::array<std::string_view, 8> words{
        "authorization", "cookie", "credential", "key", "passw", "pwd", "secret", "token"};
    return std::ranges::any_of(words, [name = folded(name)](std::string_view word) {
        return name.find(word) != std::string::npos;
    });
}

bool names_proof(std::string_view name) {
    return names_secret(name) || folded(name).find("signature") != std::string::npos;
}

std::string masked_target(std::string_view target, bool (*hidden)(std::string_view)) {
    const std::size_t query = target.find('?');
    if (query == std::string_view::npos) return std::string(target);
    std::string out(target.substr(0, query + 1));
    for (std::string_view rest = target.substr(query + 1); !rest.empty();) {
        const std::size_t end = rest.find('&');
        const std::string_view pair = rest.substr(0, end);
        const std::size_t equals = pair.find('=');
        if (equals != std::string_view::npos && hidden(pair.substr(0, equals)))
            out.append(pair.substr(0, equals + 1)).append(mask);
        else
            out.append(pair);
        if (end == std::string_view::npos) break;
        out.push_back('&');
        rest.remove_prefix(end + 1);
    }
    return out;
}

}  // namespace postern::net
