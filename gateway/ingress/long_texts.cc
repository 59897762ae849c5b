#include "gateway/ingress/long_texts.h"

#include <utility>

namespace postern::ingress {
namespace {

using adapters::shared::MessagePart;

constexpr std::string_view missing = "[\u2026]";
constexpr std::size_t done_max = 100'000;  // then forgotten: the store knows them, too

std::string sender_of(const core::ReceiveMessage& message) {
    const auto& aliases = message.message.sender.aliases;
    return aliases.empty() ? std::string{} : aliases.front().address;
}

std::string key_of(const core::ReceiveMessage& message, const MessagePart& part) {
    std::string key = std::to_string(message.inbound.account);
    key.append(" ").append(std::to_string(part.total)).append(" ");
    return key.append(sender_of(message)).append(" ").append(part.reference);
}

std::string id_of(const core::ReceiveMessage& message) {
    return std::to_string(message.inbound.account) + " " + message.message.external_id;
}

/// The part as it came, under the name that it would have had as a message.
core::ReceiveSignal notice_of(core::ReceiveMessage part, const std::string& whole) {
    core::ReceiveSignal out;
    out.inbound = std::move(part.inbound);
    out.signal.kind = adapters::SignalKind::other;
    out.signal.dedupe_id = part.message.external_id;
    out.signal.sender = std::move(part.message.sender);
    out.signal.target = whole;
    out.signal.provider_type = "part";
    out.signal.details_json = std::move(part.message.content.details_json);
    out.signal.provider_time = part.message.provider_time;
    return out;
}

}  // namespace

LongTexts::Added LongTexts::add(core::ReceiveMessage& message, const Waiting& waiting) {
    Added out;
    const auto of = adapters::shared::message_part(message.message.content.details_json);
    if (!of || message.message.content.type != adapters::ContentType::text) return out;
    const std::lock_guard lock(mutex_);
    if (done_.contains(id_of(message))) return out;
    const std::string key = key_of(message, *of);
    auto known = by_key_.find(key);
    const bool repeated = known != by_key_.end() && known->second->parts.contains(of->number);
    if (!repeated && parts_ >= parts_max) return out;
    if (known != by_key_.end()) {
        const auto& parts = known->second->parts;
        const auto same = parts.find(of->number);
        const bool another = same != parts.end() && same->second.message.message.external_id !=
                                                        message.message.external_id;
        if (another) {  // references come round
            out.done.push_back(take(known->second));
            known = by_key_.end();
        }
    }
    if (known == by_key_.end()) {
        if (texts_.size() >= texts_max) return out;
        texts_.push_back({key, *of, ++numbers_, {}});
        known = by_key_.emplace(key, std::prev(texts_.end())).first;
        out.first = true;
    }
    out.taken = true;
    out.key = key;
    Text& text = *known->second;
    const auto [part, is_new] = text.parts.try_emplace(of->number);
    if (is_new) {
        part->second.message = std::move(message);
        ++parts_;
    }
    part->second.waiting.push_back(waiting);
    out.text = text.number;
    out.waits = text.parts.size() < text.of.total;
    if (!out.waits) out.done.push_back(take(known->second));
    return out;
}

bool LongTexts::withdraw(const std::string& key, const Waiting& waiting) {
    const std::lock_guard lock(mutex_);
    const auto text = by_key_.find(key);
    if (text == by_key_.end()) return false;
    for (auto& [number, part] : text->second->parts) {
        if (std::erase(part.waiting, waiting) > 0) return true;
    }
    return false;
}

void LongTexts::forget(const std::vector<std::string>& ids) {
    const std::lock_guard lock(mutex_);
    for (const std::string& id : ids) done_.erase(id);
}

std::optional<LongTexts::Joined> LongTexts::expire(const std::string& key, std::uint64_t text) {
    const std::lock_guard lock(mutex_);
    const auto known = by_key_.find(key);
    if (known == by_key_.end() || known->second->number != text) return std::nullopt;
    return take(known->second);
}

/// The first part that came stands for the whole: its id, its time, its details.
LongTexts::Joined LongTexts::take(Texts::iterator at) {
    Joined out;
    parts_ -= at->parts.size();
    if (done_.size() >= done_max) done_.clear();
    std::vector<std::string> ids;
    std::string words;
    unsigned next = 1;
    for (auto& [number, part] : at->parts) {
        if (number > next) words += missing;
        next = number + 1;
        words += part.message.message.content.text;
        ids.push_back(part.message.message.external_id);
        out.ids.push_back(id_of(part.message));
        done_.insert(out.ids.back());
        for (Waiting& waiting : part.waiting) out.waiting.push_back(std::move(waiting));
    }
    if (next <= at->of.total) words += missing;
    core::ReceiveMessage whole = std::move(at->parts.begin()->second.message);
    const std::string name = whole.message.external_id;
    whole.wish = {};  // of a part
    whole.message.content.text = std::move(words);
    whole.message.content.details_json =
        adapters::shared::details_of_whole(whole.message.content.details_json, at->of, ids);
    out.commands.push_back({std::move(whole), {}});
    for (auto part = std::next(at->parts.begin()); part != at->parts.end(); ++part)
        out.commands.push_back({notice_of(std::move(part->second.message), name), {}});
    by_key_.erase(at->key);
    texts_.erase(at);
    return out;
}

}  // namespace postern::ingress
