// What a mail that answers another one takes from it: the mails before it (RFC 5322, 3.6.4) and its
// subject, by which mail programs keep a thread together. Pure.
#pragma once

#include <string>

#include "gateway/model/records.h"

namespace postern::api {

struct MailThread {
    std::string ids;      // before the answered one's own, the oldest first, a space between them
    std::string subject;  // "Re: …"
};

/// Of the mail that is answered; empty where nothing is known, or it is no mail.
[[nodiscard]] MailThread mail_thread(const model::Record& answered);

}  // namespace postern::api
