// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/regularizers/regularizer_type.h"
#include "tests/contract/layer_run.h"
#include "tests/contract/schema_contract.h"

#include <cmath>

using namespace weft;
using namespace weft::test;

namespace {

/// sum of cotangent * (output - reference), in doubles.
double change(LayerRun& run, const std::vector<std::vector<float>>& reference) {
    run.forward(run.whole());
    double sum = 0;
    for (std::size_t i = 0; i < run.outputs.size(); ++i) {
        for (std::size_t j = 0; j < reference[i].size(); ++j) {
            sum += static_cast<double>(run.cotangents[i].floats()[j]) *
                   (static_cast<double>(run.outputs[i].floats()[j]) - static_cast<double>(reference[i][j]));
        }
    }
    if (const Regularizer* cost = run.op->activityRegularizer()) {
        const Shape& shape = run.inference.outputs[0].shape;
        const double scale = static_cast<double>(run.lossScale) / static_cast<double>(run.batch);
        sum += scale * (cost->value(shape, run.outputs[0].floats()) - cost->value(shape, reference[0].data()));
    }
    return sum;
}

struct Tally {
    int checked = 0;
    int rough = 0; ///< coordinates along which the function itself has a kink nearby, seen from its values alone
};

/// Compares the gradient by every number of `block` with central differences of the layer's own values.
void checkGradient(LayerRun& run, Block& block, const Block& gradient, const std::string& what, const std::vector<std::vector<float>>& reference,
                   Tally& tally) {
    constexpr float step = 0.0078125F; // 2^-7: rounding of float outputs and the cubic term are both about 1e-5
    for (std::size_t i = 0; i < block.size() / sizeof(float); ++i) {
        const float x = block.floats()[i];
        const auto value = [&](float at) {
            block.floats()[i] = at;
            return change(run, reference);
        };
        const auto central = [&](float h) {
            const float above = x + h;
            const float below = x - h;
            return (value(above) - value(below)) / (static_cast<double>(above) - static_cast<double>(below));
        };
        // How much the slope turns at x, seen over twice the step.
        const auto turn = [&](float h) {
            const double right = value(x + h) / (static_cast<double>(x + h) - static_cast<double>(x));
            const double left = value(x - h) / (static_cast<double>(x - h) - static_cast<double>(x));
            return right - left;
        };
        const double wide = central(step);
        const double narrow = central(step / 2);
        const double kink = turn(step) - 2 * turn(step / 2); // a curve turns half as much over half the way, a kink does not
        block.floats()[i] = x;
        const double scale = std::max(1.0, std::fabs(narrow));
        if (std::fabs(wide - narrow) > 5e-4 * scale || std::fabs(kink) > 1e-3 * scale) {
            ++tally.rough;
            continue;
        }
        ++tally.checked;
        const auto got = static_cast<double>(gradient.floats()[i]);
        HOLDS(std::fabs(got - narrow) <= 1e-3 * scale, run.name, cat("gradient by ", what, "[", i, "] is ", got, ", but differences say ", narrow));
    }
}

void checkGradients(const LayerType& type, const Variant& example) {
    LayerRun run(type, example, true);
    run.lossScale = 2;
    run.run(run.whole(), 1);
    std::vector<std::vector<float>> reference;
    for (std::size_t i = 0; i < run.outputs.size(); ++i) {
        if (run.inference.outputs[i].dtype != DType::float32) {
            return;
        }
        reference.emplace_back(run.outputs[i].floats(), run.outputs[i].floats() + run.outputs[i].size() / sizeof(float));
    }
    const std::vector<Block> inputGradients = run.inputGradients;
    const std::vector<Block> weightGradients = run.weightGradients;
    Tally tally;
    for (std::size_t i = 0; i < run.inputs.size(); ++i) {
        if (run.floatInput(i)) {
            checkGradient(run, run.inputs[i], inputGradients[i], cat("input ", i + 1), reference, tally);
        }
    }
    for (std::size_t i = 0; i < run.weights.size(); ++i) {
        if (run.inference.weights[i].trainable) {
            checkGradient(run, run.weights[i], weightGradients[i], run.inference.weights[i].name, reference, tally);
        }
    }
    HOLDS(tally.checked >= 3 * tally.rough, run.name, cat("too rough to compare: only ", tally.checked, " of ", tally.checked + tally.rough, " numbers"));
}

} // namespace

TEST("gradients are those of finite differences") {
    for (const LayerType& type : layerTypes()) {
        for (const LayerExample& example : type.build ? type.examples : std::vector<LayerExample>()) {
            checkGradients(type, {example});
            if (type.masks) {
                checkGradients(type, {example, true});
            }
        }
    }
}
