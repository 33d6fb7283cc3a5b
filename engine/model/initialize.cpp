// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/initializers/initializer_type.h"
#include "engine/model/model.h"

#include <algorithm>

namespace weft {
namespace {

/// A stream for each weight by its path, so that a weight's numbers do not depend on which others there are.
std::uint64_t streamOf(const std::string& path) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : path) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
    return hash;
}

} // namespace

std::vector<std::string> initialize(const Model& model, std::uint64_t seed, Weights& weights) {
    requireMemory(4.0 * static_cast<double>(model.parameters()), cat("The ", withThousands(model.parameters()), " weights of ", model.name(), " need"));
    std::vector<std::string> reset;
    for (const Model::Weight& weight : model.weights()) {
        const auto there = weights.find(weight.key);
        if (there != weights.end() && there->second && there->second->shape() == weight.spec.shape) {
            continue;
        }
        if (there != weights.end()) {
            reset.push_back(weight.path);
        }
        const Object& initializer = weight.spec.initializer;
        const InitializerType* type = findInitializerType(initializer.type);
        if (!type) {
            throw Error(cat("The weight ", weight.path, " asks for the initializer \"", initializer.type, "\", which this version of Weft does not have."));
        }
        Tensor tensor(weight.spec.shape);
        type->fill(initializer.params, fansOf(weight.spec.shape), Random(seed, streamOf(weight.path)), tensor);
        std::fill(tensor.floats().begin() + weight.spec.onesBegin, tensor.floats().begin() + weight.spec.onesEnd, 1.0F);
        weights[weight.key] = std::make_shared<const Tensor>(std::move(tensor));
    }
    return reset;
}

} // namespace weft
