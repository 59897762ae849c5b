// A file of this machine, uploaded so that a message can name it.
#pragma once

#include <string>

#include "gateway/cli/context.h"
#include "gateway/cli/send_body.h"

namespace postern::cli {

/// POST /v1/media of `ask.upload`; then `content` is the message's content that sends it: a picture
/// as a picture, what cannot be told as a document. False: it was said why, and the exit code is
/// set.
[[nodiscard]] bool upload_content(const SendAsk& ask, Context& context, std::string& content);

}  // namespace postern::cli
