// The table behind presets.h: one line a country or state and kind of message. «ours» marks figures
// without a law behind them, «lists differ» those on which sources disagree.
#include <array>

#include "gateway/policy/presets.h"

namespace postern::policy {
namespace {

using std::chrono::hours;
using Scope = FrequencyCap::Scope;

constexpr Categories m = only(Category::marketing);
constexpr Categories c = only(Category::collections);
constexpr Categories t = only(Category::transactional);
constexpr Categories mc = m | c;
constexpr std::string_view same = "=";

constexpr PresetHours hours_table[] = {
    {"co", "", mc, "07:00-19:00", "08:00-15:00", "", "", "Ley 2300 de 2023 art. 3"},

    {"us", "", m, "08:00-21:00", "08:00-21:00", "08:00-21:00", same, "47 CFR 64.1200(c)(1)"},
    {"us", "", c, "08:00-21:00", "08:00-21:00", "08:00-21:00", same, "12 CFR 1006.6(b)(1)(i)"},
    {"us", "fl", m, "08:00-20:00", "08:00-20:00", "08:00-20:00", same, "FTSA 501.059, 501.616"},
    {"us", "ok", m, "08:00-20:00", "08:00-20:00", "08:00-20:00", same, "OTSA 2022 (HB 3168)"},
    {"us", "wa", m, "08:00-20:00", "08:00-20:00", "08:00-20:00", same, "RCW 19.158.040(2)"},
    {"us", "tx", m, "09:00-21:00", "09:00-21:00", "12:00-21:00", same,
     "Bus. & Com. Code 302, SB 140"},
    {"us", "ct", m, "09:00-20:00", "09:00-20:00", "09:00-20:00", same, "Connecticut act of 2023"},
    {"us", "md", m, "08:00-20:00", "08:00-20:00", "08:00-20:00", same, "Maryland"},
    {"us", "ma", m, "08:00-20:00", "08:00-20:00", "08:00-20:00", same, "Massachusetts"},
    {"us", "nj", m, "08:00-20:00", "08:00-20:00", "08:00-20:00", same, "New Jersey, unverified"},
    {"us", "al", m, "08:00-20:00", "08:00-20:00", "", "", "Alabama"},
    {"us", "la", m, "08:00-20:00", "08:00-20:00", "", "", "Louisiana"},
    {"us", "ms", m, "08:00-20:00", "08:00-20:00", "", same, "Mississippi, lists differ"},
    {"us", "ky", m, "10:00-21:00", "10:00-21:00", "10:00-21:00", same, "Kentucky"},
    {"us", "mi", m, "09:00-21:00", "09:00-21:00", "09:00-21:00", same, "Michigan"},
    {"us", "mn", m, "09:00-21:00", "09:00-21:00", "09:00-21:00", same, "Minnesota"},
    {"us", "nm", m, "09:00-21:00", "09:00-21:00", "09:00-21:00", same, "New Mexico"},
    {"us", "nv", m, "09:00-20:00", "09:00-20:00", "09:00-20:00", same, "Nevada"},
    {"us", "ri", m, "09:00-18:00", "10:00-17:00", "", "", "Rhode Island, lists differ"},
    {"us", "pa", m, "08:00-21:00", "08:00-21:00", "12:00-21:00", "", "Pennsylvania, lists differ"},

    {"mx", "", c, "07:00-22:00", "", "", "", "CONDUSEF, DOF 7 Oct 2014; PROFECO"},
    {"mx", "", m, "09:00-20:00", "10:00-18:00", "", "", "ours"},
    {"br", "", mc, "08:00-20:00", "08:00-14:00", "", "", "CDC art. 42; hours ours"},
    {"cl", "", c, "08:00-20:00", "08:00-20:00", "", "", "Ley 21.320, art. 59 CPC"},
    {"cl", "", m, "09:00-20:00", "10:00-18:00", "", "", "ours"},
    {"es", "", m, "09:00-21:00", "", "", "", "Consumer law art. 96 (calls); LSSI art. 21"},
    {"es", "", c, "09:00-20:00", "10:00-18:00", "", "", "ours"},
    {"it", "", m, "09:00-20:00", "10:00-19:00", "", "",
     "Telemarketing code of conduct, unverified"},
    {"it", "", c, "09:00-20:00", "10:00-18:00", "", "", "ours"},
    {"gb", "", mc, "08:00-21:00", "08:00-21:00", "10:00-18:00", "10:00-18:00",
     "FCA CONC 7.9.4, PECR reg. 22; hours ours"},
    {"in", "", m, "10:00-21:00", "10:00-21:00", "10:00-21:00", same, "TCCCPR 2018"},
    {"in", "", c, "08:00-19:00", "08:00-19:00", "08:00-19:00", same, "RBI, unverified"},
};

constexpr PresetCap caps_table[] = {
    {"co", "", mc, 1, hours{24}, Scope::person, "Ley 2300 de 2023 art. 3"},
    {"co", "", mc, 1, hours{7 * 24}, Scope::other_accounts, "Ley 2300 de 2023 art. 4"},
    {"us", "", c, 3, hours{7 * 24}, Scope::account, "ours, after 12 CFR 1006.14(a)"},
    {"us", "", c, 7, hours{7 * 24}, Scope::person, "ours, after 12 CFR 1006.14(b)"},
    {"us", "fl", m, 3, hours{24}, Scope::person, "FTSA"},
    {"us", "ok", m, 3, hours{24}, Scope::person, "OTSA"},
    {"cl", "", c, 2, hours{7 * 24}, Scope::person, "Ley 21.320"},
    {"cl", "", c, 1, hours{2 * 24}, Scope::person, "Ley 21.320"},
    {"", "", m, 1, hours{24}, Scope::person, "ours"},
    {"", "", m, 3, hours{7 * 24}, Scope::person, "ours"},
    {"", "", m, 8, hours{30 * 24}, Scope::person, "ours"},
    {"", "", c, 1, hours{24}, Scope::person, "ours"},
    {"", "", c, 3, hours{7 * 24}, Scope::person, "ours"},
    {"", "", t, 20, hours{24}, Scope::person, "ours, against loops"},
};

}  // namespace

std::span<const PresetHours> preset_hours() {
    return hours_table;
}

std::span<const PresetCap> preset_caps() {
    return caps_table;
}

}  // namespace postern::policy
