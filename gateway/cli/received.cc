// Pages of events until one is empty or the cursor stands still.
#include "gateway/cli/received.h"

#include <algorithm>

#include "gateway/cli/document.h"
#include "gateway/cli/listing.h"

namespace postern::cli {
namespace {

std::string first_of(Element event, std::initializer_list<std::string_view> pointers) {
    for (const std::string_view pointer : pointers) {
        std::string text = text_at(event, pointer);
        if (!text.empty()) return text;
    }
    return {};
}

void take(Element event, ReceivedById& all) {
    const std::string id = text_at(event, "/data/message/external_id");
    if (id.empty()) return;
    Received& received = all[id];
    ++received.times;
    received.account = text_at(event, "/account");
    received.contact =
        first_of(event, {"/contact", "/data/contact/id", "/data/contact", "/data/message/contact"});
    received.text = text_at(event, "/data/message/content/text");
    received.from = text_at(event, "/data/message/from/address");
}

}  // namespace

ReceivedById read_received(Api& api, std::string& problem) {
    ReceivedById all;
    std::string cursor;
    while (true) {
        std::string path = "/v1/events?types=message.received&limit=1000";
        const Answer answer = api.get(with_query(path, "after", cursor));
        Document document;
        if (!answer.ok() || !document.parse(answer.body)) {
            problem = answer.ok() ? "the events are no JSON" : answer.problem;
            return all;
        }
        std::size_t events = 0;
        for_each_at(document.root(), "/data", [&](Element event) {
            ++events;
            take(event, all);
        });
        const std::string next = text_at(document.root(), "/next_cursor");
        if (events == 0 || next.empty() || next == cursor) return all;
        cursor = next;
    }
}

ReceivedById read_received(Api& api, const std::vector<std::string>& ids,
                           std::chrono::milliseconds timeout, std::string& problem) {
    const auto end = std::chrono::steady_clock::now() + timeout;
    while (true) {
        ReceivedById all = read_received(api, problem);
        const bool complete = std::all_of(
            ids.begin(), ids.end(), [&all](const std::string& id) { return all.contains(id); });
        if (complete || !problem.empty() || std::chrono::steady_clock::now() >= end) return all;
    }
}

}  // namespace postern::cli
