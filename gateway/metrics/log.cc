// spdlog's queue and thread carry lines whose fields are split by U+001F; our sink writes them as
// text, JSON, or journald fields.
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

constexpr char separator = '\x1f';
constexpr std::size_t queue_lines_max =
    8192;  // beyond it the oldest line is dropped, never a thread held
constexpr unsigned lines_per_event_and_second = 10;

std::vector<std::string_view> split(std::string_view line) {
    std::vector<std::string_view> parts;
    for (std::size_t at = 0; at <= line.size();) {
        const std::size_t end = std::min(line.find(separator, at), line.size());
        parts.push_back(line.substr(at, end - at));
        at = end + 1;
    }
    return parts;
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
        auto parts = split({message.payload.data(), message.payload.size()});
        std::uint64_t suppressed = 0;
        if (!gate_.pass(parts[0], spdlog::log_clock::to_time_t(message.time), suppressed)) return;
        const std::string count = std::to_string(suppressed);
        if (suppressed > 0) parts.insert(parts.end(), {"suppressed", count});
        if (format_ == Format::journal) return to_journal(message.level, parts);
        const std::string line =
            format_ == Format::json ? json(message, parts) : text(message, parts);
        (void)std::fwrite(line.data(), 1, line.size(), stderr);
    }
    void flush_() override { (void)std::fflush(stderr); }

  private:
    static std::string text(const spdlog::details::log_msg& message,
                            const std::vector<std::string_view>& parts) {
        const auto level = spdlog::level::to_string_view(message.level);
        std::string line = fmt::format("{:%Y-%m-%dT%H:%M:%S}Z {:<8} {}",
                                       fmt::gmtime(spdlog::log_clock::to_time_t(message.time)),
                                       std::string_view(level.data(), level.size()), parts[0]);
        for (std::size_t i = 1; i + 1 < parts.size(); i += 2) {
            line += fmt::format(" {}=", parts[i]);
            const bool quote = parts[i + 1].find_first_of(" \"=") != std::string_view::npos;
            if (quote) line += '"';
            append_escaped(parts[i + 1], line);
            if (quote) line += '"';
        }
        return line += '\n';
    }

    static std::string json(const spdlog::details::log_msg& message,
                            const std::vector<std::string_view>& parts) {
        const auto level = spdlog::level::to_string_view(message.level);
        std::string line =
            fmt::format(R"({{"time":"{:%Y-%m-%dT%H:%M:%S}Z","level":"{}","event":"{}")",
                        fmt::gmtime(spdlog::log_clock::to_time_t(message.time)),
                        std::string_view(level.data(), level.size()), parts[0]);
        for (std::size_t i = 1; i + 1 < parts.size(); i += 2) {
            line += fmt::format(R"(,"{}":")", parts[i]);
            append_escaped(parts[i + 1], line);
            line += '"';
        }
        return line += "}\n";
    }

    static void to_journal(spdlog::level::level_enum level,
                           const std::vector<std::string_view>& parts) {
        const int priority = level >= spdlog::level::err    ? 3
                             : level == spdlog::level::warn ? 4
                             : level == spdlog::level::info ? 6
                                                            : 7;
        std::string message(parts[0]);
        std::vector<std::string> lines = {fmt::format("PRIORITY={}", priority),
                                          fmt::format("POSTERN_EVENT={}", parts[0])};
        for (std::size_t i = 1; i + 1 < parts.size(); i += 2) {
            message += fmt::format(" {}={}", parts[i], parts[i + 1]);
            std::string name = "POSTERN_";
            for (const char c : parts[i])
                name += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
            lines.push_back(fmt::format("{}={}", name, parts[i + 1]));
        }
        lines.push_back("MESSAGE=" + message);
        std::vector<iovec> vectors;
        for (std::string& line : lines) vectors.push_back({line.data(), line.size()});
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
    for (const Field& f : fields)
        (line += separator).append(f.name).append(1, separator).append(f.value);
    logger->log(level, spdlog::string_view_t(line.data(), line.size()));
}

Format choose(std::string_view format) {
    if (format == "json") return Format::json;
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
