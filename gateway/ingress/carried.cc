#include "gateway/ingress/carried.h"

#include <memory>

namespace postern::ingress {

struct CarriedFiles::Keeping {
    std::vector<CarriedFile> files;
    std::vector<core::Command> commands;
    net::IoThread& thread;
    std::function<void(bool, std::vector<core::Command>)> done;
    std::size_t at = 0;
    std::shared_ptr<media::MediaSink> sink = nullptr;

    void end(bool kept) { done(kept, std::move(commands)); }
};

void CarriedFiles::keep(std::vector<CarriedFile> files, std::vector<core::Command> commands,
                        net::IoThread& thread,
                        std::function<void(bool, std::vector<core::Command>)> done) {
    next(std::make_shared<Keeping>(
        Keeping{std::move(files), std::move(commands), thread, std::move(done)}));
}

void CarriedFiles::next(const std::shared_ptr<Keeping>& keeping) {
    if (keeping->at == keeping->files.size()) return keeping->end(true);
    CarriedFile& file = keeping->files[keeping->at];
    const std::uint64_t bytes = file.bytes.size();
    keeping->sink = std::make_shared<media::MediaSink>(
        disk_, store_, media::Claim{file.mime, file.filename, {}}, bytes, false);
    const auto taken = [this, keeping](const media::Taken& what, const media::Trouble& trouble) {
        if (trouble) return keeping->end(false);
        const CarriedFile& kept = keeping->files[keeping->at++];
        model::MediaRow row;
        row.created = now_();
        row.place = static_cast<std::uint32_t>(kept.place);
        row.sha256 = what.content.sha256;
        row.size = what.content.size;
        row.mime = what.mime;
        row.filename = what.filename;
        auto& message = std::get<core::ReceiveMessage>(keeping->commands[kept.command].payload);
        message.files.push_back(std::move(row));
        next(keeping);
    };
    keeping->sink->write(std::move(file.bytes), keeping->thread, [keeping, taken](bool wanted) {
        if (!wanted) return keeping->end(false);
        keeping->sink->finish(keeping->thread, taken);
    });
}

}  // namespace postern::ingress
