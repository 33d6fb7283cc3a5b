// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/layers/support.h"

namespace weft::layers {
namespace {

class ActivationOp final : public LayerOp {
public:
    ActivationOp(std::int64_t lines, std::int64_t columns, kernels::Activation activation)
        : m_lines(lines), m_columns(columns), m_activation(activation) {}

    OutputRange outputRange() const override { return rangeOf(m_activation); }

    Booking book(bool) const override { return {.needsInputs = kernels::gradientNeedsInput(m_activation), .needsOutputs = true}; }

    void forward(const Pass& pass, Rows rows, float*) const override {
        const std::int64_t first = rows.begin * m_lines;
        kernels::activate(m_activation, at(floatsOf(pass.inputs[0]), first, m_columns), at(floatsOf(pass.outputs[0]), first, m_columns),
                          rows.count() * m_lines, m_columns);
    }

    void backward(const Pass& pass, Rows rows, float*) const override {
        if (float* dx = pass.inputGradients[0]) {
            const std::int64_t first = rows.begin * m_lines;
            kernels::activateGradient(m_activation, kernels::gradientNeedsInput(m_activation) ? at(floatsOf(pass.inputs[0]), first, m_columns) : nullptr,
                                      at(floatsOf(pass.outputs[0]), first, m_columns), at(pass.outputGradients[0], first, m_columns),
                                      at(dx, first, m_columns), rows.count() * m_lines, m_columns, pass.accumulate[0]);
        }
    }

private:
    std::int64_t m_lines;   ///< vectors per sample
    std::int64_t m_columns; ///< their length, along which softmax works
    kernels::Activation m_activation;
};

struct ActivationLayer {
    std::string activation = "relu";

    static Binding<ActivationLayer> binding() {
        Binding<ActivationLayer> b;
        b("activation", &ActivationLayer::activation, "Activation",
          "The function: relu cuts off what is negative, softmax turns the last dimension into probabilities that sum to 1, sigmoid squeezes each "
          "number into 0 to 1.")
            .choices(activationChoices()).required();
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        const Shape& in = inputs[0].shape;
        wantFloat(out, "Activation", inputs);
        if (in.rank() < 2 && !isElementwise(activationOf(activation))) {
            out.problems.push_back({"rank",
                                    cat(activation, " compares the numbers of one sample with each other, but each sample has only one number here. For a "
                                                    "single number use sigmoid."),
                                    0, "activation", {setParameter("Use sigmoid", "activation", "sigmoid")}});
        }
        out.outputs.push_back({in, DType::float32});
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const Shape& in = inputs[0].shape;
        const std::int64_t columns = in.rank() > 1 ? in.back() : 1;
        return std::make_shared<ActivationOp>(in.count(1) / columns, columns, activationOf(activation));
    }
};

} // namespace

LayerType activation() {
    LayerType t;
    t.name = "Activation";
    t.family = Family::activation;
    t.help = "Applies one function to every number; it learns nothing, but lets a network bend straight lines.";
    t.formula = "y = activation(x)";
    t.synonyms = {"nonlinearity", "relu", "softmax", "sigmoid", "tanh", "gelu", "squash"};
    t.keyParameters = {"activation"};
    bindLayer<ActivationLayer>(t);
    t.masks = passMask;
    t.examples = {{{{"activation", "relu"}}, {{{5}}}}, {{{"activation", "softmax"}}, {{{3, 2, 19}}}}, {{{"activation", "tanh"}}, {{{2, 3, 5, 7}}}}};
    for (const std::string& name : activationChoices()) {
        t.examples.push_back({{{"activation", name}}, {{{4, 21}}}});
    }
    return t;
}

} // namespace weft::layers
