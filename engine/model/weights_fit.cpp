// SPDX-License-Identifier: Apache-2.0
#include "engine/model/weights_fit.h"

#include <algorithm>

namespace weft {

WeightsFit fitOf(const Model& model, const Weights& weights) {
    WeightsFit fit;
    const auto add = [](std::vector<std::string>& paths, const std::string& weightPath) {
        const std::string layer = weightPath.substr(0, weightPath.rfind('/'));
        if (std::find(paths.begin(), paths.end(), layer) == paths.end()) {
            paths.push_back(layer);
        }
    };
    for (const Model::Weight& weight : model.weights()) {
        const auto found = weights.find(weight.key);
        if (found == weights.end()) {
            add(fit.missing, weight.path);
        } else if (found->second->shape() != weight.spec.shape) {
            add(fit.changed, weight.path);
        }
    }
    return fit;
}

bool shapesFit(const std::vector<const Analysis*>& analyses, const Weights& weights) {
    return std::all_of(weights.begin(), weights.end(), [&](const auto& entry) {
        const auto& [key, tensor] = entry;
        for (const Analysis* analysis : analyses) {
            const auto layer = key.path.empty() ? analysis->layers.end() : analysis->layers.find(key.path.back());
            if (layer == analysis->layers.end()) {
                continue;
            }
            for (const WeightSpec& spec : layer->second.weights) {
                if (spec.name == key.name && spec.shape != tensor->shape()) {
                    return false;
                }
            }
        }
        return true;
    });
}

} // namespace weft
