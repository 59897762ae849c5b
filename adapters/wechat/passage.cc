// Spelled as "<phase><fresh><media_id>".
#include "adapters/wechat/passage.h"

namespace postern::adapters::wechat {
namespace {

constexpr std::size_t letters = 2;

}  // namespace

std::string write_passage(const Passage& passage) {
    std::string out;
    out += static_cast<char>('0' + static_cast<int>(passage.phase));
    out += passage.fresh ? '1' : '0';
    return out.append(passage.media_id);
}

Passage read_passage(std::string_view carried) {
    Passage out;
    if (carried.size() < letters) return out;
    out.phase = carried[0] == '0' ? Passage::Phase::upload : Passage::Phase::send;
    out.fresh = carried[1] == '1';
    out.media_id = carried.substr(letters);
    return out;
}

}  // namespace postern::adapters::wechat
