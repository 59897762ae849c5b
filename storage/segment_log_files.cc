// Opens the segment files and reads them through a window.
#include "storage/segment_log_files.h"

#include <algorithm>
#include <utility>

namespace postern::storage {
namespace {

constexpr std::size_t read_ahead_bytes = 1u << 20;

Result<std::unique_ptr<Segment>> open_segment(const SegmentLogOptions& options,
                                              const std::string& name, std::uint32_t number,
                                              std::uint64_t size, std::string& problem) {
    auto segment = std::make_unique<Segment>();
    segment->number = number;
    segment->path = options.path + "/" + name;
    auto file = options.files->open(segment->path, options.sync);
    if (!file) {
        problem = "cannot open " + segment->path + ": " + file.error().message();
        return file.error();
    }
    if ((*file)->size() != size || size == 0 || size % log_format::block_bytes != 0) {
        problem = segment->path + " has " + std::to_string((*file)->size()) +
                  " bytes and not the " + std::to_string(size) +
                  " of its name: it was truncated; restore a backup";
        return Errc::corrupt;
    }
    segment->file = std::move(*file);
    return segment;
}

}  // namespace

Result<Segments> open_segments(const SegmentLogOptions& options, std::string& problem) {
    auto names = options.files->list(options.path);
    if (!names && names.error() == Errc::not_found) return Segments();
    if (!names) {
        problem = "cannot list " + options.path + ": " + names.error().message();
        return names.error();
    }
    Segments segments;
    for (const std::string& name : *names) {
        std::uint32_t number = 0;
        std::uint64_t size = 0;
        if (!parse_segment_name(name, number, size)) continue;
        auto segment = open_segment(options, name, number, size, problem);
        if (!segment) return segment.error();
        if (!segments.empty() && segments.front()->size() != size) {
            problem = options.path + " mixes segments of different sizes: " + name +
                      " does not belong to this log";
            return Errc::corrupt;
        }
        segments.push_back(std::move(*segment));
    }
    std::sort(segments.begin(), segments.end(),
              [](const auto& a, const auto& b) { return a->number < b->number; });
    return segments;
}

std::string place(const Segment& segment, std::uint64_t offset) {
    return segment.path + " at offset " + std::to_string(offset);
}

Result<const char*> SegmentWindow::at(const Segment& segment, std::uint64_t offset,
                                      std::size_t size) {
    if (segment_ == &segment && offset >= begin_ && offset + size <= end_) {
        return static_cast<const char*>(buffer_.data() + (offset - begin_));
    }
    const std::uint64_t left = segment.size() - offset;
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(left, std::max(size, read_ahead_bytes)));
    segment_ = nullptr;
    auto read = segment.file->read(offset, buffer_.reserve(wanted), wanted);
    if (!read) return read.error();
    if (*read < size) return Errc::io;
    segment_ = &segment;
    begin_ = offset;
    end_ = offset + *read;
    bytes_read_ += *read;
    return static_cast<const char*>(buffer_.data());
}

Result<std::vector<Head>> read_heads(const Segments& segments, SegmentWindow& window,
                                     std::string& problem) {
    std::vector<Head> heads;
    for (const auto& segment : segments) {
        auto block = window.at(*segment, 0, log_format::block_bytes);
        if (!block) {
            problem = "cannot read " + place(*segment, 0) + ": " + block.error().message();
            return block.error();
        }
        Head head;
        const auto state = log_format::read_stamp(*block, head.stamp);
        if (state == log_format::BlockState::empty) continue;
        if (state == log_format::BlockState::damaged || head.stamp.index != 0 ||
            !log_format::read_header(*block, head.stamp, head.header)) {
            problem = place(*segment, 0) +
                      " is damaged: its first block does not check; "
                      "restore a backup";
            return Errc::corrupt;
        }
        head.segment = segment.get();
        heads.push_back(head);
    }
    return heads;
}

}  // namespace postern::storage
