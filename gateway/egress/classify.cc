#include "gateway/egress/classify.h"

#include "gateway/net/errc.h"

namespace postern::egress {

using adapters::SendResult;
using net::Errc;

namespace {

std::string_view code_of(const boost::system::error_code& error, bool sent) {
    if (error == Errc::tls_failed) return "tls_failed";
    if (error == Errc::queue_full) return "queue_full";
    if (error == Errc::stopped) return "stopping";
    if (error == Errc::bad_url) return "bad_url";
    if (error == Errc::bad_request) return "bad_request";
    if (error == Errc::connect_timed_out) return "connect_timeout";
    if (error == Errc::timed_out) return "timeout";
    if (error == Errc::proxy_failed) return "proxy_failed";
    if (error == Errc::proxy_refused) return "proxy_refused";
    if (error == Errc::source_failed) return "upload_unreadable";
    if (error == Errc::bad_response || error == Errc::header_too_large ||
        error == Errc::body_too_large) {
        return "bad_answer";
    }
    return sent ? "connection_lost" : "connect_failed";
}

/// Ends that say nothing about the provider.
bool is_ours(const boost::system::error_code& error) {
    return error == Errc::queue_full || error == Errc::stopped || error == Errc::bad_url ||
           error == Errc::bad_request || error == Errc::source_failed;
}

}  // namespace

adapters::SendOutcome outcome_of(SendResult result, std::string_view code, std::string detail) {
    adapters::SendOutcome outcome;
    outcome.result = result;
    outcome.code = code;
    outcome.detail = std::move(detail);
    return outcome;
}

Unanswered classify(const net::ClientResponse& response, bool irrevocable, bool passed,
                    bool cut_short) {
    const bool sent = response.progress != net::Progress::not_sent;
    SendResult result = SendResult::transient;
    // A request that ends before its body does is none, however much of it has left.
    const bool whole = !cut_short && response.error != Errc::source_failed;
    if (passed || (sent && irrevocable && whole)) {
        result = SendResult::unknown;
    } else if (response.error == Errc::bad_request) {
        result = SendResult::permanent;  // the same bytes would be wrong again
    }
    Unanswered out;
    out.outcome = outcome_of(result, code_of(response.error, sent), response.problem);
    out.end = is_ours(response.error) ? CallEnd::cancelled : CallEnd::failed;
    return out;
}

CallEnd end_of(SendResult result) {
    switch (result) {
        case SendResult::accepted:
        case SendResult::rate_limited:
        case SendResult::permanent:
            return CallEnd::succeeded;
        case SendResult::credential:
            return CallEnd::credential;
        case SendResult::transient:
        case SendResult::unknown:
            break;
    }
    return CallEnd::failed;
}

adapters::SendOutcome outcome_of(UploadTrouble trouble) {
    if (trouble == UploadTrouble::gone)
        return outcome_of(SendResult::permanent, "upload_gone", "the upload is no longer there");
    return outcome_of(SendResult::transient, "upload_unreadable",
                      "the upload cannot be read just now");
}

}  // namespace postern::egress
