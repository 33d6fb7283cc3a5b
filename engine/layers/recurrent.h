// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/layers/support.h"

#include <array>

/// What recurrent layers share: parameters, shapes, and the walk over the steps with masks, direction, states and dropout. A layer's own
/// file holds its cell: what one step does.
namespace weft::layers {

// --- Parameters ---------------------------------------------------------------------------------------------------------

struct Recurrent {
    std::int64_t units = 32;
    std::string activation = "tanh";
    std::string recurrent_activation = "sigmoid";
    bool use_bias = true;
    bool return_sequences = false;
    bool return_state = false;
    bool go_backwards = false;
    bool stateful = false;
    double dropout = 0;
    double recurrent_dropout = 0;
    bool zero_output_for_mask = false;
    bool unroll = false;
    Object kernel_initializer{"GlorotUniform", {}};
    Object recurrent_initializer{"Orthogonal", {}};
    Object bias_initializer{"Zeros", {}};
    std::optional<std::int64_t> seed;
};

namespace recurrent {

/// A member of the base as a member of the layer's own struct.
template <class T, class M>
M T::*in(M Recurrent::*member) {
    return member;
}

/// The parameters that come first in the inspector.
template <class T>
void bindSize(Binding<T>& b) {
    b("units", in<T>(&Recurrent::units), "Units", "How many numbers the layer remembers from step to step, and how many come out.")
        .min(1).max(kLargestSize).required();
    b("return_sequences", in<T>(&Recurrent::return_sequences), "Return sequences",
      "Gives the output of every step, for another recurrent layer or one answer per step; otherwise only that of the last step.");
    b("return_state", in<T>(&Recurrent::return_state), "Return state", "Gives what the layer remembers after the last step as outputs of their own.");
    b("activation", in<T>(&Recurrent::activation), "Activation", "Function applied to what is new in each step.").choices(activationChoices());
}

template <class T>
void bindGates(Binding<T>& b) {
    b("recurrent_activation", in<T>(&Recurrent::recurrent_activation), "Recurrent activation", "Function applied to the gates, which say how much is let through.")
        .choices(activationChoices()).advanced();
}

/// All that follow.
template <class T>
void bindRest(Binding<T>& b) {
    b("go_backwards", in<T>(&Recurrent::go_backwards), "Go backwards", "Reads the sequence from its end to its beginning; outputs come in that order too.");
    b("stateful", in<T>(&Recurrent::stateful), "Stateful",
      "Goes on in each batch where it stopped in the one before, sample by sample, until it is reset. The Input must fix the batch size.");
    b("dropout", in<T>(&Recurrent::dropout), "Dropout", "Share of the inputs that are dropped in training, the same ones at every step.").min(0).below(1);
    b("recurrent_dropout", in<T>(&Recurrent::recurrent_dropout), "Recurrent dropout",
      "Share of what is remembered that is dropped in training, the same at every step.").min(0).below(1);
    b("use_bias", in<T>(&Recurrent::use_bias), "Use bias", "Adds learned numbers to every result.").advanced();
    b("zero_output_for_mask", in<T>(&Recurrent::zero_output_for_mask), "Zero output for mask",
      "The output of a step that is masked is 0; otherwise it is that of the step before.").advanced();
    b("unroll", in<T>(&Recurrent::unroll), "Unroll", "Kept for Keras, where it changes how a step is computed, but not what comes out.").advanced();
    b("kernel_initializer", in<T>(&Recurrent::kernel_initializer), "Kernel initializer", "How the kernel for the inputs is filled before training.")
        .from("initializers").advanced();
    b("recurrent_initializer", in<T>(&Recurrent::recurrent_initializer), "Recurrent initializer",
      "How the kernel for what is remembered is filled before training.").from("initializers").advanced();
    b("bias_initializer", in<T>(&Recurrent::bias_initializer), "Bias initializer", "How the bias is filled before training.")
        .from("initializers").advanced().when("use_bias", true);
}

template <class T>
void bindSeed(Binding<T>& b) {
    b("seed", in<T>(&Recurrent::seed), "Seed", "A number that gives this layer's dropout random numbers of its own; none: they follow the seed of the training.")
        .advanced();
}

/// What infer needs to know of a kind of layer.
struct Kind {
    std::string_view layer; ///< begins sentences
    std::int64_t gates = 1; ///< the kernel has gates * units columns
    int states = 1;
};

/// All but the bias, which each layer has in its own shape.
Inference infer(const Recurrent& r, const Kind& kind, std::span<const TensorSpec> inputs);
/// Adds the bias where infer found the other weights.
void addBias(Inference& out, WeightSpec bias);
std::vector<MaskOf> masks(const Recurrent& r, int states);
void fillRecord(LayerType& t, int states);
/// Examples for the contract tests that reach every option that all have.
std::vector<LayerExample> examples(int states);

template <class T>
void bindRecurrent(LayerType& t, int states) {
    bindLayer<T>(t);
    t.masks = [states](const ParamMap& params, std::span<const TensorSpec>, std::span<const std::optional<Shape>>) {
        return masks(T::binding().read(params), states);
    };
    fillRecord(t, states);
}

// --- The cell -----------------------------------------------------------------------------------------------------------

inline constexpr int kMostStates = 2;

/// Lines of numbers, `stride` apart: one for each sample of a chunk.
struct Lines {
    float* first = nullptr;
    std::int64_t stride = 0;
    float* row(std::int64_t i) const { return first + i * stride; }
};

/// One step of `rows` samples. States are numbered from 0; state 0 is the output too.
struct Step {
    std::int64_t rows = 0;
    const float* const* weights = nullptr; ///< of the layer: kernel, recurrent kernel, bias
    Lines z;      ///< x · kernel + the bias of the inputs; the cell leaves here what backward needs
    Lines linear; ///< room for z before the activations; null unless `keepsLinear` and in training
    Lines extra;  ///< room for `extra` numbers more that backward needs
    Lines h;      ///< state 0 before, as the recurrent product sees it (with dropout)
    std::array<Lines, kMostStates> before, after;
    float* scratch = nullptr; ///< gates * units numbers
};

struct BackwardStep : Step {
    const float* transposed = nullptr; ///< the recurrent kernel, transposed
    std::array<Lines, kMostStates> dAfter, dBefore; ///< gradients by the states; the cell writes dBefore ...
    Lines dh; ///< ... and that by `h`, which its caller adds to dBefore[0] (overwrites it, unless `usesStateDirectly`)
};

/// What one step does. Immutable.
class Cell {
public:
    Cell(std::int64_t units, std::int64_t gates, std::int64_t extra, int states, bool usesStateDirectly, kernels::Activation activation,
         kernels::Activation recurrentActivation);
    virtual ~Cell() = default;

