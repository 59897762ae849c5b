// What every part of the web chat stands on: made once by the daemon, outlives all sockets. The
// references are thread-safe by themselves.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/ingress/intake.h"
#include "gateway/media/service.h"
#include "gateway/model/time.h"
#include "gateway/runtime/core_inbox.h"
#include "gateway/runtime/reader.h"
#include "gateway/webchat/address_limits.h"
#include "gateway/webchat/hub.h"
#include "gateway/webchat/sites.h"

namespace postern::webchat {

struct Ground {
    ingress::Intake& intake;
    runtime::CoreInbox& core;
    runtime::QueryPool& queries;
    media::MediaService& media;
    const ingress::IntakeGate& gate;
    std::function<model::Now()> clock;
    Hub& hub;
    // Shared: a window that is told last of all that it ended gives back its place.
    std::shared_ptr<AddressLimits> limits = std::make_shared<AddressLimits>();
    std::unique_ptr<Sites> sites = std::make_unique<Sites>();
};

[[nodiscard]] std::string media_path(const Ground& ground, const model::UploadId& upload);

/// 128 bits of chance in hexadecimal digits.
[[nodiscard]] std::string random_id();

inline constexpr std::uint64_t file_bytes_max = 10u << 20;

}  // namespace postern::webchat
