// Keeps real people out of trials, and a restored copy from sending what the original sent.
#include "gateway/policy/rules.h"

namespace postern::policy::rules {

Answer mode(const Case& c) {
    const Facts& facts = c.facts;
    if (facts.test && !facts.test_recipient) {
        return refuse(Rule::mode, "A test message goes only to one of the test recipients.",
                      "add the address to test_recipients");
    }
    if (!facts.active && !facts.test) {
        return refuse(Rule::mode, "The workspace is inactive: only test messages leave.",
                      "make the workspace active, or mark the message as a test");
    }
    if (facts.restored_paused) {
        return wait(Rule::mode, {}, "Sending waits for an operator since a backup was restored.",
                    "compare with the provider what left since, then `postern resume`");
    }
    return std::nullopt;
}

}  // namespace postern::policy::rules
