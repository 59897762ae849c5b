#include "gateway/smtp/connection.h"

#include <algorithm>
#include <utility>

#include "adapters/email/codes.h"

namespace postern::smtp {

using adapters::SendResult;
using adapters::email::SmtpClient;
using adapters::email::SmtpEnd;
using adapters::email::SmtpStage;
using adapters::email::SmtpTls;
using adapters::email::SmtpWish;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds connect_timeout = 15s;
constexpr std::chrono::milliseconds idle_max = 30s;
constexpr std::chrono::milliseconds goodbye_max = 1s;
/// From the begin until the letter is whole, whatever the server does; and what its bytes take
/// beyond that on the slowest way that is not given up, 256 KiB a second.
constexpr std::chrono::microseconds job_max = 115s;
constexpr std::uint64_t letter_bytes_a_ms = 262;
constexpr std::size_t waiting_bytes_max = 64u << 20;
/// The next piece of a file is read once less than this waits for the relay.
constexpr std::uint64_t pour_below = 128u << 10;
constexpr std::size_t request_max = 120;

/// What a server says of one recipient or one letter is no trouble of the server's.
std::optional<egress::CallEnd> end_of(const SmtpEnd& end) {
    const bool about_message = end.stage >= SmtpStage::rcpt && end.reply.code != 0;
    const bool ours = end.problem == adapters::email::SmtpProblem::too_large ||
                      end.problem == adapters::email::SmtpProblem::no_utf8 ||
                      end.problem == adapters::email::SmtpProblem::broken;
    if (ours) return egress::CallEnd::cancelled;
    return about_message ? std::optional(egress::CallEnd::succeeded) : std::nullopt;
}

/// The last words of an idle connection, met by the first ones of a message: they look like an
/// answer to MAIL.
bool crossed(const SmtpEnd& end) {
    return end.stage == SmtpStage::mail && end.reply.code == 421;
}

}  // namespace

Connection::~Connection() {
    if (cancel_timer_) cancel_timer_();
}

void Connection::open(Job job, const adapters::Secret& token) {
    adapters::email::SmtpOptions options = relay_.account->smtp;
    if (!token.empty()) options.login.secret = token;
    client_.emplace(options);
    job_ = std::move(job);
    due_ = relay_.clock().steady + job_max;
    net::LinkOptions link;
    link.host = relay_.account->host;
    link.port = std::to_string(relay_.account->port);
    link.tls = options.tls == SmtpTls::implicit;
    link.trust = relay_.trust;
    link.connect_timeout = connect_timeout;
    link.waiting_bytes_max = waiting_bytes_max;
    net::LinkEvents events;
    const std::weak_ptr<Connection> weak = weak_from_this();
    events.on_open = [weak] {
        if (const auto self = weak.lock()) self->wait();
    };
    events.on_bytes = [weak](std::string_view bytes) {
        if (const auto self = weak.lock()) self->on_bytes(bytes);
    };
    events.on_secure = [weak] {
        const auto self = weak.lock();
        if (!self || self->over_) return;
        self->client_->secured();
        self->go_on();
    };
    events.on_drained = [weak] {
        if (const auto self = weak.lock()) self->pour();
    };
    events.on_closed = [weak](const net::LinkEnd& end) {
        if (const auto self = weak.lock()) self->on_closed(end);
    };
    link_ = net::open_link(thread_, std::move(link), std::move(events));
}

bool Connection::take(Job& job) {
    if (over_ || !idle_) return false;
    idle_ = false;
    reused_ = true;
    job_ = std::move(job);
    due_ = relay_.clock().steady + job_max;
    // Not within the owner's call: an answer may come of it at once.
    thread_.post([weak = weak_from_this()] {
        if (const auto self = weak.lock(); self && !self->over_) self->go_on();
    });
    return true;
}

void Connection::on_bytes(std::string_view bytes) {
    if (over_) return;
    letter_answered_ = true;
    client_->received(bytes);
    go_on();
}

