// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/losses/rowwise.h"

namespace weft {

/// A loss without parameters of its own that is the mean, over a row, of what one number deviates. `Deviation` has
/// `static float value(float difference)` and `static float slope(float difference)`, where the difference is prediction - target.
template <class Deviation>
struct MeanDeviation {
    std::string reduction = "sum_over_batch_size";

    static Binding<MeanDeviation> binding() {
        Binding<MeanDeviation> b;
        addReduction(b);
        return b;
    }

    Pairing pair(const TensorSpec& target, const TensorSpec& prediction) const { return pairUp(target, prediction); }

    struct Op : RowwiseLoss {
        using RowwiseLoss::RowwiseLoss;
        float row(std::int64_t width, const float* target, const float* prediction, float factor, float* gradient) const override {
            const float share = 1.0f / static_cast<float>(width);
            float sum = 0;
            for (std::int64_t j = 0; j < width; ++j) {
                const float difference = prediction[j] - target[j];
                sum += Deviation::value(difference);
                if (gradient) {
                    gradient[j] = factor * share * Deviation::slope(difference);
                }
            }
            return sum * share;
        }
    };
    std::shared_ptr<const LossOp> build(const Pairing& pairing) const { return std::make_shared<Op>(pairing); }

    static std::vector<LossType::Example> examples() {
        return {{{}, {{5, 3}}, {{5, 3}}}, {{}, {{6}}, {{6, 1}}}, {{}, {{3, 4, 2}}, {{3, 4, 2}}}, {{}, {{3, 4}}, {{3, 4, 1}}}};
    }
};

} // namespace weft
