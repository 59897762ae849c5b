// Keywords, and the one sentence that confirms them.
#include "gateway/ingress/wish.h"

#include <array>

#include "gateway/model/json.h"

namespace postern::ingress {
namespace {

struct Words {
    std::string_view language;
    std::string_view stopped;
    std::string_view started;
};

constexpr std::array<Words, 6> confirmations = {{
    {"en", "You are unsubscribed and will get no more messages. Reply START to come back.",
     "You will get our messages again. Reply STOP to end them."},
    {"es", "No recibirás más mensajes nuestros. Responde ALTA para volver a recibirlos.",
     "Volverás a recibir nuestros mensajes. Responde BAJA para dejar de recibirlos."},
    {"pt", "Você não receberá mais mensagens. Responda VOLTAR para recebê-las de novo.",
     "Você voltará a receber nossas mensagens. Responda SAIR para parar."},
    {"it", "Non riceverai altri messaggi. Rispondi INIZIA per riceverli di nuovo.",
     "Riceverai di nuovo i nostri messaggi. Rispondi BASTA per non riceverli più."},
    {"fr", "Vous ne recevrez plus de messages. Répondez REPRENDRE pour en recevoir à nouveau.",
     "Vous recevrez à nouveau nos messages. Répondez STOP pour ne plus en recevoir."},
    {"de",
     "Sie erhalten keine Nachrichten mehr. Antworten Sie START, um wieder welche zu erhalten.",
     "Sie erhalten wieder Nachrichten. Antworten Sie STOPP, um sie zu beenden."},
}};

/// No keyword is longer; most messages are told apart by this alone.
constexpr std::size_t wish_bytes_max = 64;

const Words& words_for(std::string_view language) {
    for (const Words& words : confirmations) {
        if (language.substr(0, 2) == words.language) return words;
    }
    return confirmations.front();
}

}  // namespace

core::Wish wish_of(const adapters::InboundMessage& message, std::string_view channel) {
    core::Wish wish;
    const bool words = message.content.type == adapters::ContentType::text ||
                       message.content.type == adapters::ContentType::choice;
    const std::string& text = message.content.text;
    if (message.automatic) return wish;
    // What these bring back is the button's own data, which nobody has seen or written.
    if (message.content.choice == adapters::ChoiceKind::postback &&
        (channel == "line" || channel == "wechat"))
        return wish;
    if (!words || text.empty() || text.size() > wish_bytes_max || !message.group.empty())
        return wish;
    const policy::KeywordMatch match = policy::match_keyword(text);
    if (match.wish != policy::Wish::stop && match.wish != policy::Wish::start) return wish;
    // «Sí» on a button answers the question above it. Who comes back writes it.
    if (match.wish == policy::Wish::start && message.content.type == adapters::ContentType::choice)
        return wish;
    wish.wish = match.wish;
    wish.only_back = match.only_back;
    wish.probable = match.certainty == policy::Certainty::probable;
    if (channel == "twilio") return wish;
    const Words& confirmation = words_for(message.sender.language);
    model::JsonWriter json(wish.confirmation_json);
    json.begin_object().member("type", "text");
    json.member("text",
                match.wish == policy::Wish::stop ? confirmation.stopped : confirmation.started);
    json.end_object();
    return wish;
}

}  // namespace postern::ingress
