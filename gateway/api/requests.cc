// The last webhooks of an account: those that were refused or set aside as their senders sent them,
// and that others came in. For people who connect an account and see nothing arrive.
#include <algorithm>

#include "gateway/api/base64.h"
#include "gateway/api/call.h"
#include "gateway/api/paging.h"
#include "gateway/api/resources.h"

namespace postern::api {
namespace {

void write_refused(model::JsonWriter& json, const RefusedRequest& refused) {
    json.begin_object().member("request_id", refused.id).member("at", refused.at);
    json.member("peer", refused.peer).member("method", refused.method);
    json.member("target", refused.target).member("status", refused.status);
    json.member("reason", refused.reason).key("headers").begin_array();
    for (const auto& [name, value] : refused.headers)
        json.begin_object().member("name", name).member("value", value).end_object();
    json.end_array();
    if (model::is_utf8(refused.body))
        json.member("body", refused.body);
    else
        json.member("body_base64", base64(refused.body));
    json.member("body_bytes", refused.body_bytes).end_object();
}

/// One that came in: what became of it instead of what it was.
void write_taken(model::JsonWriter& json, const runtime::RequestTrace& taken) {
    json.begin_object().member("request_id", taken.id).member("at", taken.received);
    json.member("peer", taken.peer).member("status", taken.status).key("reason").null();
    json.member("made", taken.made.size()).end_object();
}

/// Of each kind at most so many: good ones must not push out what one looks for.
constexpr std::size_t taken_max = 20;

/// Those that came in and were not set aside.
std::vector<runtime::RequestTrace> read_taken(const CallPtr& call,
                                              const std::vector<RefusedRequest>& refused) {
    const runtime::RequestTraces* traces = call->context().services.traces;
    if (traces == nullptr) return {};
    auto taken = traces->latest(runtime::webhook_trace(call->parameter()), taken_max);
    std::erase_if(taken, [&refused](const runtime::RequestTrace& trace) {
        return std::any_of(refused.begin(), refused.end(),
                           [&trace](const RefusedRequest& other) { return other.id == trace.id; });
    });
    return taken;
}

/// Either of the two, in the list of both.
struct Entry {
    model::Instant at;
    const RefusedRequest* refused = nullptr;
    const runtime::RequestTrace* taken = nullptr;
};

/// Latest first.
std::vector<Entry> merged(const std::vector<RefusedRequest>& refused,
                          const std::vector<runtime::RequestTrace>& taken) {
    std::vector<Entry> all;
    auto next = taken.begin();
    for (const RefusedRequest& request : refused) {
        for (; next != taken.end() && next->received >= request.at; ++next)
            all.push_back({next->received, nullptr, &*next});
        all.push_back({request.at, &request, nullptr});
    }
    for (; next != taken.end(); ++next) all.push_back({next->received, nullptr, &*next});
    return all;
}

/// A place: the moment of the last one that was shown, and how many of that very moment were. So
/// what comes in between two pages shifts nothing.
constexpr unsigned same_moment_bits = 12;

std::uint64_t place_of(const std::vector<Entry>& all, std::size_t last) {
    std::size_t same = 1;
    while (same <= last && all[last - same].at == all[last].at) ++same;
    const auto at_us = static_cast<std::uint64_t>(all[last].at.time_since_epoch().count());
    return at_us << same_moment_bits | std::min<std::size_t>(same, (1 << same_moment_bits) - 1);
}

/// Where the page behind `place` begins.
std::size_t first_behind(const std::vector<Entry>& all, std::uint64_t place) {
    if (place == 0) return 0;
    const model::Instant at{std::chrono::microseconds{place >> same_moment_bits}};
    const std::size_t shown = place & ((1 << same_moment_bits) - 1);
    std::size_t first = 0;
    while (first < all.size() && all[first].at > at) ++first;
    for (std::size_t same = 0; same < shown && first < all.size() && all[first].at == at; ++same)
        ++first;
    return first;
}

constexpr char list_letter = 'r';

}  // namespace

void list_requests(const CallPtr& call) {
    PageQuery page;
    if (const auto problem = read_page_query(call->request(), list_letter, page))
        return call->fail(*problem);
    const RefusedRequestSource* source = call->context().services.refused;
    if (source == nullptr) return call->fail(not_found("account"));
    const auto refused = source->refused_requests(call->parameter());
    if (!refused) return call->fail(not_found("account"));
    const auto taken = read_taken(call, *refused);
    const std::vector<Entry> all = merged(*refused, taken);
    ListWriter list(list_letter);
    std::size_t at = first_behind(all, page.after);
    for (; at < all.size() && list.count() < page.limit; ++at) {
        if (all[at].refused != nullptr)
            write_refused(list.item(), *all[at].refused);
        else
            write_taken(list.item(), *all[at].taken);
    }
    call->ok(list.finish(at < all.size() && at > 0 ? place_of(all, at - 1) : 0));
}

}  // namespace postern::api
