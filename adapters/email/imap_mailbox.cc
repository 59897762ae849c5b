// What is done in the mailbox: look, fetch, hand out, mark, wait.
#include <algorithm>
#include <utility>

#include "adapters/email/email_text.h"
#include "adapters/email/imap_client.h"

namespace postern::adapters::email {
namespace {

constexpr std::size_t sizes_at_once = 100;
/// Of a mail that does not come whole: its headers say to people which one it is.
constexpr std::size_t head_bytes_max = std::size_t{64} << 10;
constexpr unsigned attempts_max = 5;
/// From the first attempt that counts to the one after which it is given up: an hour's trouble at
/// the server begins with minutes of it.
constexpr std::chrono::minutes attempts_span{30};
constexpr std::size_t unmarked_max = 1000;
constexpr std::uint32_t uid_max = 0xffff'ffff;

bool is_passing(std::string_view code) {
    return code == "UNAVAILABLE" || code == "INUSE" || code == "LIMIT" || code == "SERVERBUG";
}

}  // namespace

void ImapMemory::keep(std::uint32_t of_validity, std::uint32_t uid, ImapSettled how) {
    if (of_validity == validity && how != ImapSettled::later) durable[uid] = how;
}

void ImapClient::select() {
    validity_ = 0;
    permanent_flags_.clear();
    say("SELECT " + options_.mailbox, State::select);
}

void ImapClient::on_selected(const ImapReply& reply) {
    if (reply.kind == ImapKind::bad) return refuse(ImapProblem::protocol, reply);
    if (reply.kind == ImapKind::no) {
        return refuse(is_passing(reply.code) ? ImapProblem::unavailable : ImapProblem::no_mailbox,
                      reply);
    }
    if (reply.code == "READ-ONLY")
        return fail(ImapProblem::cannot_mark, "the mailbox is read-only for this login");
    const bool seen = options_.after == ImapAfter::seen;
    const std::string_view needed = seen ? "\\Seen" : "\\Deleted";
    const bool flag = seen || !can("MOVE") || options_.after == ImapAfter::remove;
    if (flag && !permanent_flags_.empty() && !contains(permanent_flags_, needed)) {
        return fail(ImapProblem::cannot_mark,
                    "the mailbox keeps no flag " + std::string(needed) + " for this login");
    }
    // The mailbox was made anew, or is another one: its numbers mean other mails.
    if (memory_.validity != validity_) {
        const auto now = memory_.now;
        memory_ = {};
        memory_.validity = validity_;
        memory_.now = now;
    }
    selected_ = true;
    from_ = 1;
    search();
}

void ImapClient::search() {
    news_ = false;
    found_.clear();
    found_more_ = false;
    if (from_ == 1) passed_over_ = false;
    std::string command = "UID SEARCH ";
    if (from_ > 1) command += "UID " + std::to_string(from_) + ":* ";
    // A mail that was set aside stays in the mailbox: by both flags it is known.
    command +=
        options_.after == ImapAfter::seen ? "UNSEEN UNDELETED" : "UNDELETED NOT (SEEN FLAGGED)";
    say(command, State::search);
}

void ImapClient::on_searched() {
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    if (found_more_) {
        look_all_ = true;
    } else if (from_ == 1) {
        // Somebody else marked these, or took them away.
        const auto is_gone = [this](std::uint32_t uid) {
            return !std::binary_search(found_.begin(), found_.end(), uid);
        };
        std::erase_if(memory_.durable, [&](const auto& entry) { return is_gone(entry.first); });
        std::erase_if(memory_.copied, is_gone);
    }
    // "9:*" is also the last mail there is, if that is 7.
    std::erase_if(found_, [this](std::uint32_t uid) { return uid < from_; });
    queue_.assign(found_.begin(), found_.end());
    found_ = {};
    sizes_.clear();
    sized_ = 0;
    next();
}

void ImapClient::next() {
    while (!queue_.empty()) {
        const std::uint32_t uid = queue_.front();
        const auto safe = memory_.durable.find(uid);
        if (safe != memory_.durable.end()) return mark(uid, safe->second);
        if (sized_ == 0) return ask_sizes();
        if (sizes_.contains(uid)) return fetch(uid);
        drop_front();  // gone since it was found
    }
    rest();
}

void ImapClient::ask_sizes() {
    sized_ = std::min(queue_.size(), sizes_at_once);
    std::string command = "UID FETCH ";
    for (std::size_t i = 0; i < sized_; ++i) {
        if (i > 0) command += ',';
        command += std::to_string(queue_[i]);
    }
    say(command + " (UID RFC822.SIZE)", State::sizes);
}

void ImapClient::fetch(std::uint32_t uid) {
    if (std::exchange(memory_.hard_uid, uid) != uid)
        memory_.hard_attempts = memory_.vain_attempts = 0;
    const unsigned attempts = memory_.hard_attempts;
    fetched_ = {};
    attempt_noted_ = false;
    whole_asked_ = attempts < attempts_max && sizes_[uid] <= options_.mail_bytes_max;
    if (attempts >= 2 * attempts_max) {
        return hand_out(uid, {}, "the server gave neither the mail nor its headers, five times");
    }
    if (memory_.vain_attempts >= attempts_max) {
        // The server may be unwell, or the mail is: the others have their turn meanwhile.
        memory_.vain_attempts = 0;
        passed_over_ = true;
        drop_front();
        return next();
    }
    ++memory_.vain_attempts;
    const std::string part = whole_asked_
                                 ? "BODY.PEEK[]"
                                 : "BODY.PEEK[HEADER]<0." + std::to_string(head_bytes_max) + ">";
    say("UID FETCH " + std::to_string(uid) + " (UID " + part + ")", State::fetch);
}

/// Something of the mail came: should it not come whole, the mail itself may be why. An answer
/// without any of it tells of the server alone.
void ImapClient::note_attempt() {
    if (std::exchange(attempt_noted_, true)) return;
    memory_.vain_attempts = 0;
    if (memory_.hard_attempts == 0) memory_.hard_since = memory_.now;
    const bool gives_up = memory_.hard_attempts + 1 == attempts_max;
    if (gives_up && memory_.now - memory_.hard_since < attempts_span) return;
    ++memory_.hard_attempts;
}

void ImapClient::on_fetched() {
    const std::uint32_t uid = queue_.front();
    if (fetched_.nil)
        return fail(ImapProblem::unavailable, "a mail is there, and nothing of it is given");
    if (!fetched_.body) {  // gone since it was found
        memory_.hard_attempts = memory_.vain_attempts = 0;
        drop_front();
        return next();
    }
    std::string problem;
    if (sizes_[uid] > options_.mail_bytes_max) {
        problem = "a mail of " + std::to_string(sizes_[uid]) + " bytes, beyond " +
                  std::to_string(options_.mail_bytes_max);
    } else if (!whole_asked_) {
        problem = "the server did not give the mail whole, five times";
    } else if (fetched_.cut || fetched_.body->size() > options_.mail_bytes_max) {
        problem = "a mail larger than the server said";
    }
    hand_out(uid, std::move(*fetched_.body), std::move(problem));
}

void ImapClient::hand_out(std::uint32_t uid, std::string bytes, std::string problem) {
    memory_.hard_attempts = memory_.vain_attempts = 0;
    if (!problem.empty() && bytes.size() > head_bytes_max) {
        bytes.resize(head_bytes_max);
        bytes.shrink_to_fit();
    }
    if (!problem.empty()) problem += ": it stays in the mailbox, flagged";
    mail_ = ImapMail{validity_, uid, std::move(bytes), std::move(problem)};
    state_ = State::handed;
}

std::optional<ImapMail> ImapClient::take_mail() {
    return std::exchange(mail_, std::nullopt);
}

void ImapClient::settle(ImapSettled how) {
    if (state_ != State::handed) return;
    if (how == ImapSettled::later) {
        state_ = State::held;
        return;
    }
    const std::uint32_t uid = queue_.front();
    memory_.keep(validity_, uid, how);
    mark(uid, how);
}

std::vector<std::string> ImapClient::mark_commands(std::uint32_t uid, ImapSettled how) const {
    const std::string number = std::to_string(uid);
    const std::string store = "UID STORE " + number + " +FLAGS.SILENT ";
    if (how == ImapSettled::set_aside) return {store + "(\\Seen \\Flagged)"};
    if (options_.after == ImapAfter::seen) return {store + "(\\Seen)"};
    if (options_.after == ImapAfter::move && can("MOVE"))
        return {"UID MOVE " + number + " " + options_.folder};
    std::vector<std::string> out;
    if (options_.after == ImapAfter::move && !memory_.copied.contains(uid))
        out.push_back("UID COPY " + number + " " + options_.folder);
    out.push_back(store + "(\\Seen \\Deleted)");
    // Without UIDPLUS an EXPUNGE would take away what others have marked, too.
    if (can("UIDPLUS")) out.push_back("UID EXPUNGE " + number);
    return out;
}

void ImapClient::mark(std::uint32_t uid, ImapSettled how) {
    const std::vector<std::string> commands = mark_commands(uid, how);
    marks_.assign(commands.begin(), commands.end());
    say(marks_.front(), State::mark);
}

void ImapClient::on_marked(const ImapReply& reply) {
    const bool making = marks_.front().starts_with("CREATE ");
    if (reply.kind == ImapKind::ok || making) {
        // What comes behind it may be refused, and is tried at every look: one copy is enough.
        if (marks_.front().starts_with("UID COPY ")) memory_.copied.insert(queue_.front());
        marks_.pop_front();
        if (!marks_.empty()) return say(marks_.front(), State::mark);
        memory_.durable.erase(queue_.front());
        memory_.copied.erase(queue_.front());
    } else if (reply.code == "TRYCREATE" && !std::exchange(folder_made_, true)) {
        marks_.push_front("CREATE " + options_.folder);
        return say(marks_.front(), State::mark);
    } else {
        mark_problem_ = reply.text;
        if (memory_.durable.size() > unmarked_max)
            return fail(ImapProblem::cannot_mark, reply.text);
    }
    drop_front();
    next();
}

/// Looked at: the search for news begins behind it.
void ImapClient::drop_front() {
    const std::uint32_t uid = queue_.front();
    from_ = std::max(from_, uid < uid_max ? uid + 1 : uid);
    sizes_.erase(uid);
    queue_.pop_front();
    if (sized_ > 0) --sized_;
}

void ImapClient::rest() {
    if (std::exchange(look_all_, false)) {
        from_ = 1;
        return search();
    }
    if (news_) return search();
    if (can("IDLE") && !idle_refused_) return say("IDLE", State::idle_begin);
    state_ = State::resting;
}

void ImapClient::end_idle() {
    output_ += "DONE\r\n";
    state_ = State::idle_end;
}

void ImapClient::look(bool all) {
    switch (state_) {
        case State::idling:
            look_all_ |= all;
            return end_idle();
        case State::resting:
            look_all_ |= all;
            return all ? rest() : say("NOOP", State::asking);
        case State::held:
            return next();
        default:
            look_all_ |= all;
    }
}

}  // namespace postern::adapters::email
