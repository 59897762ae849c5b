#include "gateway/webchat/widget.h"

#include "adapters/shared/hmac.h"
#include "widget_parts.h"  // made by CMake of the files in widget/

namespace postern::webchat {

std::string_view widget_script() {
    static const std::string script = [] {
        std::string whole;
        for (const std::string_view part : widget_parts) whole += part;
        return whole;
    }();
    return script;
}

const std::string& widget_etag() {
    static const std::string etag = '"' + adapters::shared::fingerprint(widget_script(), 12) + '"';
    return etag;
}

}  // namespace postern::webchat
