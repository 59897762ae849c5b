// Spelled as "<phase><again><fresh><token> <media_id>": WeChat's tokens and ids have no blanks.
#include "adapters/wechat/passage.h"

namespace postern::adapters::wechat {
namespace {

constexpr std::size_t letters = 3;

}  // namespace

std::string write_passage(const Passage& passage) {
    std::string out;
    out += static_cast<char>('0' + static_cast<int>(passage.phase));
    out += passage.again ? '1' : '0';
    out += passage.fresh ? '1' : '0';
    return out.append(passage.token).append(" ").append(passage.media_id);
}

Passage read_passage(std::string_view carried, std::size_t step) {
    Passage out;
    const std::size_t blank = carried.find(' ');
    if (carried.size() <= letters || blank == std::string_view::npos || blank < letters) {
        out.phase = step % 2 == 0 ? Passage::Phase::token : Passage::Phase::send;
        out.again = step >= 2;
        return out;
    }
    out.phase = static_cast<Passage::Phase>(carried[0] - '0');
    out.again = carried[1] == '1';
    out.fresh = carried[2] == '1';
    out.token = carried.substr(letters, blank - letters);
    out.media_id = carried.substr(blank + 1);
    return out;
}

}  // namespace postern::adapters::wechat
