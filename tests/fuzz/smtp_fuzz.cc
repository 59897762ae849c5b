// The SMTP client against a server that says anything. What it makes of the bytes does not depend
// on how they were split; every command is one line; a letter ends once; nothing is said after the
// end, and no password before TLS.
//
// Input: one byte of options, one of where to split, the bytes of the server.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/email/codes.h"
#include "adapters/email/smtp_client.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/line_by_line.h"

using namespace postern::adapters;
using namespace postern::adapters::email;

namespace {

constexpr std::string_view password = "cGFzc3dvcmQ-of-the-account";
constexpr std::string_view body = "Subject: x\r\n\r\n.hola\r\n";

struct Told {
    std::string said;
    std::string ends;
    bool operator==(const Told&) const = default;
};

class Session {
  public:
    explicit Session(std::uint8_t options) : client_(options_of(options)), secure_(options & 4) {}

    void hear(std::string_view bytes) {
        client_.received(bytes);
        act();
    }
    [[nodiscard]] const Told& told() const { return told_; }

  private:
    static SmtpOptions options_of(std::uint8_t options) {
        SmtpOptions out;
        out.hello = "gw.example.net";
        out.tls = options & 4 ? SmtpTls::implicit : SmtpTls::starttls;
        if (options & 1) {
            const auto mechanism = static_cast<SmtpMechanism>((options >> 3) % 5);
            out.login = {mechanism,          "gw", Secret(std::string(password)),
                         (options & 2) != 0, "h",  587};
        }
        return out;
    }

    void act() {
        for (int round = 0; round < 4; ++round) {
            const std::string output = client_.take_output();
            if (!secure_) POSTERN_FUZZ_CHECK(output.find("AUTH") == std::string::npos);
            if (!output.empty()) POSTERN_FUZZ_CHECK(output.ends_with("\r\n"));
            POSTERN_FUZZ_CHECK(smtp_clean(output));
            told_.said += output;
            if (const auto end = client_.take_end()) {
                const SendOutcome out = classify(*end, Instant{}, {});
                told_.ends += std::string(to_string(out.result)) + " " + out.code + "\n";
                POSTERN_FUZZ_CHECK(open_letters_-- == 1);
            }
            if (client_.take_wish() == SmtpWish::start_tls) {
                secure_ = true;
                client_.secured();
            }
            if (client_.failure()) {
                POSTERN_FUZZ_CHECK(client_.take_output().empty());
                POSTERN_FUZZ_CHECK(!client_.ready());
                return;
            }
            if (client_.ready() && letters_ < 3) {
                POSTERN_FUZZ_CHECK(open_letters_ == 0);
                ++letters_;
                ++open_letters_;
                client_.submit({"a@example.net", "b@example.com", std::string(body), "msg_1.1"});
            }
        }
    }

    SmtpClient client_;
    Told told_;
    bool secure_;
    int letters_ = 0;
    int open_letters_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    hear_line_by_line<Session>(data, size);
    return 0;
}