/// Until there is nothing to do but to wait for the server.
void Connection::go_on() {
    const SmtpWish wish = client_->take_wish();
    if (wish == SmtpWish::start_tls && !link_->start_tls()) {
        return lose("TLS cannot be begun", net::LinkReach::tls_failed);
    }
    while (!over_) {
        if (!flush()) return lose("too much waits to be sent", net::LinkReach::open);
        if (const auto end = client_->take_end()) {
            if (!crossed(*end) || !put_back()) report(*end);
        } else if (client_->failure()) {
            const SmtpEnd failure = *client_->failure();
            // Whose message came after the last words of an idle connection is not meant by them.
            if (job_ && (submitted_ || !put_back())) report(failure);
            return leave();
        } else if (wish == SmtpWish::close) {
            return leave();
        } else if (!client_->ready() || !job_ || submitted_ || preparing_) {
            break;
        } else if (!begin_letter()) {
            continue;
        }
    }
    if (over_) return;
    if (client_->ready() && !job_) return become_idle();
    wait();
    pour();
}

/// False: it cannot be made, and is answered.
bool Connection::begin_letter() {
    if (job_->trial) {
        answer(handed(SendResult::accepted, {}, {}));
        return false;
    }
    if (!job_->parcel.content.upload.empty() && relay_.files != nullptr && !job_->by_link) {
        fetch_file();
        return true;
    }
    const adapters::SendRequest request = job_->parcel.request();
    return submit(adapters::email::make_letter(*relay_.account, request, client_->extensions()));
}

void Connection::fetch_file() {
    preparing_ = true;
    attachment_ =
        std::make_shared<Attachment>(*relay_.files, thread_, relay_.account, job_->parcel);
    attachment_->prepare(client_->extensions(), [weak = weak_from_this()](Attachment::Made made) {
        const auto self = weak.lock();
        if (!self || self->over_) return;
        self->preparing_ = false;
        if (made.trouble) {
            self->answer(std::move(*made.trouble));
        } else if (made.letter) {
            (void)self->submit(std::move(*made.letter));
        } else {
            self->job_->by_link = true;
        }
        self->go_on();
    });
}

bool Connection::submit(adapters::Result<adapters::email::SmtpLetter> letter) {
    if (!letter) {
        egress::Handed out =
            handed(SendResult::permanent, "unsendable", "the address or the content makes no mail");
        out.end = egress::CallEnd::cancelled;
        answer(std::move(out));
        return false;
    }
    submitted_ = true;
    letter_answered_ = false;
    letter_from_ = link_->written();
    whole_due_.reset();
    const std::uint64_t bytes = letter->content.size() + letter->more_bytes;
    due_ += std::chrono::milliseconds{bytes / letter_bytes_a_ms};
    client_->submit(std::move(*letter));
    return true;
}

/// The next piece of the file, at the pace at which the relay takes it.
void Connection::pour() {
    if (over_ || reading_ || !attachment_ || client_->wants() == 0) return;
    if (link_->waiting() >= pour_below) return;
    reading_ = true;
    attachment_->read([weak = weak_from_this()](const std::string& bytes) {
        const auto self = weak.lock();
        if (!self || self->over_) return;
        self->reading_ = false;
        if (!bytes.empty()) {
            self->client_->pour(bytes);
            return self->go_on();
        }
        // Half a letter cannot be taken back but with its connection.
        egress::Handed out = handed(SendResult::transient, "upload_unreadable",
                                    "the uploaded file could not be read to its end");
        out.end = egress::CallEnd::cancelled;
        out.sent = true;
        self->answer(std::move(out));
        self->leave();
    });
}

bool Connection::flush() {
    std::string output = client_->take_output();
    return output.empty() || link_->write(std::move(output));
}

void Connection::report(const SmtpEnd& end) {
    if (!job_) return;
    egress::Handed out;
    out.outcome = adapters::email::classify(end, relay_.clock().wall, relay_.account->credentials);
    out.end = end_of(end);
    out.status = static_cast<std::uint16_t>(end.reply.code);
    out.sent = submitted_ && end.reply.code != 0;
    if (end.accepted()) {
        out.outcome.external_id = adapters::email::message_id(*relay_.account, job_->parcel.echo);
        out.request = end.reply.lines.front().substr(0, request_max);
        ++mails_;
    }
    answer(std::move(out));
}

