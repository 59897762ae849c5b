// A visitor's file on its way into the media store: who may, what may, and the token with which a
// message then names it (private). I/O threads.
#pragma once

#include <memory>

#include "gateway/net/http.h"
#include "gateway/webchat/ground.h"

namespace postern::webchat {

/// Judges the head, before a byte of the file is read. Also the browser's question beforehand
/// (CORS preflight).
[[nodiscard]] net::Admission admit_upload(Ground& ground, const Site& site,
                                          const net::Request& head);
/// Answers 201 `{"file","mime","filename","url"}` once the row is durable.
void take_upload(Ground& ground, const std::shared_ptr<const Site>& site,
                 const net::Request& request, net::Responder responder);

}  // namespace postern::webchat
