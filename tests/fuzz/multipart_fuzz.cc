// The file in a form. However the body is cut into pieces, the same file comes out with the same
// end; no more is held back than a delimiter and one part's head.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/media/multipart.h"
#include "tests/fuzz/check.h"

using postern::media::MultipartFile;

namespace {

struct Outcome {
    MultipartFile::State state = MultipartFile::State::more;
    std::string file;
};

Outcome parse(std::string_view body, std::size_t step) {
    MultipartFile parser("b");
    Outcome outcome;
    while (!body.empty() && outcome.state == MultipartFile::State::more) {
        outcome.state = parser.feed(body.substr(0, step), outcome.file);
        body.remove_prefix(std::min(step, body.size()));
    }
    return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
    (void)MultipartFile::boundary_of(body);
    const Outcome whole = parse(body, body.size() + 1);
    const Outcome pieces = parse(body, data[0] % 16U + 1);
    // Once it is broken, what came before may have been handed out in other portions.
    POSTERN_FUZZ_CHECK(whole.state == pieces.state);
    if (whole.state == MultipartFile::State::done) {
        POSTERN_FUZZ_CHECK(whole.file == pieces.file);
    }
    return 0;
}
