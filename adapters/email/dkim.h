// Signs mail for the domain that it says it is from (RFC 6376; RFC 8463 for Ed25519), where the
// relay does not. Relaxed forms both, no l=, and From is signed once more than it is there, so that
// nobody can add another. Thread: any; a key is immutable.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/model/secret.h"

namespace postern::adapters::email {

class DkimKey;  // an RSA key of at least 1024 bits, or an Ed25519 key

/// From PEM (PKCS #8 or PKCS #1, not encrypted). Null, and `problem` says why.
[[nodiscard]] std::shared_ptr<const DkimKey> dkim_key(const Secret& pem, std::string& problem);

struct DkimSigner {
    std::string domain;    // d=
    std::string selector;  // s=: the key stands at <selector>._domainkey.<domain>
    std::shared_ptr<const DkimKey> key;
};

/// SHA-256 of a body that comes piece by piece, in its relaxed form already (dkim_canonical.h).
class DkimBodyHash final {
  public:
    DkimBodyHash();
    ~DkimBodyHash();
    DkimBodyHash(const DkimBodyHash&) = delete;
    DkimBodyHash& operator=(const DkimBodyHash&) = delete;

    void add(std::string_view canonical);
    /// Once; 32 bytes, or none if OpenSSL failed.
    [[nodiscard]] std::string finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// As dkim_signature() below, for a body whose hash is known. `headers` as in a mail, with or
/// without the last CRLF.
[[nodiscard]] std::string dkim_signature_over(const DkimSigner& signer, std::string_view headers,
                                              std::string_view body_hash, std::int64_t unix_time);

/// The field "DKIM-Signature: …" with its CRLF, to be put before `mail`, which is headers, an empty
/// line and a body, in CRLF lines. Empty if OpenSSL failed. `unix_time`: t=.
[[nodiscard]] std::string dkim_signature(const DkimSigner& signer, std::string_view mail,
                                         std::int64_t unix_time);

/// All of them on top of the mail; nullopt-like empty if one failed.
[[nodiscard]] std::string dkim_signed(const std::vector<DkimSigner>& signers, std::string mail,
                                      std::int64_t unix_time);

}  // namespace postern::adapters::email
