#include "gateway/lines/kept.h"

#include <utility>

namespace postern::lines {
namespace {

using namespace std::chrono_literals;

/// What an account that is gone, or is another one now, may still take to end what is under way.
constexpr std::chrono::milliseconds drain_grace = 30s;

}  // namespace

Kept::~Kept() {
    (void)stop(0ms);
}

bool Kept::prepare(std::vector<Settings> accounts, std::string& problems) {
    discard();
    next_.clear();
    bool usable = true;
    for (Settings& settings : accounts) {
        const model::AccountNumber number = settings.number;
        const auto runs = running_.find(number);
        if (runs != running_.end() && runs->second->settings.same_as(settings)) {
            next_.emplace(number, runs->second);
            continue;
        }
        std::string problem;
        auto line = make_(settings, problem);
        if (!problem.empty()) {
            problems += "account \"" + settings.config.account + "\": " + problem + "\n";
            usable = false;
        }
        if (line) {
            next_.emplace(
                number, std::make_shared<Running>(Running{std::move(settings), std::move(*line)}));
        }
    }
    if (!usable) discard();
    return usable;
}

void Kept::discard() {
    for (auto& [number, made] : next_) {
        if (made->begun) continue;
        end_receiver(*made, 0ms);
        end_courier(*made, 0ms);
    }
    next_ = running_;
}

std::shared_ptr<egress::Courier> Kept::courier(model::AccountNumber account) const {
    const auto found = next_.find(account);
    return found == next_.end() ? nullptr : found->second->line.courier;
}

void Kept::apply() {
    for (auto& [number, old] : running_) {
        const auto now = next_.find(number);
        if (now != next_.end() && now->second == old) continue;
        end_receiver(*old, drain_grace);
        end_courier(*old, drain_grace);
    }
    running_ = next_;
    for (auto& [number, running] : running_) {
        if (std::exchange(running->begun, true)) continue;
        if (running->line.courier) running->line.courier->begin();
        if (running->line.receiver) running->line.receiver->begin();
    }
}

std::function<void()> Kept::last_word() {
    {
        const std::lock_guard lock(ending_->mutex);
        ++ending_->open;
    }
    return [ending = ending_] {
        const std::lock_guard lock(ending->mutex);
        --ending->open;
        ending->fewer.notify_all();
    };
}

/// A driver keeps itself until it has said its last word.
void Kept::end_courier(Running& running, std::chrono::milliseconds grace) {
    const auto courier = std::exchange(running.line.courier, nullptr);
    if (courier) courier->stop(grace, last_word());
}

void Kept::end_receiver(Running& running, std::chrono::milliseconds grace) {
    const auto receiver = std::exchange(running.line.receiver, nullptr);
    if (receiver) receiver->stop(grace, last_word());
}

void Kept::stop_receiving() {
    for (auto& [number, running] : running_) end_receiver(*running, 1s);
}

bool Kept::stop(std::chrono::milliseconds grace) {
    if (std::exchange(stopped_, true)) return true;
    for (Table* table : {&running_, &next_}) {
        for (auto& [number, running] : *table) {
            end_receiver(*running, grace / 2);
            end_courier(*running, grace / 2);
        }
        table->clear();
    }
    std::unique_lock lock(ending_->mutex);
    return ending_->fewer.wait_for(lock, grace, [this] { return ending_->open == 0; });
}

}  // namespace postern::lines
