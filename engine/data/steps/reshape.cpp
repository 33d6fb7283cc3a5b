// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/data/step_type.h"
#include "engine/data/steps/numbers.h"

#include <algorithm>
#include <cstring>

namespace weft::steps {
namespace {

class ReshapeStep final : public Step {
public:
    explicit ReshapeStep(Shape shape) : m_shape(std::move(shape)) {}

    TensorSpec output(const TensorSpec& input) const override {
        if (m_shape.elementCount() != numbersPerRow(input)) {
            throw Error(cat("The step reshape cannot make rows of shape ", m_shape.text(), " from rows of shape ",
                            input.shape.withoutBatch().text(), ": they have not as many numbers."));
        }
        return {m_shape.prepended(kUnknown), input.dtype};
    }

    void apply(const TensorSpec& input, const void* in, void* out, std::int64_t rows, std::int64_t) const override {
        std::memcpy(out, in, static_cast<std::size_t>(rows * numbersPerRow(input)) * sizeOf(input.dtype));
    }

    Object description() const override { return {"reshape", {{"shape", m_shape.dims()}}}; }
    bool isView() const override { return true; }

private:
    Shape m_shape;
};

struct Reshape {
    std::vector<std::int64_t> shape;

    static Binding<Reshape> binding() {
        Binding<Reshape> b;
        b("shape", &Reshape::shape, "Shape", "Of one row, without the batch; one size may be left open (-1).")
            .min(-1)
            .unknownAllowed()
            .required();
        return b;
    }

    std::shared_ptr<const Step> fit(const TensorSpec& input, const Tensor&) const {
        std::vector<std::int64_t> dims = shape;
        const auto open = std::find(dims.begin(), dims.end(), kUnknown);
        if (open != dims.end()) {
            *open = 1;
            const auto others = Shape(dims).elementCount();
            if (others && *others > 0 && numbersPerRow(input) % *others == 0) {
                *open = numbersPerRow(input) / *others;
            }
        }
        auto step = std::make_shared<ReshapeStep>(Shape(std::move(dims)));
        step->output(input);
        return step;
    }
};

} // namespace

StepType reshape() {
    StepType type;
    type.name = "reshape";
    type.title = "Reshape";
    type.help = "Gives every row another shape with as many numbers.";
    bindStep<Reshape>(type);
    return type;
}

} // namespace weft::steps
