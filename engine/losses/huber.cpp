// SPDX-License-Identifier: Apache-2.0
#include "engine/losses/rowwise.h"

#include <algorithm>
#include <cmath>

namespace weft::losses {
namespace {

struct Huber {
    double delta = 1.0;
    std::string reduction = "sum_over_batch_size";

    static Binding<Huber> binding() {
        Binding<Huber> b;
        b("delta", &Huber::delta, "Delta", "Up to this difference it is squared, beyond it counts as it is.").above(0);
        addReduction(b);
        return b;
    }

    Pairing pair(const TensorSpec& target, const TensorSpec& prediction) const { return pairUp(target, prediction); }

    struct Op : RowwiseLoss {
        Op(const Pairing& pairing, const Huber& loss) : RowwiseLoss(pairing), m_delta(static_cast<float>(loss.delta)) {}
        float row(std::int64_t width, const float* target, const float* prediction, float factor, float* gradient) const override {
            const float share = 1.0f / static_cast<float>(width);
            float sum = 0;
            for (std::int64_t j = 0; j < width; ++j) {
                const float t = target[j];
                const float p = prediction[j];
                const float e = p - t;
                sum += std::fabs(e) <= m_delta ? 0.5f * e * e : m_delta * std::fabs(e) - 0.5f * m_delta * m_delta;
                if (gradient) {
                    gradient[j] = factor * share * (std::clamp(e, -m_delta, m_delta));
                }
            }
            return sum * share;
        }

    private:
        float m_delta;
    };
    std::shared_ptr<const LossOp> build(const Pairing& pairing) const { return std::make_shared<Op>(pairing, *this); }
};

} // namespace

LossType huber() {
    LossType type;
    type.name = "Huber";
    type.title = "Huber";
    type.help = "Squares for small differences, absolute values for large ones, so that outliers do not rule.";
    type.formula = "mean(½ e² where |e| ≤ delta, else delta · |e| - ½ delta²), e = prediction - target";
    type.aliases = {"huber"};
    bindLoss<Huber>(type);
    type.examples = {{{}, {{5, 3}}, {{5, 3}}}, {{{"delta", 0.4}}, {{6}}, {{6, 1}}}, {{{"delta", 2.0}}, {{3, 4, 2}}, {{3, 4, 2}}}};
    return type;
}

} // namespace weft::losses
