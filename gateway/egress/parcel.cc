// A parcel as an adapter is told of it. In a file of its own: couriers link it without egress.
#include "gateway/egress/courier.h"

namespace postern::egress {

adapters::SendRequest Parcel::request() const {
    return {.to = to,
            .content = content,
            .reply_to = reply_to,
            .echo = echo,
            .status_url = status_url,
            .now = now,
            .human_agent = human_agent,
            .proactive = proactive,
            .expires = expires,
            .category = category,
            .thread = thread};
}

}  // namespace postern::egress
