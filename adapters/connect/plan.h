// How each channel is looked at and connected: its steps in order, and what is left to a person.
// One .cc a provider. The gateway makes the calls (gateway/api/accounts_check.cc); here is what is
// asked and what the answers mean. Pure functions. Thread: any.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "adapters/connect/inquiry.h"

namespace postern::adapters::connect {

struct Step {
    std::string_view check;  // what a call that nobody answers is a finding about
    /// The call; nothing: this step has none to make here, and it may have said why.
    std::optional<ProviderCall> (*ask)(Inquiry& inquiry);
    void (*read)(Inquiry& inquiry, const ProviderAnswer& answer);
};

struct Plan {
    std::string_view channel;
    std::span<const Step> steps;
    /// Before the first step: what the configuration lacks, and what cannot be asked. May be null.
    void (*look)(Inquiry& inquiry);
    /// After the last step: what the provider's API does not let be set. May be null.
    void (*console)(const Inquiry& inquiry, std::vector<ConsoleField>& out);
};

extern const Plan telegram_plan;
extern const Plan whatsapp_plan;
extern const Plan messenger_plan;
extern const Plan instagram_plan;
extern const Plan line_plan;
extern const Plan viber_plan;
extern const Plan wechat_plan;
extern const Plan twilio_plan;
extern const Plan vonage_plan;
extern const Plan smpp_plan;
extern const Plan email_plan;
extern const Plan webchat_plan;
extern const Plan http_plan;

/// Null for a channel of no build.
[[nodiscard]] const Plan* plan_of(std::string_view channel);

}  // namespace postern::adapters::connect
