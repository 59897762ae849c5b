// gateway/api/openapi.json, compiled in (the build writes openapi.cc from it).
#pragma once

#include <string_view>

namespace postern::api {

extern const std::string_view openapi_json;

}  // namespace postern::api
