// Splits the target, pads the body, keeps the answer.
#include "tests/support/fake_http.h"

namespace postern::testing {

Exchange::Exchange(FakeThread& thread, std::string method, std::string target, std::string body)
    : session_(std::make_shared<Session>(thread)),
      method_(std::move(method)),
      target_(std::move(target)),
      body_(std::move(body)),
      body_size_(body_.size()) {
    body_.resize(body_size_ + 64);
}

void Exchange::header(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
}

const net::Request& Exchange::request() {
    headers_.clear();
    for (const auto& [name, value] : fields_) headers_.push_back({name, value});
    request_.method = method_;
    request_.target = target_;
    const std::size_t mark = target_.find('?');
    request_.path = std::string_view(target_).substr(0, mark);
    request_.query =
        mark == std::string::npos ? std::string_view() : std::string_view(target_).substr(mark + 1);
    request_.headers = headers_;
    request_.body = std::string_view(body_).substr(0, body_size_);
    request_.peer = "192.0.2.9";
    return request_;
}

std::string Exchange::answer_header(std::string_view name) const {
    for (const auto& [field, value] : response().headers) {
        if (field == name) return value;
    }
    return {};
}

}  // namespace postern::testing
