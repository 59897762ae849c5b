// What a visitor says: checked, made an arrival, handed to the intake, acknowledged once durable.
#include <algorithm>

#include "adapters/webchat/shown.h"
#include "gateway/webchat/chat_session.h"
#include "gateway/webchat/frames.h"

namespace postern::webchat {
namespace {

using namespace std::chrono_literals;
using adapters::webchat::FilledForm;
using Kind = adapters::webchat::Arrived::Kind;

constexpr std::size_t under_way_max = 32;
constexpr std::chrono::microseconds sign_every = 10s;

/// The person's name, as forms ask for it.
std::string name_of(const FilledForm& filled) {
    std::string name(filled.value("name"));
    if (!name.empty()) return name;
    name = filled.value("first_name");
    const std::string_view last = filled.value("last_name");
    if (!name.empty() && !last.empty()) name += ' ';
    return name.append(last);
}

}  // namespace

void ChatSession::take(const Frame& frame) {
    switch (frame.type) {
        case Frame::Type::prechat:
            return take_form(frame);
        case Frame::Type::msg:
            return frame.file.empty() ? take_message(frame) : take_file(frame);
        case Frame::Type::button:
            return take_choice(frame);
        case Frame::Type::recv:
        case Frame::Type::read:
            return take_receipts(frame);
        case Frame::Type::typing:
        case Frame::Type::end:
            return take_sign(frame);
        default:
            return;
    }
}

void ChatSession::retry_later(std::string_view code, std::string_view c,
                              std::chrono::milliseconds after) {
    tell(frames::error(code, c, after));
}

/// Answers if not. Twenty at once, then one in three seconds.
bool ChatSession::may_speak(const Frame& frame) {
    const bool form_first = !site_->form.empty() && !visitor_.form_done;
    if (form_first && frame.type != Frame::Type::prechat) {
        tell(frames::error("closed", frame.c, 0ms));
        return false;
    }
    const std::chrono::microseconds now = ground_.clock().steady;
    const auto pace = ratelimit::Pace::of(20, 60s, 20);
    const bool slow = under_way_ < under_way_max &&
                      ground_.limits->may(AddressLimits::Act::message, peer_, now) &&
                      messages_.take(pace, now);
    if (!slow) retry_later("rate", frame.c, 3s);
    return slow;
}

adapters::webchat::Arrived ChatSession::arrived(Kind kind, const Frame& frame) {
    Arrived arrived;
    arrived.kind = kind;
    arrived.visitor = visitor_.id;
    arrived.c = frame.c;
    arrived.text = frame.text;
    arrived.locale = locale_;
    arrived.page_url = page_url_;
    arrived.page_referrer = page_referrer_;
    return arrived;
}

void ChatSession::take_message(const Frame& frame) {
    if (may_speak(frame)) keep(arrived(Kind::message, frame));
}

/// The row of the upload says what it is: the browser's word counts for nothing.
void ChatSession::take_file(const Frame& frame) {
    if (!may_speak(frame)) return;
    model::UploadId upload;
    const std::string_view id =
        adapters::webchat::read_file_token(site_->secrets, visitor_.id, frame.file);
    if (!model::parse_id(id, upload)) return tell(frames::error("bad_frame", frame.c, 0ms));
    Arrived wanted = arrived(Kind::message, frame);
    wanted.file.upload = id;
    net::IoThread& thread = socket_->thread();
    const bool asked = ground_.queries.post(
        [self = shared_from_this(), &thread, upload, wanted](runtime::Reader& reader) {
            const auto record = reader.get(storage::keys::media_upload(upload.sequence()));
            const model::RecordPtr held = record ? *record : nullptr;
            thread.post([self, held, wanted] {
                const auto* row = held ? model::get_if<model::MediaRow>(held.get()) : nullptr;
                if (row == nullptr) return self->tell(frames::error("gone", wanted.c, 0ms));
                Arrived complete = wanted;
                complete.file.mime = row->mime;
                complete.file.filename = row->filename;
                self->keep(std::move(complete));
            });
        });
    if (!asked) retry_later("busy", frame.c, 2s);
}

void ChatSession::take_form(const Frame& frame) {
    if (!may_speak(frame)) return;
    const FilledForm filled = site_->form.check(frame.fields_json);
    if (!filled.errors.empty()) return tell(frames::prechat_errors(frame.c, filled.errors));
    Arrived form = arrived(Kind::form, frame);
    form.text = site_->form.in_words(filled);
    form.name = name_of(filled);
    form.values = filled.values;
    form.keys = site_->form.keys(filled);
    for (const auto& field : site_->form.fields()) {
        const bool agreed = field.type == adapters::webchat::FieldType::checkbox &&
                            !filled.value(field.name).empty();
        if (agreed) form.consents.emplace_back(field.name, field.text_id);
    }
    form.peer = peer_;
    form.agent = agent_.substr(0, 256);
    keep(std::move(form));
}

void ChatSession::take_choice(const Frame& frame) {
    if (!may_speak(frame)) return;
    Arrived choice = arrived(Kind::choice, frame);
    choice.choice = frame.id;
    choice.text = frame.title.empty() ? frame.id : frame.title;
    choice.in = frame.in;
    keep(std::move(choice));
}

/// Of messages that this window was shown, and of no others.
void ChatSession::take_receipts(const Frame& frame) {
    Arrived receipt = arrived(Kind::receipt, frame);
    receipt.read = frame.type == Frame::Type::read;
    for (const std::string& id : frame.ids) {
        model::MessageId message;
        if (model::parse_id(id, message) && shown_.contains(message.sequence()))
            receipt.ids.push_back(id);
    }
    if (!receipt.ids.empty()) keep(std::move(receipt));
}

/// Not of somebody who has said nothing yet: a sign makes no contact.
void ChatSession::take_sign(const Frame& frame) {
    const std::chrono::microseconds now = ground_.clock().steady;
    const bool typing = frame.type == Frame::Type::typing;
    if (!spoken_ || (typing && !frame.on) || now < sign_at_) return;
    sign_at_ = now + sign_every;
    Arrived sign = arrived(typing ? Kind::typing : Kind::ended, frame);
    sign.c = random_id();
    keep(std::move(sign));
}

void ChatSession::keep(Arrived arrived) {
    if (!socket_) return;
    ingress::Arrival arrival;
    arrival.account = site_->name;
    arrival.raw = std::make_shared<const std::string>(write_arrival(arrived));
    arrival.method = "CHAT";
    arrival.target = "/chat/" + site_->name + "/socket";
    ++under_way_;
    ground_.intake.take(std::move(arrival), socket_->thread(),
                        [self = shared_from_this(), arrived = std::move(arrived)](
                            const ingress::TakeResult& result) { self->kept(arrived, result); });
}

void ChatSession::kept(const Arrived& arrived, const ingress::TakeResult& result) {
    --under_way_;
    const bool answered = arrived.kind != Kind::receipt && arrived.kind != Kind::typing &&
                          arrived.kind != Kind::ended;
    if (result.taken != ingress::Taken::durable) {
        // A receipt is asked for again with the next history, a sign is not worth it.
        if (answered) retry_later("busy", arrived.c, std::max(result.retry_after, 1000ms));
        return;
    }
    if (!answered) return;
    spoken_ = true;
    const model::Instant at = ground_.clock().wall;
    const bool first_time = result.duplicates == 0 && !result.made.empty();
    const std::string id =
        first_time ? to_string(model::MessageId{result.made.front()}) : std::string{};
    if (arrived.kind == Kind::form) {
        visitor_.form_done = true;
        tell(frames::opened(arrived.c, fresh_token()));
    }
    tell(frames::ack(arrived.c, id, at));
    if (first_time) show_to_others(arrived, id, at);
}

/// The visitor's other windows.
void ChatSession::show_to_others(const Arrived& arrived, std::string_view id, model::Instant at) {
    const std::string raw = write_arrival(arrived);
    std::string padded = raw;
    padded.append(64, ' ');
    const auto batch =
        adapters::webchat::read_arrival(std::string_view(padded).substr(0, raw.size()), at);
    if (!batch || batch->items.empty()) return;
    const auto* message = std::get_if<adapters::InboundMessage>(&batch->items.front().what);
    if (message == nullptr) return;
    std::vector<std::string> urls;
    model::UploadId upload;
    for (const adapters::Attachment& file : message->attachments)
        urls.push_back(model::parse_id(file.media_id, upload) ? media_path(ground_, upload) : "");
    Push push;
    push.frame = show(*message, adapters::webchat::Shown{id, at}, urls);
    push.except = static_cast<const Window*>(this);
    ground_.hub.push(site_->number, visitor_.id, std::move(push));
}

}  // namespace postern::webchat
