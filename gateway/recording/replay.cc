// Frames are read one after the other; an entry may span several.
#include "gateway/recording/replay.h"

#include <fstream>

#include <fmt/format.h>

#include "gateway/recording/fields.h"
#include "gateway/recording/recorder.h"
#include "storage/seal_keys.h"

namespace postern::recording {
namespace {

class Frames final {
  public:
    Frames(const std::string& path, const storage::KeyBytes& master)
        : file_(path, std::ios::binary), sealer_(storage::derive_key(master, key_label)) {}

    [[nodiscard]] std::string begin(const std::string& path) {
        if (!file_) return "cannot read " + path;
        std::string found(magic.size(), '\0');
        file_.read(found.data(), static_cast<std::streamsize>(found.size()));
        return file_ && found == magic ? "" : path + " is not a recording";
    }

    enum class Next { more, end, cut, damaged };
    [[nodiscard]] Next append(std::string& clear) {
        std::uint32_t size = 0;
        file_.read(reinterpret_cast<char*>(&size), sizeof size);
        if (file_.gcount() == 0) return Next::end;
        if (!file_) return Next::cut;
        if (size > frame_bytes_max) return Next::damaged;
        sealed_.resize(size);
        file_.read(sealed_.data(), size);
        if (!file_) return Next::cut;
        const auto opened = sealer_.open(frame_key(number_), sealed_, nullptr, opened_);
        if (opened.has_error()) return Next::damaged;
        ++number_;
        clear += opened_;
        return Next::more;
    }
    [[nodiscard]] std::uint64_t number() const { return number_; }

  private:
    std::ifstream file_;
    storage::Sealer sealer_;
    std::uint64_t number_ = 0;
    std::string sealed_;
    std::string opened_;
};

class Replay final {
  public:
    explicit Replay(const ReplayOptions& options)
        : options_(options), frames_(options.path, options.master) {}

    ReplayResult run() {
        result_.problem = frames_.begin(options_.path);
        while (result_.problem.empty() && more()) {
            while (result_.problem.empty() && entry()) {
            }
        }
        return std::move(result_);
    }

  private:
    bool more() {
        clear_.erase(0, done_);
        done_ = 0;
        switch (frames_.append(clear_)) {
            case Frames::Next::more:
                return true;
            case Frames::Next::end:
                result_.cut = !clear_.empty();
                return false;
            case Frames::Next::cut:
                result_.cut = true;
                return false;
            case Frames::Next::damaged:
                result_.problem =
                    fmt::format("frame {} does not open: it is damaged, or of another workspace",
                                frames_.number());
                return false;
        }
        return false;
    }

    /// One whole entry; false where more is needed.
    bool entry() {
        Reading in{std::string_view(clear_).substr(done_)};
        if (in.rest.empty()) return false;
        const std::size_t size = in.rest.size();
        Entry kind{};
        get(in, kind);
        const bool whole = kind == Entry::start ? start(in) : core_ && step(kind, in);
        if (!whole) {
            if (!core_ && kind != Entry::start)
                result_.problem = "it does not begin with its start";
            return false;
        }
        done_ += size - in.rest.size();
        return true;
    }

    bool start(Reading& in) {
        Start start;
        get(in, start.version);
        if (in.bad) return false;
        if (start.version != options_.version) {
            result_.problem = fmt::format("it was recorded by version {}, this is {}",
                                          start.version, options_.version);
            return false;
        }
        get(in, start.configuration);
        get(in, start.time_zones);
        get(in, start.options);
        get(in, start.tables);
        if (in.bad) return false;
        if (start.configuration != options_.configuration) {
            result_.problem = "it was recorded with another configuration: give that one";
            return false;
        }
        if (start.time_zones != options_.time_zones)
            result_.warning = "the machine's time zones are not those of the recording";
        core_ = std::make_unique<core::Core>(start.options, std::move(start.tables));
        return true;
    }

    bool step(Entry kind, Reading& in) {
        switch (kind) {
            case Entry::loaded:
                return load(in);
            case Entry::applied:
                return apply(in);
            case Entry::ran_due:
                return run_due(in);
            case Entry::gave_up:
                return give_up(in);
            case Entry::closed:
                return close(in);
            case Entry::floor:
                return floor(in);
            case Entry::start:
                break;
        }
        result_.problem =
            fmt::format("after {} groups: an entry of an unknown kind", result_.groups);
        return false;
    }

    bool load(Reading& in) {
        storage::RowKey key;
        model::RecordPtr record;
        get(in, key);
        get(in, record);
        if (in.bad) return false;
        core_->rows().load(key, std::move(record));
        ++result_.rows_loaded;
        return true;
    }

    bool apply(Reading& in) {
        model::Now now;
        core::Command command;
        get(in, now);
        get(in, command);
        if (in.bad) return false;
        if (auto* configure = std::get_if<core::Configure>(&command.payload))
            configure->settings = options_.settings(*core_);
        core_->apply(std::move(command), now, effects_);
        ++result_.commands;
        return true;
    }

    /// What it asks for next follows in the recording.
    bool run_due(Reading& in) {
        model::Now now;
        get(in, now);
        if (in.bad) return false;
        std::vector<core::Command> next;
        core_->run_due(now, effects_, next);
        return true;
    }

    /// As the core's thread does it.
    bool give_up(Reading& in) {
        core::Command command;
        get(in, command);
        if (in.bad) return false;
        core_->give_up(command);
        effects_.replies.push_back({command.ticket, core::ReplyCode::unreadable, {}, nullptr});
        return true;
    }

    bool close(Reading& in) {
        std::uint64_t hash = 0;
        get(in, hash);
        if (in.bad) return false;
        core_->close(effects_);
        ++result_.groups;
        if (hash_of(effects_) != hash) {
            result_.problem =
                fmt::format("group {} is another: rows {} to {}, after {} commands", result_.groups,
                            effects_.first, effects_.last, result_.commands);
        }
        effects_.clear();
        if (options_.progress && result_.groups % 10'000 == 0) options_.progress(result_.groups);
        return true;
    }

    bool floor(Reading& in) {
        model::Sequence sequence = 0;
        get(in, sequence);
        if (in.bad) return false;
        core_->rows().set_floor(sequence);
        core_->rows().evict();
        return true;
    }

    const ReplayOptions& options_;
    Frames frames_;
    std::string clear_;
    std::size_t done_ = 0;
    std::unique_ptr<core::Core> core_;
    core::Effects effects_;
    ReplayResult result_;
};

}  // namespace

ReplayResult replay(const ReplayOptions& options) {
    return Replay(options).run();
}

}  // namespace postern::recording