    /// The bias that is added to x · kernel; may be made in `scratch` (gates * units numbers).
    virtual const float* inputBias(const float* bias, float* scratch) const;
    virtual void forward(const Step& step) const = 0;
    /// Leaves the gradient by x · kernel in `z`.
    virtual void backward(const BackwardStep& step) const = 0;
    /// Gradients by recurrent kernel and bias (null where not wanted) from what all steps left: `lines` of z, extra and h, one after the other.
    virtual void weightGradients(std::int64_t lines, const float* z, const float* extra, const float* h, Part part, float* dRecurrent, float* dBias,
                                 bool accumulate) const;

    const std::int64_t units, gates, extra;
    const int states;
    const bool usesStateDirectly;
    const kernels::Activation activation, recurrentActivation;
    const bool keepsLinear; ///< an activation's gradient needs its input

protected:
    const Shape m_recurrentShape; ///< of the recurrent kernel

private:
    const Shape m_biasShape;
};

/// y = a(x), line by line.
void activate(kernels::Activation a, Lines x, Lines y, std::int64_t rows, std::int64_t columns);
/// dx = a'(.) dy, line by line; dx may be y or dy.
void activateGradient(kernels::Activation a, Lines x, Lines y, Lines dy, Lines dx, std::int64_t rows, std::int64_t columns);
/// Columns from `begin` on.
inline Lines from(Lines lines, std::int64_t begin) { return {lines.first ? lines.first + begin : nullptr, lines.stride}; }
void copyLines(Lines from, Lines to, std::int64_t rows, std::int64_t columns);

/// The op of the layer. `cell` is for the layer's units; inputs as of infer.
std::shared_ptr<const LayerOp> op(const Recurrent& r, std::unique_ptr<const Cell> cell, std::span<const TensorSpec> inputs);

} // namespace recurrent
} // namespace weft::layers