void Connection::answer(egress::Handed handed) {
    Job job = std::move(*job_);
    job_.reset();
    attachment_.reset();
    submitted_ = false;
    owner_.answered(std::move(job), std::move(handed));
}

/// A server closes what was idle for its taste: that is no failure of the message that came then,
/// and another connection takes it. Once; false: it is answered here.
bool Connection::put_back() {
    if (!reused_ || job_->again) return false;
    Job job = std::move(*job_);
    job_.reset();
    attachment_.reset();
    submitted_ = false;
    job.again = true;
    owner_.put_back(std::move(job));
    return true;
}

void Connection::on_closed(const net::LinkEnd& end) {
    if (!over_) lose(end.problem, end.reach);
}

/// The link is gone or given up: its message is answered by how far it came.
void Connection::lose(std::string_view problem, net::LinkReach reach) {
    if (job_) {
        const auto whole_after = submitted_ ? client_->whole_after() : std::nullopt;
        const bool whole = whole_after && link_->may_have_left() > *whole_after;
        const bool unheard = !submitted_ || (!letter_answered_ && !whole);
        if (!unheard || !put_back()) {
            egress::Handed out;
            out.outcome = adapters::email::classify_lost(client_->stage(), whole, problem);
            out.sent = submitted_ && link_->may_have_left() > letter_from_;
            if (reach == net::LinkReach::not_connected) out.outcome.code = "no_connection";
            if (reach == net::LinkReach::tls_failed) out.outcome.code = "tls_failed";
            answer(std::move(out));
        }
    }
    leave();
}

void Connection::become_idle() {
    const auto& limit = client_->extensions().mails_max;
    std::uint64_t most = relay_.account->mails_connection_max;
    if (limit) most = std::min(most, *limit);
    if (retiring_ || mails_ >= most) return retire();
    idle_ = true;
    if (cancel_timer_) cancel_timer_();
    cancel_timer_ = thread_.after(idle_max, [weak = weak_from_this()] {
        if (const auto self = weak.lock(); self && self->idle_) self->retire();
    });
    owner_.idle(*this);
}

void Connection::retire() {
    retiring_ = true;
    if (over_ || job_ || !client_->ready()) return;
    idle_ = false;
    if (cancel_timer_) std::exchange(cancel_timer_, nullptr)();
    client_->quit();
    // The link closes once QUIT has left; the answer may come or not.
    if (!flush()) return leave();
    link_->finish(goodbye_max);
}

void Connection::abort(std::string_view why) {
    if (!over_) lose(why, net::LinkReach::open);
}

void Connection::wait() {
    if (over_) return;
    if (cancel_timer_) cancel_timer_();
    std::chrono::microseconds patience = client_->patience();
    if (job_) patience = std::clamp<std::chrono::microseconds>(left(), 1ms, patience);
    cancel_timer_ = thread_.after(std::chrono::ceil<std::chrono::milliseconds>(patience),
                                  [weak = weak_from_this()] {
                                      if (const auto self = weak.lock())
                                          self->abort("no answer in time");
                                  });
}

/// How long its message may still take. What came before the end of the letter is never taken from
/// the wait for the last answer: who leaves early then sends a mail twice.
std::chrono::microseconds Connection::left() {
    const auto now = relay_.clock().steady;
    if (!submitted_ || !client_->whole_after()) return due_ - now;
    if (!whole_due_) whole_due_ = now + client_->patience();
    return *whole_due_ - now;
}

void Connection::leave() {
    if (std::exchange(over_, true)) return;
    idle_ = false;
    const auto self = shared_from_this();
    if (cancel_timer_) std::exchange(cancel_timer_, nullptr)();
    if (link_) link_->close();
    owner_.gone(*this);
}

}  // namespace postern::smtp
