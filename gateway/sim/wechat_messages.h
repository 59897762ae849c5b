// Bodies of WeChat's customer-service and template messages: what WeChat refuses of them.
#pragma once

#include <string_view>

#include "gateway/sim/json_read.h"
#include "gateway/sim/receiver.h"

namespace postern::sim {

struct WechatProblem {
    int code = 0;  // 0: nothing is wrong
    std::string_view message;
    explicit operator bool() const { return code != 0; }
};

/// message/custom/send: fills `call.to` and `call.text`.
[[nodiscard]] WechatProblem check_wechat_message(const JsonObject& body, Call& call);
/// message/template/send.
[[nodiscard]] WechatProblem check_wechat_template(const JsonObject& body, Call& call);

}  // namespace postern::sim
