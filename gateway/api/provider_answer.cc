#include "gateway/api/provider_answer.h"

namespace postern::api {

Problem no_provider_calls() {
    return {503, "cannot_send", "This gateway asks nothing of providers.", {}, {}, {}};
}

Problem provider_unreachable(const ProviderCalls::Answer& got) {
    return {
        502, "provider_unreachable", "The provider did not answer: " + got.problem + ".", {}, {},
        {}};
}

Problem provider_refused(const ProviderCalls::Answer& got, const adapters::SendOutcome& outcome) {
    std::string detail = "The provider answered " + std::to_string(got.status);
    if (!outcome.code.empty()) detail += ", " + outcome.code;
    if (!outcome.provider_code.empty()) detail += " (" + outcome.provider_code + ")";
    if (!outcome.detail.empty()) detail += ": " + outcome.detail;
    return {502, "provider_refused", detail + ".", {}, {}, {}};
}

}  // namespace postern::api
