// Takes the bytes of one medium, from an app or from a provider, to a sealed file. Called on one
// connection's thread; what touches the disk runs on the media thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "gateway/media/disk_thread.h"
#include "gateway/media/multipart.h"
#include "gateway/media/store.h"
#include "gateway/media/trouble.h"
#include "gateway/net/http.h"
#include "gateway/net/io_thread.h"

namespace postern::media {

struct Claim {
    std::string type;      // Content-Type
    std::string filename;  // may be empty
    std::string boundary;  // of a multipart/form-data body: the file is its part named "file"
};

struct Taken {
    Content content;
    std::string mime;
    std::string filename;
};

class MediaSink final : public net::BodySink, public std::enable_shared_from_this<MediaSink> {
  public:
    /// `strict`: a type that the bytes contradict is refused, else kept as unknown bytes.
    MediaSink(DiskThread& disk, MediaStore& store, Claim claim, std::uint64_t bytes_max,
              bool strict);
    ~MediaSink() override;

    void write(std::string bytes, net::IoThread& thread, std::function<void(bool)> done) override;
    [[nodiscard]] net::Response refusal() override;

    /// After the last write was taken. `done` comes on `thread`, once the file is durable.
    void finish(net::IoThread& thread, std::function<void(const Taken&, const Trouble&)> done);

    /// A provider says the type with its answer, when the sink is there already. Before finish().
    void claim_type(std::string type) { claim_.type = std::move(type); }

    /// Of the first write that was not wanted. On the connection's thread, after its `done`.
    [[nodiscard]] const Trouble& trouble() const { return trouble_; }
    /// The beginning of what was taken (sniffed_bytes). As trouble().
    [[nodiscard]] const std::string& first_bytes() const { return first_bytes_; }

  private:
    [[nodiscard]] bool take(const std::string& bytes);
    [[nodiscard]] bool keep(std::string_view bytes);
    [[nodiscard]] bool fail(const boost::system::error_code& error);
    [[nodiscard]] bool fail(Trouble trouble);
    [[nodiscard]] Taken complete();

    // One thread at a time: the next write comes after the last one's `done`.
    DiskThread& disk_;
    MediaStore& store_;
    Claim claim_;
    const std::uint64_t bytes_max_;
    const bool strict_;
    std::optional<MultipartFile> multipart_;
    MultipartFile::State parts_ = MultipartFile::State::more;
    std::unique_ptr<SealedWriter> writer_;
    std::string first_bytes_;
    Trouble trouble_;
};

}  // namespace postern::media
