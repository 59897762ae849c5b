// Words for replies.
#include "gateway/api/submitted.h"

#include "gateway/api/routing.h"
#include "gateway/events/outbound_json.h"

namespace postern::api {
namespace {

using core::ReplyCode;

/// What an accepted message takes beside its content and metadata, about.
constexpr std::size_t accepted_bytes = 2048;

/// Of JSON that this process wrote; null is empty.
std::string word_of(simdjson::dom::element object, std::string_view name) {
    std::string_view word;
    if (object[name].get(word) != simdjson::SUCCESS) return {};
    return std::string(word);
}

/// Nobody of those who were considered can take it: one error each.
Problem refused_by_all(const model::OutboundRow& row) {
    std::vector<FieldError> errors;
    simdjson::dom::parser parser;
    simdjson::dom::array considered;
    if (parser.parse(row.choice_json)["considered"].get(considered) == simdjson::SUCCESS) {
        for (const simdjson::dom::element one : considered) {
            errors.push_back({"account", word_of(one, "rule"),
                              word_of(one, "account") + ": " + word_of(one, "detail")});
        }
    }
    return nobody_chosen(std::move(errors));
}

Problem refusal_of(const core::Reply& reply) {
    const auto* row =
        reply.record != nullptr ? model::get_if<model::OutboundRow>(reply.record.get()) : nullptr;
    if (row == nullptr) return {500, "internal_error", "The refusal has no verdict.", {}, {}};
    const model::Rule rule = row->verdict.decisive();
    Problem problem{422, to_string(rule), "A rule refuses this message.", {}, {}};
    if (!row->choice_json.empty()) problem = refused_by_all(*row);
    for (const model::RuleResult& result : row->verdict.results) {
        if (result.rule != rule || !row->choice_json.empty()) continue;
        problem.detail = result.detail;
        if (!result.cure.empty()) problem.detail += " What would help: " + result.cure + ".";
    }
    model::JsonWriter json(problem.verdict_json);
    events::write_verdict(json, *row, row->verdict);
    return problem;
}

}  // namespace

std::optional<simdjson::dom::element> parse_json(std::string_view padded) {
    thread_local simdjson::dom::parser parser;
    simdjson::dom::element root;
    constexpr bool copy = false;  // the padding is there
    if (parser.parse(padded.data(), padded.size(), copy).get(root) != simdjson::SUCCESS)
        return std::nullopt;
    return root;
}

std::string accepted_json(const model::Record& record, model::Sequence sequence,
                          const events::AccountTable& accounts) {
    const auto& row = model::get<model::OutboundRow>(record);
    std::string out;
    out.reserve(accepted_bytes + row.content_json.size() + row.metadata_json.size());
    model::JsonWriter json(out);
    events::write_message(json, row, sequence, events::accepted_standing(row), accounts);
    return out;
}

Problem problem_of(const core::Reply& reply) {
    switch (reply.code) {
        case ReplyCode::refused:
            return refusal_of(reply);
        case ReplyCode::idempotency_conflict:
            return {422,
                    "idempotency_conflict",
                    "This Idempotency-Key was used for another request.",
                    {},
                    {}};
        case ReplyCode::not_found:
            return fields_at_fault({{"account", "not_found", "There is no account of this name."}});
        case ReplyCode::conflict:
            return {503,
                    "starting",
                    "The rules of sending are not loaded yet; try again.",
                    {},
                    std::chrono::seconds{1}};
        case ReplyCode::unreadable:
            return storage_unreadable();
        case ReplyCode::done:
        case ReplyCode::duplicate:
        case ReplyCode::replayed:
            break;
    }
    return {500, "internal_error", "The message was not taken.", {}, {}};
}

}  // namespace postern::api
