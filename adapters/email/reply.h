// What a person wrote in a mail, apart from what they answer to and from how they sign. Pure.
// Thread: any.
#pragma once

#include <string>
#include <string_view>

namespace postern::adapters::email {

/// `text`: UTF-8 with LF. Quotations, the mail before and signatures are left out; answers between
/// quoted lines are kept. Where nothing would be left, the whole text. `forwarded`: somebody else's
/// mail is what is meant, so it stays.
[[nodiscard]] std::string reply_text(std::string_view text, bool forwarded);

}  // namespace postern::adapters::email
