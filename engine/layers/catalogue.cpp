// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/layer_type.h"

#include "engine/base/text.h"

#include <algorithm>
#include <array>

namespace weft {

namespace layers {
/// The table that CMake generates from the list in CMakeLists.txt.
std::vector<LayerType> records();
} // namespace layers

Rows partOf(const Shape& weight, Part part) {
    const std::int64_t rows = weight.rank() > 1 ? weight.count() / std::max<std::int64_t>(weight.back(), 1) : weight.count();
    return {rows * part.index / part.count, rows * (part.index + 1) / part.count};
}

Booking LayerOp::book(bool) const { return {}; }

void LayerOp::backward(const Pass&, Rows, float*) const {}

void LayerOp::weightGradient(const Pass&, Part, float*) const {}

void LayerOp::gather(const Pass&, Part, float*) const {}

void LayerOp::gatherBackward(const Pass&, Part, float*) const {}

std::vector<MaskOf> passMask(const ParamMap&, std::span<const TensorSpec>, std::span<const std::optional<Shape>>) { return {MaskOf::ofInput(0)}; }

std::string_view nameOf(Family family) {
    static constexpr std::array<std::string_view, 13> names = {"core",      "convolution", "pooling", "shape",      "normalization", "regularization", "recurrent",
                                                               "attention", "merge",       "activation", "model", "preprocessing", "input"};
    return names[static_cast<std::size_t>(family)];
}

const std::vector<LayerType>& layerTypes() {
    static const std::vector<LayerType> all = [] {
        std::vector<LayerType> types = layers::records();
        for (LayerType& type : types) {
            if (type.kerasClass.empty()) {
                type.kerasClass = type.name;
            }
        }
        std::stable_sort(types.begin(), types.end(), [](const LayerType& a, const LayerType& b) { return a.family < b.family; });
        return types;
    }();
    return all;
}

const LayerType* findLayerType(std::string_view name) {
    const std::vector<LayerType>& all = layerTypes();
    auto found = std::find_if(all.begin(), all.end(), [&](const LayerType& type) { return type.name == name; });
    if (found == all.end()) {
        found = std::find_if(all.begin(), all.end(), [&](const LayerType& type) { return type.kerasClass == name; });
    }
    return found == all.end() ? nullptr : &*found;
}

HeldLayer heldLayer(const Object& object) {
    HeldLayer held{findLayerType(object.type), snakeCase(object.type), object.params};
    if (const auto name = held.params.extract("name"); name && name.mapped().asText()) {
        held.name = *name.mapped().asText();
    }
    if (const auto trainable = held.params.extract("trainable"); trainable && trainable.mapped().asBool()) {
        held.trainable = *trainable.mapped().asBool();
    }
    return held;
}

const Parameter* heldLayerParameter(const LayerType& type) {
    const auto found = std::find_if(type.schema.begin(), type.schema.end(), [](const Parameter& p) { return p.catalogue == "layers"; });
    return found == type.schema.end() ? nullptr : &*found;
}

} // namespace weft
