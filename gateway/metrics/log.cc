// spdlog's queue and thread carry lines whose fields are split by control characters; our sink
// writes them as text, JSON, or journald fields.
#include "gateway/metrics/log.h"

#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

namespace postern::log {
namespace {

constexpr char separator = '\x1f';     // before a name, and before a value that is text
constexpr char literal_mark = '\x1e';  // after the separator: the value is a number or a truth
constexpr std::size_t queue_lines_max =
    8192;  // beyond it the oldest line is dropped, never a thread held
constexpr unsigned lines_per_event_and_second = 10;

struct Part {
    std::string_view name;
    std::string_view value;
    bool literal = false;
};

struct Line {
    std::string_view event;
    std::vector<Part> parts;
};

/// Cuts what stands before the next separator off.
std::string_view take(std::string_view& rest) {
    const std::size_t end = std::min(rest.find(separator), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return part;
}

Line split(std::string_view rest) {
    Line line;
    line.event = take(rest);
    while (!rest.empty()) {
        Part part;
        part.name = take(rest);
        part.literal = rest.starts_with(literal_mark);
        if (part.literal) rest.remove_prefix(1);
        part.value = take(rest);
        line.parts.push_back(part);
    }
    return line;
}

/// A value cannot pass for two: what splits the line is no text.
void append_value(const std::string& value, std::string& line) {
    for (const char c : value) line += c == separator || c == literal_mark ? ' ' : c;
}

void append_escaped(std::string_view value, std::string& out) {
    for (const char c : value) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) < 0x20) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
            out += c;
        }
    }
}

/// Counts lines of an event within a second; what is over is counted, not written.
class RateGate final {
  public:
    bool pass(std::string_view event, std::int64_t second, std::uint64_t& suppressed) {
        State& state = states_[std::string(event)];
        if (state.second != second) {
            suppressed = state.suppressed;
            state = {second, 0, 0};
        }
        if (++state.lines <= lines_per_event_and_second) return true;
        ++state.suppressed;
        return false;
    }

  private:
    struct State {
        std::int64_t second = 0;
        unsigned lines = 0;
        std::uint64_t suppressed = 0;
    };
    std::map<std::string, State, std::less<>> states_;
};

class FieldSink final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    explicit FieldSink(Format format) : format_(format) {}

  protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        Line line = split({message.payload.data(), message.payload.size()});
        std::uint64_t suppressed = 0;
        if (!gate_.pass(line.event, spdlog::log_clock::to_time_t(message.time), suppressed)) return;
        const std::string count = std::to_string(suppressed);
        if (suppressed > 0) line.parts.push_back({"suppressed", count, true});
        if (format_ == Format::journal) return to_journal(message.level, line);
        const std::string text =
            format_ == Format::json ? as_json(message, line) : as_text(message, line);
        (void)std::fwrite(text.data(), 1, text.size(), stderr);
    }
    void flush_() override { (void)std::fflush(stderr); }

  private:
    static std::string as_text(const spdlog::details::log_msg& message, const Line& line) {
        const auto level = spdlog::level::to_string_view(message.level);
        std::string out = fmt::format("{:%Y-%m-%dT%H:%M:%S}Z {:<8} {}",
                                      fmt::gmtime(spdlog::log_clock::to_time_t(message.time)),
                                      std::string_view(level.data(), level.size()), line.event);
        for (const Part& part : line.parts) {
            out += fmt::format(" {}=", part.name);
            const bool quote = part.value.find_first_of(" \"=") != std::string_view::npos;
            if (quote) out += '"';
            append_escaped(part.value, out);
            if (quote) out += '"';
        }
        return out += '\n';
    }

    static std::string as_json(const spdlog::details::log_msg& message, const Line& line) {
        const auto level = spdlog::level::to_string_view(message.level);
        std::string out =
            fmt::format(R"({{"time":"{:%Y-%m-%dT%H:%M:%S}Z","level":"{}","event":"{}")",
                        fmt::gmtime(spdlog::log_clock::to_time_t(message.time)),
                        std::string_view(level.data(), level.size()), line.event);
        for (const Part& part : line.parts) {
            out += fmt::format(R"(,"{}":)", part.name);
            if (!part.literal) out += '"';
            append_escaped(part.value, out);
            if (!part.literal) out += '"';
        }
        return out += "}\n";
    }

    static void to_journal(spdlog::level::level_enum level, const Line& line) {
        const int priority = level >= spdlog::level::err    ? 3
                             : level == spdlog::level::warn ? 4
                             : level == spdlog::level::info ? 6
                                                            : 7;
        std::string message(line.event);
        std::vector<std::string> lines = {fmt::format("PRIORITY={}", priority),
                                          fmt::format("POSTERN_EVENT={}", line.event)};
        for (const Part& part : line.parts) {
            message += fmt::format(" {}={}", part.name, part.value);
            std::string name = "POSTERN_";
            for (const char c : part.name)
                name += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
            lines.push_back(fmt::format("{}={}", name, part.value));
        }
        lines.push_back("MESSAGE=" + message);
        std::vector<iovec> vectors;
        for (std::string& each : lines) vectors.push_back({each.data(), each.size()});
        (void)sd_journal_sendv(vectors.data(), static_cast<int>(vectors.size()));
    }

    Format format_;
    RateGate gate_;
};

void write(spdlog::level::level_enum level, std::string_view event,
           std::initializer_list<Field> fields) {
    auto* logger = spdlog::default_logger_raw();
    // Null after flush() at the end of the process.
    if (!logger || !logger->should_log(level)) return;
    std::string line(event);
    for (const Field& f : fields) {
        (line += separator).append(f.name).append(1, separator);
        if (f.literal) line += literal_mark;
        append_value(f.value, line);
    }
    logger->log(level, spdlog::string_view_t(line.data(), line.size()));
}

Format choose(std::string_view format) {
    if (format == "json") return Format::json;
    if (format == "journald") return Format::journal;
    // systemd sets it for services whose output goes to the journal.
    const bool journal = format == "auto" && std::getenv("JOURNAL_STREAM") != nullptr;
    return journal ? Format::journal : Format::text;
}

}  // namespace

void start(std::string_view level, std::string_view format) {
    spdlog::init_thread_pool(queue_lines_max, 1);
    auto logger = std::make_shared<spdlog::async_logger>(
        "postern", std::make_shared<FieldSink>(choose(format)), spdlog::thread_pool(),
        spdlog::async_overflow_policy::overrun_oldest);
    logger->set_level(level == "debug"   ? spdlog::level::debug
                      : level == "warn"  ? spdlog::level::warn
                      : level == "error" ? spdlog::level::err
                                         : spdlog::level::info);
    logger->flush_on(spdlog::level::warn);
    spdlog::set_default_logger(logger);
    spdlog::flush_every(std::chrono::seconds(1));
}

void flush() {
    spdlog::shutdown();
}

void error(std::string_view event, std::initializer_list<Field> fields) {
    write(spdlog::level::err, event, fields);
}
void warn(std::string_view event, std::initializer_list<Field> fields) {
    write(spdlog::level::warn, event, fields);
}
void info(std::string_view event, std::initializer_list<Field> fields) {
    write(spdlog::level::info, event, fields);
}
void debug(std::string_view event, std::initializer_list<Field> fields) {
    write(spdlog::level::debug, event, fields);
}

}  // namespace postern::log
