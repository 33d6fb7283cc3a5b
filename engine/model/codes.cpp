// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/model/model.h"

#include <cmath>

namespace weft {
namespace {

template <class T>
std::int64_t firstUnknown(const T* data, std::int64_t count, std::int64_t codes) {
    for (std::int64_t i = 0; i < count; ++i) {
        const auto number = static_cast<double>(data[i]);
        if (!(number >= 0 && number < static_cast<double>(codes))) {
            return i;
        }
    }
    return -1;
}

std::int64_t firstUnknown(const void* data, DType type, std::int64_t count, std::int64_t codes) {
    switch (type) {
    case DType::float32: return firstUnknown(static_cast<const float*>(data), count, codes);
    case DType::float64: return firstUnknown(static_cast<const double*>(data), count, codes);
    case DType::int32: return firstUnknown(static_cast<const std::int32_t*>(data), count, codes);
    case DType::int64: return firstUnknown(static_cast<const std::int64_t*>(data), count, codes);
    case DType::boolean:
    case DType::uint8: return firstUnknown(static_cast<const std::uint8_t*>(data), count, codes);
    }
    return -1;
}

double numberAt(const void* data, DType type, std::int64_t i) {
    switch (type) {
    case DType::float32: return static_cast<double>(static_cast<const float*>(data)[i]);
    case DType::float64: return static_cast<const double*>(data)[i];
    case DType::int32: return static_cast<double>(static_cast<const std::int32_t*>(data)[i]);
    case DType::int64: return static_cast<double>(static_cast<const std::int64_t*>(data)[i]);
    case DType::boolean:
    case DType::uint8: return static_cast<double>(static_cast<const std::uint8_t*>(data)[i]);
    }
    return 0;
}

} // namespace

std::optional<UnknownCode> unknownCode(const Model& model, std::size_t input, const void* data, std::int64_t rows) {
    const Model::Port& port = model.inputs()[input];
    for (const Model::Node& node : model.nodes()) {
        const std::int64_t codes = node.op ? node.op->codes() : 0;
        if (codes == 0 || node.inputs.empty() || node.inputs[0] != port.value) {
            continue;
        }
        const std::int64_t perRow = port.spec.shape.count(1);
        const std::int64_t at = firstUnknown(data, port.spec.dtype, rows * perRow, codes);
        if (at >= 0) {
            return UnknownCode{at / perRow, cat("the code ", shortest(numberAt(data, port.spec.dtype, at)), " is not known to \"", node.path, "\", which takes 0 to ",
                                                codes - 1, "; set its input_dim to more than the largest code, or mend the data.")};
        }
    }
    return std::nullopt;
}

} // namespace weft
