// SPDX-License-Identifier: Apache-2.0
#include "engine/losses/rowwise.h"

#include <algorithm>
#include <cmath>

namespace weft::losses {
namespace {

struct CosineSimilarity {
    std::string reduction = "sum_over_batch_size";

    static Binding<CosineSimilarity> binding() {
        Binding<CosineSimilarity> b;
        addReduction(b);
        return b;
    }

    Pairing pair(const TensorSpec& target, const TensorSpec& prediction) const { return pairUp(target, prediction); }

    struct Op : RowwiseLoss {
        using RowwiseLoss::RowwiseLoss;
        float row(std::int64_t width, const float* target, const float* prediction, float factor, float* gradient) const override {
            const float t = inverseLength(width, target);
            const float p = inverseLength(width, prediction);
            float cosine = 0;
            for (std::int64_t j = 0; j < width; ++j) {
                cosine += target[j] * t * (prediction[j] * p);
            }
            for (std::int64_t j = 0; gradient && j < width; ++j) {
                gradient[j] = -factor * p * (target[j] * t - cosine * prediction[j] * p);
            }
            return -cosine;
        }

    private:
        /// 1 / the length of a vector, at most 1e7.
        static float inverseLength(std::int64_t width, const float* x) {
            float squares = 0;
            for (std::int64_t j = 0; j < width; ++j) {
                squares += x[j] * x[j];
            }
            return std::min(1 / std::sqrt(squares), 1 / kProbabilityFloor);
        }
    };
    std::shared_ptr<const LossOp> build(const Pairing& pairing) const { return std::make_shared<Op>(pairing); }
};

} // namespace

LossType cosine_similarity() {
    LossType type;
    type.name = "CosineSimilarity";
    type.title = "Cosine similarity";
    type.help = "Only the direction counts, not the length: -1 where prediction and target point the same way, 1 where they are opposite.";
    type.formula = "-Σ target / |target| · prediction / |prediction|";
    type.aliases = {"cosine_similarity"};
    bindLoss<CosineSimilarity>(type);
    type.examples = {{{}, {{5, 3}}, {{5, 3}}}, {{}, {{3, 4, 2}}, {{3, 4, 2}}}};
    return type;
}

} // namespace weft::losses
