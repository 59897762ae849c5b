// The list of plans.
#include "adapters/connect/plan.h"

#include <array>

namespace postern::adapters::connect {
namespace {

constexpr std::array plans = {
    &telegram_plan, &whatsapp_plan, &messenger_plan, &instagram_plan, &line_plan,
    &viber_plan,    &wechat_plan,   &twilio_plan,    &vonage_plan,    &smpp_plan,
    &email_plan,    &webchat_plan,  &http_plan,
};

}  // namespace

const Plan* plan_of(std::string_view channel) {
    for (const Plan* plan : plans) {
        if (plan->channel == channel) return plan;
    }
    return nullptr;
}

}  // namespace postern::adapters::connect
