// The texts of mails: charsets, HTML, encoded words, quotations, headers of bounces. Whatever bytes
// come, UTF-8 goes out, twice the same, and nothing grows beyond a small multiple of what came in.
#include <cstddef>
#include <cstdint>
#include <string>

#include "adapters/email/bounce_form.h"
#include "adapters/email/email_auto.h"
#include "adapters/email/mime_charset.h"
#include "adapters/email/mime_header.h"
#include "adapters/email/mime_html.h"
#include "adapters/email/reply.h"
#include "adapters/shared/utf8.h"
#include "tests/fuzz/check.h"

using namespace postern::adapters;

namespace {

constexpr const char* charsets[] = {"",          "utf-8",       "iso-8859-1", "gb2312",
                                    "shift_jis", "iso-2022-jp", "utf-16",     "utf-7",
                                    "nonsense"};

void check_text(const std::string& text, std::size_t in) {
    POSTERN_FUZZ_CHECK(shared::valid_utf8(text) == text);
    POSTERN_FUZZ_CHECK(text.size() <= in * 48 + 256);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
    const char* const charset = charsets[data[0] % std::size(charsets)];
    const std::string text = email::text_to_utf8(bytes, charset);
    check_text(text, size);
    POSTERN_FUZZ_CHECK(text == email::text_to_utf8(bytes, charset));

    const std::string plain = email::html_text(text);
    check_text(plain, size * 3);
    check_text(email::reply_text(text, false), text.size());
    check_text(email::reply_text(plain, true), plain.size());
    check_text(email::decoded_words(bytes), size);
    for (const email::Mailbox& box : email::mailboxes(bytes)) {
        check_text(box.name, size);
        POSTERN_FUZZ_CHECK(box.address.find('@') != std::string::npos);
        POSTERN_FUZZ_CHECK(box.address.find_first_of(" \r\n<>") == std::string::npos);
    }
    for (const std::string& id : email::message_ids(bytes)) POSTERN_FUZZ_CHECK(!id.empty());
    (void)email::mail_date(bytes);
    const std::string name = email::our_name_in(bytes);
    POSTERN_FUZZ_CHECK(name.empty() || name.starts_with("msg_"));
    const email::DeliveryReport report = email::read_delivery_status(bytes);
    for (const email::Bounce& one : report.recipients) POSTERN_FUZZ_CHECK(!one.action.empty());
    return 0;
}
