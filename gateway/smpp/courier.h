// SMPP as a courier: the face of an account's binds towards egress.
#pragma once

#include <memory>
#include <string>

#include "gateway/egress/courier.h"
#include "gateway/lines/line.h"

namespace postern::smpp {

/// lines::MakeCourier. Receiving is the same courier's: binds go both ways.
[[nodiscard]] std::shared_ptr<egress::Courier> make_courier(const lines::Ground& ground,
                                                            const lines::Settings& settings,
                                                            std::string& problem);

}  // namespace postern::smpp
