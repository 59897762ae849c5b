// The IMAP client against a server that says anything. What it makes of the bytes does not depend
// on how they were split; every line is one command; no password is said before TLS; a mail is
// handed out once and marked only if it was settled; nothing is said after the end.
//
// Input: one byte of options, one of where to split, the bytes of the server.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/email/imap_client.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/line_by_line.h"

using namespace postern::adapters;
using namespace postern::adapters::email;

namespace {

constexpr std::string_view password = "cGFzc3dvcmQ-of-the-account";
constexpr std::size_t mail_bytes_max = 512;

struct Told {
    std::string said;
    std::string mails;
    bool operator==(const Told&) const = default;
};

class Session {
  public:
    explicit Session(std::uint8_t options)
        : options_(options), client_(options_of(options), memory_), secure_(options & 1) {}

    void hear(std::string_view bytes) {
        client_.received(bytes);
        act();
    }
    [[nodiscard]] const Told& told() const { return told_; }

  private:
    static ImapOptions options_of(std::uint8_t options) {
        ImapOptions out;
        out.tls = options & 1 ? SmtpTls::implicit : SmtpTls::starttls;
        out.login.username = "gw";
        out.login.secret = Secret(std::string(password));
        out.login.token = (options & 2) != 0;
        out.after = static_cast<ImapAfter>((options >> 2) % 3);
        out.folder = "\"Done\"";
        out.mail_bytes_max = mail_bytes_max;
        return out;
    }

    /// Until the server has to say something.
    void act() {
        for (bool more = true; more;) {
            const std::string output = client_.take_output();
            if (!secure_) POSTERN_FUZZ_CHECK(output.find("AUTH") == std::string::npos);
            if (!secure_) POSTERN_FUZZ_CHECK(output.find("LOGIN") == std::string::npos);
            if (!output.empty()) POSTERN_FUZZ_CHECK(output.ends_with("\r\n"));
            told_.said += output;
            if (client_.failure()) {
                POSTERN_FUZZ_CHECK(client_.take_output().empty());
                POSTERN_FUZZ_CHECK(!client_.selected() && !client_.take_mail());
                return;
            }
            more = !output.empty();
            if (client_.take_wish() == ImapWish::start_tls) {
                secure_ = more = true;
                client_.secured();
            }
            if (const auto mail = client_.take_mail()) {
                more = true;
                settle(*mail);
            }
            (void)client_.take_mark_problem();
            if (client_.resting() && (options_ & 0x40) != 0) {
                more = true;
                client_.look((options_ & 0x80) != 0);
            }
        }
    }

    void settle(const ImapMail& mail) {
        POSTERN_FUZZ_CHECK(secure_ && client_.selected() && client_.holds_mail());
        POSTERN_FUZZ_CHECK(mail.bytes.size() <= mail_bytes_max + (std::size_t{64} << 10));
        POSTERN_FUZZ_CHECK(client_.take_output().empty());
        told_.mails += std::to_string(mail.uid) + mail.bytes + mail.problem + "\n";
        const auto how = static_cast<ImapSettled>((options_ >> 4) % 3);
        client_.settle(how);
        if (how == ImapSettled::later) {
            POSTERN_FUZZ_CHECK(client_.take_output().empty());
            client_.look(false);
        } else {
            POSTERN_FUZZ_CHECK(memory_.durable.contains(mail.uid));
        }
    }

    const std::uint8_t options_;
    ImapMemory memory_;
    ImapClient client_;
    Told told_;
    bool secure_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    hear_line_by_line<Session>(data, size);
    return 0;
}
