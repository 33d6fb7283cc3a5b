// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/kernels.h"

#include <algorithm>

namespace weft::kernels {

const std::vector<std::string_view>& activationNames() {
    static const std::vector<std::string_view> names{
        "linear",      "relu",        "relu6",        "leaky_relu",  "elu",         "selu",           "celu",
        "gelu",        "sigmoid",     "hard_sigmoid", "log_sigmoid", "tanh",        "hard_tanh",      "tanh_shrink",
        "softmax",     "log_softmax", "softplus",     "softsign",    "silu",        "hard_silu",      "mish",
        "exponential", "hard_shrink", "soft_shrink",  "squareplus",  "sparse_plus", "sparse_sigmoid", "sparsemax",
    };
    return names;
}

bool activationNamed(std::string_view name, Activation& out) {
    if (name == "swish") {
        name = "silu";
    } else if (name == "hard_swish") {
        name = "hard_silu";
    }
    const std::vector<std::string_view>& names = activationNames();
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
        return false;
    }
    out = static_cast<Activation>(found - names.begin());
    return true;
}

bool gradientNeedsInput(Activation a) {
    return a == Activation::gelu || a == Activation::silu || a == Activation::hard_silu || a == Activation::mish ||
           a == Activation::tanh_shrink || a == Activation::sparsemax;
}

} // namespace weft::kernels
