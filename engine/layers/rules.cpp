// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/rules.h"

#include "engine/base/text.h"
#include "engine/constraints/constraint_type.h"
#include "engine/layers/support.h"
#include "engine/regularizers/regularizer_type.h"

#include <algorithm>

namespace weft::layers {
namespace {

/// An op that adds the gradient of its output's cost to the gradient by its output, and does the rest as the op inside.
class PenalisedOp final : public LayerOp {
public:
    PenalisedOp(std::shared_ptr<const LayerOp> op, std::shared_ptr<const Regularizer> regularizer, std::int64_t outputs)
        : m_op(std::move(op)), m_regularizer(std::move(regularizer)), m_outputs(outputs), m_sample{outputs},
          m_inside(static_cast<std::int64_t>(m_op->book(true).stashBytesPerSample / sizeof(float))) {}

    OutputRange outputRange() const override { return m_op->outputRange(); }
    std::vector<std::int64_t> stateSizes() const override { return m_op->stateSizes(); }
    const Regularizer* activityRegularizer() const override { return m_regularizer.get(); }

    Booking book(bool training) const override {
        Booking booking = m_op->book(training);
        booking.stashBytesPerSample += training ? static_cast<std::size_t>(m_outputs) * sizeof(float) : 0;
        booking.needsOutputs = true;
        return booking;
    }

    void forward(const Pass& pass, Rows rows, float* scratch) const override { m_op->forward(pass, rows, scratch); }

    void backward(const Pass& pass, Rows rows, float* scratch) const override {
        float* dy = gradients(pass);
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            float* own = at(dy, row, m_outputs);
            std::copy_n(at(pass.outputGradients[0], row, m_outputs), m_outputs, own);
            if (pass.lossScale != 0) {
                m_regularizer->addGradient(m_sample, at(floatsOf(pass.outputs[0]), row, m_outputs), pass.lossScale / static_cast<float>(pass.batch), own);
            }
        }
        const float* given = dy;
        Pass inside = pass;
        inside.outputGradients = &given;
        m_op->backward(inside, rows, scratch);
    }

    void weightGradient(const Pass& pass, Part part, float* scratch) const override {
        const float* given = gradients(pass);
        Pass inside = pass;
        inside.outputGradients = &given;
        m_op->weightGradient(inside, part, scratch);
    }

private:
    /// Behind what the op inside keeps.
    float* gradients(const Pass& pass) const { return floatsOf(pass.stash) + pass.batch * m_inside; }

    std::shared_ptr<const LayerOp> m_op;
    std::shared_ptr<const Regularizer> m_regularizer;
    std::int64_t m_outputs;
    Shape m_sample;
    std::int64_t m_inside; ///< floats that the op inside keeps, per sample
};

void report(Inference& out, const std::string& problem, const std::string& parameter) {
    if (!problem.empty()) {
        out.problems.push_back({"rule", problem, -1, parameter, {setParameter("Use none", parameter, Value())}});
    }
}

} // namespace

void checkActivityRegularizer(Inference& out, const std::optional<Object>& regularizer) {
    if (!regularizer) {
        return;
    }
    std::string problem = regularizerProblem(*regularizer, Shape{1, 1});
    if (problem.empty() && !regularizerOf(regularizer)->byElement()) {
        problem = cat("What comes out of a layer can only cost number by number, as with L1 and L2; ", regularizer->type, " looks at them together.");
    }
    report(out, problem, "activity_regularizer");
}

void applyRules(Inference& out, const KernelRules& rules) {
    for (WeightSpec& weight : out.weights) {
        const bool isKernel = weight.name.ends_with("kernel");
        weight.regularizer = isKernel ? rules.kernel_regularizer : rules.bias_regularizer;
        weight.constraint = isKernel ? rules.kernel_constraint : rules.bias_constraint;
        if (weight.regularizer) {
            report(out, regularizerProblem(*weight.regularizer, weight.shape), isKernel ? "kernel_regularizer" : "bias_regularizer");
        }
        if (weight.constraint) {
            report(out, constraintProblem(*weight.constraint, weight.shape), isKernel ? "kernel_constraint" : "bias_constraint");
        }
    }
    checkActivityRegularizer(out, rules.activity_regularizer);
}

std::shared_ptr<const LayerOp> withActivityRegularizer(std::shared_ptr<const LayerOp> op, std::shared_ptr<const Regularizer> regularizer,
                                                       std::int64_t outputsPerSample) {
    return regularizer ? std::make_shared<PenalisedOp>(std::move(op), std::move(regularizer), outputsPerSample) : op;
}

std::shared_ptr<const LayerOp> withActivityRegularizer(std::shared_ptr<const LayerOp> op, const std::optional<Object>& regularizer,
                                                       std::int64_t outputsPerSample) {
    return withActivityRegularizer(std::move(op), regularizerOf(regularizer), outputsPerSample);
}

} // namespace weft::layers
