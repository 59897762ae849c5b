// The file of one message on its way into its letter: found in the media store, read once where the
// letter is signed, and read again while it is sent. A piece at a time, whatever its size.
//
// Life: one attempt's; a callback that comes late finds it gone. Thread: its IoThread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "adapters/email/send.h"
#include "gateway/egress/upload_files.h"
#include "gateway/smtp/job.h"

namespace postern::smtp {

class Attachment final : public std::enable_shared_from_this<Attachment> {
  public:
    /// What a file came to: a letter that wants its bytes; nothing, where it goes as a link; or
    /// trouble that ends the attempt.
    struct Made {
        std::optional<adapters::email::SmtpLetter> letter;
        std::optional<egress::Handed> trouble;
    };

    /// `files` outlives it.
    Attachment(egress::UploadFiles& files, net::IoThread& thread,
               std::shared_ptr<const adapters::email::SmtpAccount> account, egress::Parcel parcel);

    /// Once. `done` comes later, never within the call.
    void prepare(const adapters::email::SmtpExtensions& server, std::function<void(Made)> done);
    /// After a letter came of it: what the client is to be given next; empty: it cannot be read on.
    /// One call at a time; `done` comes later.
    void read(std::function<void(std::string)> done);

  private:
    void found(const adapters::email::SmtpExtensions& server,
               const std::optional<egress::UploadFile>& file, egress::UploadTrouble trouble);
    void open(std::function<void()> then);
    void hash(std::uint64_t left);
    void give();
    void fail(egress::UploadTrouble trouble);
    void end(Made made);

    egress::UploadFiles& files_;
    net::IoThread& thread_;
    const std::shared_ptr<const adapters::email::SmtpAccount> account_;
    const egress::Parcel parcel_;
    std::function<void(Made)> done_;
    egress::UploadFile file_;
    std::unique_ptr<adapters::email::AttachedLetter> letter_;
    std::shared_ptr<net::BodySource> source_;
};

}  // namespace postern::smtp
