// Keywords by language. English and Twilio's own defaults first (help articles 223134027,
// 360058144374), then the others; checked November 2026. 47 CFR 64.1200(a)(10) names stop, quit,
// end, revoke, opt out, cancel and unsubscribe.
#include "gateway/policy/keyword_table.h"

namespace postern::policy {
namespace {

constexpr Keyword stop(std::string_view text) {
    return {text, Wish::stop, false, false};
}
constexpr Keyword start(std::string_view text) {
    return {text, Wish::start, false, false};
}
constexpr Keyword help(std::string_view text) {
    return {text, Wish::help, false, false};
}

constexpr Keyword table[] = {
    // English
    stop("stop"),
    {"stopall", Wish::stop, true, false},
    {"stop all", Wish::stop, true, false},
    stop("unsubscribe"),
    stop("cancel"),
    stop("end"),
    stop("quit"),
    stop("revoke"),
    stop("optout"),
    stop("opt out"),
    start("start"),
    start("unstop"),
    {"yes", Wish::start, false, true},
    start("subscribe"),
    start("resume"),
    help("help"),
    help("info"),
    // Spanish
    stop("baja"),
    stop("alto"),
    stop("parar"),
    stop("cancelar"),
    stop("detener"),
    stop("deten"),
    stop("salir"),
    stop("no mas"),
    stop("darme de baja"),
    start("alta"),
    start("iniciar"),
    {"si", Wish::start, false, true},
    help("ayuda"),
    // Portuguese (parar, cancelar, iniciar: as in Spanish)
    stop("sair"),
    stop("remover"),
    start("voltar"),
    help("ajuda"),
    // French
    stop("arret"),
    stop("arrete"),
    stop("arreter"),
    stop("arrett"),
    stop("desabo"),
    stop("desinscrire"),
    start("debut"),
    start("reprendre"),
    help("aide"),
    // German
    stop("stopp"),
    stop("abmelden"),
    stop("abbestellen"),
    stop("ende"),
    start("anmelden"),
    help("hilfe"),
    // Italian
    stop("basta"),
    stop("cancella"),
    stop("disiscrivi"),
    start("inizia"),
    help("aiuto"),
    // Dutch, Polish, Turkish, Russian
    stop("afmelden"),
    stop("stoppen"),
    stop("wypisz"),
    stop("ret"),
    stop("iptal"),
    stop("стоп"),
    // Chinese, Japanese, Korean, Arabic, Hindi
    stop("退订"),
    stop("td"),
    stop("停止"),
    stop("解除"),
    stop("수신거부"),
    stop("إيقاف"),
    stop("रोकें"),
};

constexpr std::string_view leading[] = {"stop", "unsubscribe", "baja"};

constexpr std::string_view beginnings[] = {
    "stop by",        "stop at",        "stop in",      "stop over",       "stop off",
    "stop here",      "stop near",      "stop there",   "stop sign",       "stop signs",
    "stop light",     "stop lights",    "stop loss",    "stop motion",     "stop he",
    "stop she",       "stop they",      "stop joking",  "stop worrying",   "stop crying",
    "stop laughing",  "stop kidding",   "baja el",      "baja del",        "baja al",
    "baja a",         "baja un",        "baja una",     "baja california", "baja calidad",
    "baja temporada", "baja velocidad", "baja presion", "baja tension",
};

constexpr std::string_view negating[] = {"don t",  "dont",  "not",  "never",  "can t", "cant",
                                         "cannot", "won t", "wont", "didn t", "didnt"};

constexpr std::string_view neighbours[] = {
    "cancer",                                                  // cancel
    "pagar",    "para",   "parra", "parir",                    // parar
    "salio",    "salid",                                       // salir
    "pasta",    "hasta",  "casta", "vasta", "busta", "tasta",  // basta
    "cancello",                                                // cancella
    "shoppen",  "stoppe",                                      // stoppen
    "daten",    "beten",  "tener", "eten",  "delen",           // deten
    "evoke",                                                   // revoke
    "nomas",    "no mal",                                      // no mas
};

constexpr std::string_view phrases[] = {
    "stop texting", "stop messaging", "remove me",         "opt me out",
    "take me off",  "do not text",    "no me escriban",    "no mas mensajes",
    "dar de baja",  "darme de baja",  "nao quero receber", "ne plus recevoir",
};

}  // namespace

std::span<const Keyword> keywords() {
    return table;
}

std::span<const std::string_view> leading_words() {
    return leading;
}

std::span<const std::string_view> everyday_beginnings() {
    return beginnings;
}

std::span<const std::string_view> negations() {
    return negating;
}

std::span<const std::string_view> everyday_neighbours() {
    return neighbours;
}

std::span<const std::string_view> stop_phrases() {
    return phrases;
}

}  // namespace postern::policy
