// The way out of an e-mail account: a Desk on every I/O thread, each with its own connections to
// the relay. Made on the main thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "adapters/adapter.h"
#include "gateway/egress/courier.h"
#include "gateway/egress/upload_files.h"
#include "gateway/model/time.h"
#include "gateway/net/io_thread.h"
#include "gateway/tokens/token_source.h"

namespace postern::smtp {

struct MailWay {
    std::string ca_file;                   // believed beside the system's authorities, or empty
    egress::UploadFiles* files = nullptr;  // outlives it; null: uploads go as links
    std::shared_ptr<tokens::TokenSource> tokens{};  // it logs in with; null: with a password
};

/// `pool` outlives it. Null without a problem: the account only receives.
[[nodiscard]] std::shared_ptr<egress::Courier> make_mail_courier(
    net::IoPool& pool, const adapters::AdapterConfig& config, const MailWay& way,
    std::function<model::Now()> clock, std::string& problem);

}  // namespace postern::smtp
