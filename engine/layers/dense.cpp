// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/layers/rules.h"
#include "engine/layers/support.h"

namespace weft::layers {
namespace {

using kernels::Activation;

class DenseOp final : public LayerOp {
public:
    DenseOp(std::int64_t lines, std::int64_t in, std::int64_t units, Activation activation, bool useBias)
        : m_lines(lines), m_in(in), m_units(units), m_activation(activation), m_useBias(useBias), m_keepsZ(kernels::gradientNeedsInput(activation)),
          m_kernelShape{in, units}, m_biasShape{units} {}

    OutputRange outputRange() const override { return rangeOf(m_activation); }

    Booking book(bool training) const override {
        const std::int64_t blocks = m_activation == Activation::linear ? 0 : m_keepsZ ? 2 : 1;
        return {.stashBytesPerSample = training ? static_cast<std::size_t>(blocks * m_lines * m_units) * sizeof(float) : 0,
                .scratchFloats = 0,
                .needsInputs = true,
                .needsOutputs = m_activation != Activation::linear};
    }

    void forward(const Pass& pass, Rows rows, float*) const override {
        const std::int64_t first = rows.begin * m_lines;
        const std::int64_t count = rows.count() * m_lines;
        float* y = at(floatsOf(pass.outputs[0]), first, m_units);
        float* z = m_keepsZ && pass.training ? at(stashedZ(pass), first, m_units) : y;
        const bool fused = z == y && isElementwise(m_activation);
        kernels::gemm({.m = count,
                       .n = m_units,
                       .k = m_in,
                       .a = at(floatsOf(pass.inputs[0]), first, m_in),
                       .lda = m_in,
                       .b = pass.weights[0],
                       .ldb = m_units,
                       .c = z,
                       .ldc = m_units,
                       .bias = m_useBias ? pass.weights[1] : nullptr,
                       .activation = fused ? m_activation : Activation::linear});
        if (!fused) {
            kernels::activate(m_activation, z, y, count, m_units);
        }
    }

    void backward(const Pass& pass, Rows rows, float*) const override {
        const std::int64_t first = rows.begin * m_lines;
        const std::int64_t count = rows.count() * m_lines;
        if (m_activation != Activation::linear) {
            kernels::activateGradient(m_activation, m_keepsZ ? at(stashedZ(pass), first, m_units) : nullptr, at(floatsOf(pass.outputs[0]), first, m_units),
                                      at(pass.outputGradients[0], first, m_units), at(floatsOf(pass.stash), first, m_units), count, m_units, false);
        }
        if (float* dx = pass.inputGradients[0]) {
            kernels::gemm({.transposeB = true,
                           .m = count,
                           .n = m_in,
                           .k = m_units,
                           .a = at(dz(pass), first, m_units),
                           .lda = m_units,
                           .b = pass.weights[0],
                           .ldb = m_units,
                           .c = at(dx, first, m_in),
                           .ldc = m_in,
                           .accumulate = pass.accumulate[0]});
        }
    }

    void weightGradient(const Pass& pass, Part part, float*) const override {
        const std::int64_t lines = pass.batch * m_lines;
        if (float* dKernel = pass.weightGradients[0]) {
            const Rows own = partOf(m_kernelShape, part);
            kernels::gemm({.transposeA = true,
                           .m = own.count(),
                           .n = m_units,
                           .k = lines,
                           .a = floatsOf(pass.inputs[0]) + own.begin,
                           .lda = m_in,
                           .b = dz(pass),
                           .ldb = m_units,
                           .c = at(dKernel, own.begin, m_units),
                           .ldc = m_units,
                           .accumulate = pass.accumulateWeights});
        }
        if (float* dBias = m_useBias ? pass.weightGradients[1] : nullptr) {
            const Rows own = partOf(m_biasShape, part);
            kernels::columnSums(dz(pass), lines, m_units, own.begin, own.end, dBias, pass.accumulateWeights);
        }
    }

private:
    /// The gradient by the value before the activation, for the whole batch: the first block of the stash.
    const float* dz(const Pass& pass) const { return m_activation == Activation::linear ? pass.outputGradients[0] : floatsOf(pass.stash); }
    /// The value before the activation: the second block.
    float* stashedZ(const Pass& pass) const { return at(floatsOf(pass.stash), pass.batch * m_lines, m_units); }

    std::int64_t m_lines; ///< vectors per sample: 1 for rank 2
    std::int64_t m_in, m_units;
    Activation m_activation;
    bool m_useBias;
    bool m_keepsZ;
    Shape m_kernelShape, m_biasShape;
};

struct Dense : KernelRules {
    std::int64_t units = 32;
    std::string activation = "linear";
    bool use_bias = true;
    Object kernel_initializer{"GlorotUniform", {}};
    Object bias_initializer{"Zeros", {}};

