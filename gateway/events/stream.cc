// Parameters in, then one of the two ways to read.
#include "gateway/events/stream.h"

#include <charconv>

#include "gateway/events/watch.h"

namespace postern::events {
namespace {

[[nodiscard]] bool read_number(const net::Request& request, std::string_view name, std::size_t low,
                               std::size_t high, std::size_t& out, Refusal& refusal) {
    bool found = false;
    const std::string text = request.query_value(name, &found);
    if (!found) return true;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error == std::errc{} && end == text.data() + text.size() && out >= low && out <= high)
        return true;
    refusal = {400, "invalid_parameter",
               std::string(name) + " must be a number from " + std::to_string(low) + " to " +
                   std::to_string(high) + ".",
               name};
    return false;
}

[[nodiscard]] bool wants_stream(const net::Request& request) {
    return request.header("accept").find("text/event-stream") != std::string_view::npos;
}

}  // namespace

EventStream::EventStream(StreamServices services, StreamOptions options)
    : services_(std::move(services)), options_(options) {}

bool EventStream::read_parameters(const net::Request& request, PageRequest& page,
                                  std::chrono::seconds& wait, Refusal& refusal) const {
    std::size_t seconds = 0;
    page.limit = events_limit_default;
    if (!read_number(request, "limit", 1, events_limit_max, page.limit, refusal)) return false;
    if (!read_number(request, "wait", 0, static_cast<std::size_t>(wait_max.count()), seconds,
                     refusal)) {
        return false;
    }
    wait = std::chrono::seconds{seconds};
    page.filter.types = split_types(request.query_value("types"));
    const std::string account = request.query_value("account");
    if (!account.empty()) {
        const AccountTablePtr accounts = services_.accounts();
        const model::AccountRow* row = accounts->find(account);
        page.filter.account = row != nullptr ? row->number : 0;
        page.filter.no_account = row == nullptr;
    }
    page.kept_since = services_.now().wall - options_.retention;
    // A browser that reconnects repeats its first URL: the header knows better than the query.
    std::string after(wants_stream(request) ? request.header("last-event-id") : std::string_view());
    if (after.empty()) after = request.query_value("after");
    if (after.empty()) return true;
    if (after == "latest") {
        page.from = From::latest;
        return true;
    }
    page.from = From::cursor;
    if (parse_cursor(after, page.after)) return true;
    refusal = {400, "invalid_cursor", "after must be the id of an event, or latest.", "after"};
    return false;
}

void EventStream::serve(const net::Request& request, net::Responder responder, Headers headers) {
    PageRequest page;
    std::chrono::seconds wait{};
    Refusal refusal;
    bool served = read_parameters(request, page, wait, refusal);
    if (served && open_ >= options_.open_max) {
        refusal = {503, "overloaded", "Too many event readers are open.", {}};
        served = false;
    }
    if (!served) {
        net::Response response = services_.refuse(refusal);
        for (auto& header : headers) response.headers.push_back(std::move(header));
        responder.send(std::move(response));
    } else if (wants_stream(request)) {
        std::make_shared<ServerSent>(*this, std::move(responder), std::move(headers),
                                     std::move(page))
            ->start();
    } else {
        std::make_shared<LongPoll>(*this, std::move(responder), std::move(headers), std::move(page),
                                   wait)
            ->start();
    }
}

bool ask(const StreamServices& services, net::IoThread& thread, const PageRequest& request,
         std::function<void(Page)> done) {
    return services.queries.post([&thread, request, accounts = services.accounts(),
                                  done = std::move(done)](runtime::Reader& reader) {
        auto page = std::make_shared<Page>(read_page(reader, request, *accounts));
        thread.post([page, done] { done(std::move(*page)); });
    });
}

}  // namespace postern::events
