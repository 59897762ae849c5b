// What a mail that answers another one refers to (RFC 5322, 3.6.4): the mails before that one.
// Pure.
#pragma once

#include <string>

#include "gateway/model/records.h"

namespace postern::api {

/// Of the mail that is answered: the ids before its own, the oldest first, a space between them.
/// Empty: none are known, or it is no mail.
[[nodiscard]] std::string mail_thread(const model::Record& answered);

}  // namespace postern::api