    static Binding<Dense> binding() {
        Binding<Dense> b;
        b("units", &Dense::units, "Units", "How many numbers come out. For the last layer of a classifier: the number of classes.").min(1).max(kLargestSize).required();
        b("activation", &Dense::activation, "Activation",
          "Function applied to every result: relu inside a network, softmax to choose one of several classes, sigmoid for yes or no, linear for "
          "plain numbers.")
            .choices(activationChoices());
        b("use_bias", &Dense::use_bias, "Use bias", "Adds one learned number to each result.");
        b("kernel_initializer", &Dense::kernel_initializer, "Kernel initializer", "How the kernel is filled before training.").from("initializers").advanced();
        b("bias_initializer", &Dense::bias_initializer, "Bias initializer", "How the bias is filled before training.")
            .from("initializers").advanced().when("use_bias", true);
        addKernelRules(b);
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        const Shape& in = inputs[0].shape;
        wantFloat(out, "Dense", inputs);
        if (in.rank() < 2) {
            out.problems.push_back({"rank",
                                    "Dense takes a list of numbers for each sample, but what comes in is a single number per sample. Flatten makes a "
                                    "list of one number of it.",
                                    0, {}, {insertBefore("Insert Flatten", "Flatten")}});
            return out;
        }
        Shape result = in;
        result[in.rank() - 1] = units;
        out.outputs.push_back({result, DType::float32});
        if (in.back() == kUnknown) {
            out.problems.push_back({"unknown_size",
                                    cat("Dense needs to know how many numbers come in to make its kernel, but the last size of ", sampleText(in),
                                        " is open. Give that size in the Shape of the Input."),
                                    0, {}, {}});
            return out;
        }
        out.weights.push_back({"kernel", {in.back(), units}, kernel_initializer});
        if (use_bias) {
            out.weights.push_back({"bias", {units}, bias_initializer});
        }
        double lines = 1;
        for (int axis = 1; axis < in.rank() - 1; ++axis) {
            lines *= in[axis] == kUnknown ? 1.0 : static_cast<double>(in[axis]);
        }
        out.cost.multiplyAdds = lines * static_cast<double>(in.back()) * static_cast<double>(units);
        applyRules(out, *this);
        checkSizes(out);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const Shape& in = inputs[0].shape;
        const std::int64_t lines = in.count(1) / in.back();
        return withActivityRegularizer(std::make_shared<DenseOp>(lines, in.back(), units, activationOf(activation), use_bias), activity_regularizer, lines * units);
    }
};

} // namespace

LayerType dense() {
    LayerType t;
    t.name = "Dense";
    t.family = Family::core;
    t.help = "Connects every number that comes in with every number that goes out; works along the last dimension.";
    t.formula = "y = activation(x · kernel + bias)";
    t.synonyms = {"FC", "fully connected", "linear", "affine", "perceptron", "MLP", "inner product", "projection"};
    t.keyParameters = {"units", "activation"};
    bindLayer<Dense>(t);
    t.masks = passMask;
    // Keras writes the key only where there is one.
    t.fromKeras = [](ParamMap config) {
        config.try_emplace("activity_regularizer", Value());
        return config;
    };
    t.toKeras = [](ParamMap params) {
        if (params["activity_regularizer"].isNull()) {
            params.erase("activity_regularizer");
        }
        return params;
    };
    t.examples = {{{{"units", 5}}, {{{4, 7}}}},
                  {{{"units", 17}, {"activation", "relu"}}, {{{3, 33}}}},
                  {{{"units", 1}, {"activation", "sigmoid"}}, {{{5, 1}}}},
                  {{{"units", 9}, {"activation", "tanh"}, {"use_bias", false}}, {{{3, 4, 6}}}},
                  {{{"units", 6}, {"activation", "softmax"}}, {{{4, 2, 11}}}},
                  {{{"units", 3}, {"activation", "gelu"}}, {{{3, 2, 3, 5}}}}};
    t.examples.push_back({{{"units", 4}, {"activation", "tanh"}, {"activity_regularizer", Object{"L1L2", {{"l1", 0.1}, {"l2", 0.2}}}}}, {{{3, 2, 5}}}});
    t.examples.push_back({{{"units", 4},
                           {"kernel_regularizer", Object{"OrthogonalRegularizer", {}}},
                           {"bias_regularizer", Object{"L1", {}}},
                           {"kernel_constraint", Object{"MaxNorm", {}}},
                           {"bias_constraint", Object{"NonNeg", {}}}},
                          {{{3, 5}}}});
    for (const std::string& activation : activationChoices()) {
        t.examples.push_back({{{"units", 10}, {"activation", activation}}, {{{3, 6}}}});
    }
    return t;
}

} // namespace weft::layers
