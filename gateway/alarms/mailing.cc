// A hook for each address; which of them is whose.
#include "gateway/alarms/mailing.h"

#include <algorithm>

namespace postern::alarms {

Mailing::Mailing(net::IoThread& thread, std::function<model::Instant()> now)
    : thread_(thread), now_(std::move(now)) {
    for (Reader& reader : readers_) reader.hook = std::make_unique<Hook>(thread_, now_, "email");
}

void Mailing::configure(const std::shared_ptr<egress::Courier>& courier,
                        const std::vector<std::string>& to, const std::string& host) {
    std::vector<Reader*> free;  // first those whom somebody leaves: what waits there is not lost
    for (Reader& reader : readers_) {
        const bool stays = courier && std::ranges::count(to, reader.address) > 0;
        if (stays) continue;
        free.insert(reader.address.empty() ? free.end() : free.begin(), &reader);
        reader.address.clear();
    }
    auto next = free.begin();
    for (const std::string& address : to) {
        const bool known = std::ranges::count(readers_, address, &Reader::address) > 0;
        if (courier && !known && next != free.end()) (*next++)->address = address;
    }
    for (Reader& reader : readers_) {
        std::shared_ptr<Way> way;
        if (!reader.address.empty())
            way =
                std::make_shared<MailWay>(MailTarget{courier, reader.address}, thread_, host, now_);
        reader.hook->configure(std::move(way));
    }
}

void Mailing::tell(const std::vector<Notice>& notices) {
    // Also those that nobody listens to: a notice has the same id for all.
    for (const Reader& reader : readers_) reader.hook->tell(notices);
}

void Mailing::stop() {
    for (const Reader& reader : readers_) reader.hook->stop();
}

Hook::Figures Mailing::figures() const {
    Hook::Figures all;
    for (const Reader& reader : readers_) {
        const Hook::Figures one = reader.hook->figures();
        all.delivered += one.delivered;
        all.failed += one.failed;
        all.dropped += one.dropped;
        all.waiting += one.waiting;
    }
    return all;
}

}  // namespace postern::alarms
