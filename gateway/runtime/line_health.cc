#include "gateway/runtime/line_health.h"

namespace postern::runtime {

void LineHealth::want(std::uint32_t connections, model::Instant now) {
    const std::lock_guard lock(mutex_);
    if (!view_.in_use && connections > 0) view_.since = now;
    view_.in_use = connections > 0;
    view_.wanted = connections;
}

void LineHealth::up(model::Instant now) {
    const std::lock_guard lock(mutex_);
    if (view_.up++ == 0) view_.since = now;
    ++view_.connects;
}

void LineHealth::down(std::string problem, model::Instant now) {
    const std::lock_guard lock(mutex_);
    if (view_.up > 0 && --view_.up == 0) view_.since = now;
    ++view_.losses;
    if (problem.empty()) return;
    view_.problem = std::move(problem);
    view_.problem_at = now;
}

void LineHealth::failed(std::string problem, model::Instant now) {
    const std::lock_guard lock(mutex_);
    view_.problem = std::move(problem);
    view_.problem_at = now;
}

LineHealth::View LineHealth::view() const {
    const std::lock_guard lock(mutex_);
    return view_;
}

std::string_view state_of(const LineHealth::View& view) {
    if (!view.in_use) return "";
    if (view.up == 0) return "down";
    return view.up < view.wanted ? "degraded" : "up";
}

}  // namespace postern::runtime
