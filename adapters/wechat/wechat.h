// WeChat Official Account, inbound. The only name that the registry knows of this folder.
#pragma once

#include <memory>
#include <string>

#include "adapters/adapter.h"

namespace postern::adapters::wechat {

/// Credentials: token (one or two live), encoding_aes_key (likewise; needed where messages come
/// encrypted). Setting: app_id, which encrypted messages must name. Null and a `problem` if the
/// token is missing or a key has not WeChat's shape.
[[nodiscard]] std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem);

}  // namespace postern::adapters::wechat
