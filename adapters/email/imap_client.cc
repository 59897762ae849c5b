// What is heard goes to the part that waits for it.
#include "adapters/email/imap_client.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

namespace postern::adapters::email {
namespace {

using namespace std::chrono_literals;

/// Beside the mail itself: names and dates that nobody asked for.
constexpr std::size_t literal_slack = std::size_t{64} << 10;
/// Kept of one search: whatever is beyond comes with the next one.
constexpr std::size_t found_max = 1'000'000;

}  // namespace

std::string_view to_string(ImapProblem problem) {
    static constexpr std::array<std::string_view, 7> names = {
        "protocol",    "no_tls",     "no_mechanism", "login_refused",
        "unavailable", "no_mailbox", "cannot_mark"};
    return names[static_cast<std::size_t>(problem)];
}

ImapClient::ImapClient(ImapOptions options, ImapMemory& memory)
    : options_(std::move(options)),
      memory_(memory),
      reader_(options_.mail_bytes_max + literal_slack),
      secure_(options_.tls == SmtpTls::implicit) {}

void ImapClient::received(std::string_view bytes) {
    if (state_ == State::over) return;
    reader_.add(bytes);
    while (state_ != State::over) {
        auto reply = reader_.next();
        if (!reply) break;
        on_reply(std::move(*reply));
        // CVE-2011-0411: what stands behind the OK was put there by somebody else.
        if (wish_ == ImapWish::start_tls && reader_.has_more())
            return fail(ImapProblem::protocol, "bytes in clear behind STARTTLS");
    }
    if (state_ == State::fetch && reader_.has_string()) note_attempt();
    if (state_ != State::over && !reader_.broken().empty())
        fail(ImapProblem::protocol, reader_.broken());
}

std::string ImapClient::take_output() {
    return std::exchange(output_, {});
}

ImapWish ImapClient::take_wish() {
    return std::exchange(wish_, ImapWish::nothing);
}

std::optional<std::string> ImapClient::take_mark_problem() {
    return std::exchange(mark_problem_, std::nullopt);
}

void ImapClient::say(std::string_view command, State next) {
    tag_ = "P" + std::to_string(++tags_);
    output_.append(tag_).append(" ").append(command).append("\r\n");
    state_ = next;
}

void ImapClient::on_reply(ImapReply reply) {
    if (state_ == State::greeting) return on_greeting(reply);
    if (reply.kind == ImapKind::more) return on_more();
    if (reply.tag.empty()) return on_told(std::move(reply));
    if (reply.tag != tag_) return fail(ImapProblem::protocol, "an answer to no command of ours");
    tag_.clear();
    on_done(reply);
}

/// Untagged: facts, whether somebody asked or not.
void ImapClient::on_told(ImapReply reply) {
    if (!reply.words.empty()) capabilities_ = std::move(reply.words);
    switch (reply.kind) {
        case ImapKind::bye:
            return refuse(ImapProblem::unavailable, reply);
        case ImapKind::ok:
            if (state_ == State::select && reply.code == "UIDVALIDITY")
                validity_ =
                    static_cast<std::uint32_t>(std::strtoul(reply.code_value.c_str(), nullptr, 10));
            if (state_ == State::select && reply.code == "PERMANENTFLAGS")
                permanent_flags_ = reply.code_value;
            return;
        case ImapKind::exists:
            if (!selected_) return;
            news_ = true;
            if (state_ == State::idling) end_idle();
            return;
        case ImapKind::search:
            if (state_ == State::search) add_found(reply.numbers);
            return;
        case ImapKind::fetch:
            return on_fetch(std::move(reply.fetched));
        default:
            return;
    }
}

void ImapClient::add_found(const std::vector<std::uint32_t>& uids) {
    const std::size_t room = std::min(found_max - found_.size(), uids.size());
    found_more_ |= room < uids.size();
    found_.insert(found_.end(), uids.begin(), uids.begin() + static_cast<std::ptrdiff_t>(room));
}

/// Changed flags come unasked, too; they tell no size and bring no mail.
void ImapClient::on_fetch(ImapFetched fetched) {
    if (state_ == State::sizes && fetched.size) {
        const auto asked_end = queue_.begin() + static_cast<std::ptrdiff_t>(sized_);
        if (std::binary_search(queue_.begin(), asked_end, fetched.uid))
            sizes_[fetched.uid] = *fetched.size;
    }
    if (state_ != State::fetch || fetched.uid != queue_.front()) return;
    if (!fetched.body && !fetched.nil) return;
    note_attempt();
    fetched_ = std::move(fetched);
}

void ImapClient::on_done(const ImapReply& reply) {
    if (!reply.words.empty()) capabilities_ = reply.words;
    const bool ok = reply.kind == ImapKind::ok;
    switch (state_) {
        case State::capability:
            return ok ? open() : refuse(ImapProblem::protocol, reply);
        case State::tls:
            if (!ok) return refuse(ImapProblem::no_tls, reply);
            wish_ = ImapWish::start_tls;
            return;
        case State::login:
            return on_login(reply);
        case State::late_capability:
            return ok ? select() : refuse(ImapProblem::protocol, reply);
        case State::select:
            return on_selected(reply);
        case State::search:
            return ok ? on_searched() : refuse(ImapProblem::unavailable, reply);
        case State::sizes:
            return ok ? next() : refuse(ImapProblem::unavailable, reply);
        case State::fetch:
            return ok ? on_fetched() : refuse(ImapProblem::unavailable, reply);
        case State::mark:
            return on_marked(reply);
        case State::idle_begin:
        case State::idling:
            // Ended by the server, or not known to it in spite of its word.
            idle_refused_ = true;
            return rest();
        case State::idle_end:
        case State::asking:
            return ok ? rest() : refuse(ImapProblem::unavailable, reply);
        default:
            return fail(ImapProblem::protocol, "an answer to nothing");
    }
}

void ImapClient::on_more() {
    if (state_ == State::idle_begin) {
        state_ = State::idling;
        if (news_ || look_all_) end_idle();
        return;
    }
    if (state_ != State::login) return fail(ImapProblem::protocol, "a \"+\" to nothing");
    if (pieces_.empty()) {
        if (std::exchange(complained_, true))
            return fail(ImapProblem::protocol, "a login that does not end");
        output_.append(complaint_answer_).append("\r\n");
        return;
    }
    output_.append(pieces_.front()).append("\r\n");
    pieces_.pop_front();
}

void ImapClient::fail(ImapProblem problem, std::string_view detail) {
    failure_ = ImapFailure{problem, std::string(detail)};
    state_ = State::over;
    selected_ = false;
    wish_ = ImapWish::nothing;
    output_.clear();
    tag_.clear();
    pieces_.clear();
    mail_.reset();
}

void ImapClient::refuse(ImapProblem problem, const ImapReply& reply) {
    fail(problem, reply.code.empty() ? reply.text : "[" + reply.code + "] " + reply.text);
}

bool ImapClient::can(std::string_view capability) const {
    return std::ranges::find(capabilities_, capability) != capabilities_.end();
}

std::chrono::seconds ImapClient::patience() const {
    return state_ < State::select ? 30s : 60s;
}

std::chrono::seconds ImapClient::allowance() const {
    // 50 MiB over a line of half a megabit.
    return state_ == State::fetch ? 900s : 180s;
}

void ImapClient::log_out() {
    if (state_ == State::over) return;
    if (state_ == State::idling) output_ += "DONE\r\n";
    // Within a login or the text of a command nobody would read it as a command.
    if (selected_) say("LOGOUT", State::over);
    state_ = State::over;
    tag_.clear();
}

}  // namespace postern::adapters::email
