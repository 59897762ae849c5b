#include "gateway/media/serve.h"

#include <charconv>

#include <fmt/format.h>

#include "gateway/media/sniff.h"

namespace postern::media {
namespace {

/// Reads chunk by chunk on the media thread. Held by the connection that sends it.
class FileSource final : public net::BodySource, public std::enable_shared_from_this<FileSource> {
  public:
    FileSource(DiskThread& disk, std::unique_ptr<SealedReader> reader, std::uint64_t offset)
        : disk_(disk), reader_(std::move(reader)), offset_(offset) {}

    void read(net::IoThread& thread, std::function<void(std::string)> done) override {
        const bool taken = disk_.post([self = shared_from_this(), &thread, done] {
            auto bytes = self->reader_->read(self->offset_);
            auto piece = std::make_shared<std::string>(bytes ? std::move(*bytes) : std::string{});
            self->offset_ += piece->size();
            thread.post([done, piece] { done(std::move(*piece)); });
        });
        if (!taken) done({});
    }

  private:
    DiskThread& disk_;
    const std::unique_ptr<SealedReader> reader_;
    std::uint64_t offset_;  // the media thread's, between read() and `done`
};

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

net::Response head_of(const model::MediaRow& row) {
    net::Response response;
    response.content_type = row.mime;
    response.headers.emplace_back("Content-Disposition", disposition(row.mime, row.filename));
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    response.headers.emplace_back("Content-Security-Policy", "default-src 'none'; sandbox");
    response.headers.emplace_back("Cache-Control", "private, max-age=3600");
    response.headers.emplace_back("Accept-Ranges", "bytes");
    response.headers.emplace_back("ETag", "\"" + hex(row.sha256).substr(0, 32) + "\"");
    return response;
}

struct Plan {
    net::Response head;
    ByteRange range;
    bool body = true;
};

Plan plan_of(const model::MediaRow& row, const net::Request& request) {
    Plan plan{head_of(row), {0, row.size}, true};
    const std::string etag = "\"" + hex(row.sha256).substr(0, 32) + "\"";
    if (request.header("if-none-match") == etag) {
        plan.head.status = 304;
        plan.body = false;
        return plan;
    }
    const std::string_view condition = request.header("if-range");
    if (!condition.empty() && condition != etag) return plan;
    const RangeAsked asked = read_range(request.header("range"), row.size);
    if (!asked.asked) return plan;
    if (!asked.range) {
        plan.head.status = 416;
        plan.head.headers.emplace_back("Content-Range", fmt::format("bytes */{}", row.size));
        plan.body = false;
        return plan;
    }
    plan.range = *asked.range;
    plan.head.status = 206;
    plan.head.headers.emplace_back("Content-Range",
                                   fmt::format("bytes {}-{}/{}", plan.range.first,
                                               plan.range.first + plan.range.count - 1, row.size));
    return plan;
}

}  // namespace

std::shared_ptr<net::BodySource> source_of(DiskThread& disk, std::unique_ptr<SealedReader> reader,
                                           std::uint64_t offset) {
    return std::make_shared<FileSource>(disk, std::move(reader), offset);
}

std::string hex(const model::Sha256& sha256) {
    std::string out;
    for (const std::uint8_t byte : sha256) fmt::format_to(std::back_inserter(out), "{:02x}", byte);
    return out;
}

RangeAsked read_range(std::string_view header, std::uint64_t size) {
    constexpr std::string_view unit = "bytes=";
    if (!header.starts_with(unit) || header.find(',') != std::string_view::npos) return {};
    header.remove_prefix(unit.size());
    const std::size_t dash = header.find('-');
    if (dash == std::string_view::npos) return {};
    const auto first = number(header.substr(0, dash));
    const auto last = number(header.substr(dash + 1));
    const bool open_end = dash + 1 == header.size();
    if (dash == 0) {  // the last so many
        if (!last) return {};
        const std::uint64_t count = std::min(*last, size);
        if (count == 0) return {true, std::nullopt};
        return {true, ByteRange{size - count, count}};
    }
    if (!first || (!last && !open_end) || (last && *last < *first)) return {};
    if (*first >= size) return {true, std::nullopt};
    const std::uint64_t end = last ? std::min(*last, size - 1) : size - 1;
    return {true, ByteRange{*first, end - *first + 1}};
}

void serve(DiskThread& disk, const MediaStore& store, const model::MediaRow& row,
           const net::Request& request, net::IoThread& thread,
           std::function<void(std::optional<net::Response>, Unserved)> done) {
    auto plan = std::make_shared<Plan>(plan_of(row, request));
    if (!plan->body) return done(std::move(plan->head), Unserved::none);
    const Content content{row.sha256, row.size};
    const bool taken = disk.post([&disk, &store, content, plan, &thread, done] {
        auto opened = store.read(content);
        if (!opened) {
            const auto why =
                opened.error() == storage::Errc::not_found ? Unserved::gone : Unserved::damaged;
            return thread.post([done, why] { done(std::nullopt, why); });
        }
        plan->head.source = source_of(disk, std::move(*opened), plan->range.first);
        plan->head.source_bytes = plan->range.count;
        thread.post([done, plan] { done(std::move(plan->head), Unserved::none); });
    });
    if (!taken) done(std::nullopt, Unserved::busy);
}

}  // namespace postern::media
