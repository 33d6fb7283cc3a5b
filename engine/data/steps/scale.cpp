// SPDX-License-Identifier: Apache-2.0
#include "engine/data/step_type.h"
#include "engine/data/steps/numbers.h"

namespace weft::steps {
namespace {

class ScaleStep final : public Step {
public:
    ScaleStep(double factor, double offset) : m_factor(factor), m_offset(offset) {}

    TensorSpec output(const TensorSpec& input) const override { return {input.shape, DType::float32}; }

    void apply(const TensorSpec& input, const void* in, void* out, std::int64_t rows, std::int64_t) const override {
        const std::int64_t count = rows * numbersPerRow(input);
        auto* to = static_cast<float*>(out);
        const auto factor = static_cast<float>(m_factor);
        const auto offset = static_cast<float>(m_offset);
        visitNumbers(input.dtype, in, [&](const auto* from) {
            using From = std::remove_cvref_t<decltype(*from)>;
            for (std::int64_t i = 0; i < count; ++i) {
                if constexpr (sizeof(From) == 8) { // wide numbers lose what is left of them after the shift, not before
                    to[i] = static_cast<float>(static_cast<double>(from[i]) * m_factor + m_offset);
                } else {
                    to[i] = static_cast<float>(from[i]) * factor + offset;
                }
            }
        });
    }

    Object description() const override { return {"scale", {{"factor", m_factor}, {"offset", m_offset}}}; }

private:
    double m_factor, m_offset;
};

struct Scale {
    double factor = 1.0 / 255;
    double offset = 0;
    static Binding<Scale> binding() {
        Binding<Scale> b;
        b("factor", &Scale::factor, "Factor", "What every number is multiplied by; 1/255 brings the bytes of a picture to 0..1.");
        b("offset", &Scale::offset, "Offset", "What is added after that.");
        return b;
    }
    std::shared_ptr<const Step> fit(const TensorSpec&, const Tensor&) const { return std::make_shared<ScaleStep>(factor, offset); }
};

} // namespace

StepType scale() {
    StepType type;
    type.name = "scale";
    type.title = "Scale";
    type.help = "Multiplies every number and adds an offset.";
    bindStep<Scale>(type);
    return type;
}

} // namespace weft::steps
