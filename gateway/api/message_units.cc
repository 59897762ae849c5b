// The words that stand for a template count where there are such.
#include "gateway/api/message_units.h"

#include <algorithm>

#include "adapters/shared/sms_segments.h"

namespace postern::api {
namespace {

using adapters::ContentType;
using adapters::OutboundContent;

std::size_t count(const SendAccount& account, const OutboundContent& content) {
    if (content.type != ContentType::text) return 1;
    if (account.sms) return adapters::shared::sms_segments(content.text).count;
    return account.adapter != nullptr ? account.adapter->parts(content).size() : 1;
}

}  // namespace

std::uint32_t count_units(const SendAccount& account, const model::Route& route,
                          const OutboundContent& content) {
    std::size_t units = 0;
    if (route.words.empty()) {
        units = count(account, content);
    } else {
        OutboundContent said;
        said.text = route.words;
        units = count(account, said);
    }
    return static_cast<std::uint32_t>(std::max<std::size_t>(units, 1));
}

}  // namespace postern::api
