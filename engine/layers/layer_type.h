// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/schema/binding.h"
#include "engine/schema/parameter.h"
#include "engine/tensor/tensor.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace weft {

class Regularizer;

// --- What is known before anything runs ------------------------------------------------------------------------------

/// A weight that a layer owns.
struct WeightSpec {
    std::string name; ///< Keras' own: `kernel`, `bias`
    Shape shape;
    Object initializer{"Zeros", {}};
    bool trainable = true; ///< false for statistics such as a moving mean
    /// Elements from `onesBegin` to `onesEnd` start as 1 whatever the initializer says (an LSTM's forget bias).
    std::int64_t onesBegin = 0;
    std::int64_t onesEnd = 0;
    std::optional<Object> regularizer = {}; ///< what large values of it cost, as part of the loss
    std::optional<Object> constraint = {};  ///< what it is brought back to after every update
    friend bool operator==(const WeightSpec&, const WeightSpec&) = default;
};

/// For one sample.
struct Cost {
    double multiplyAdds = 0;
    friend bool operator==(const Cost&, const Cost&) = default;
};

/// An edit that mends a problem, as data.
struct FixHint {
    enum class Kind {
        setParameter, ///< parameter `name` of this layer to `value`
        insertBefore, ///< a new layer of type `name` with `params` into the wire at the problem's port
    };
    Kind kind = Kind::setParameter;
    std::string text; ///< for the button: `Insert Flatten`
    std::string name;
    Value value;
    ParamMap params;
};

/// Something wrong with one call, found while its shapes are inferred. `message` is a whole sentence that a beginner understands.
struct Problem {
    std::string code; ///< stable, for tests and translations: `rank`, `kernel_too_large`
    std::string message;
    int port = -1;         ///< input port it is about; -1 for none
    std::string parameter; ///< parameter it is about; empty for none
    std::vector<FixHint> fixes;
};

/// What a layer makes of its inputs' specs. With problems, outputs hold whatever is known all the same (or nothing).
struct Inference {
    std::vector<TensorSpec> outputs;
    std::vector<WeightSpec> weights;
    Cost cost;
    std::vector<Problem> problems;
    /// The output is the input's bytes under another shape (Flatten, Reshape): no memory of its own, no work.
    bool isView = false;
};

/// Where the mask of an output comes from. A mask says of every (sample, step) whether it counts: booleans of shape (batch, steps), or of any
/// shape that the output's begins with; Keras' `_keras_mask`.
struct MaskOf {
    enum class Kind {
        none,  ///< no mask
        input, ///< that of input `input`, as it is (none if that has none)
        own,   ///< the op writes it: `shape`
    };
    Kind kind = Kind::none;
    int input = 0;
    Shape shape;
    static MaskOf ofInput(int input) { return {Kind::input, input, {}}; }
    static MaskOf own(Shape shape) { return {Kind::own, 0, std::move(shape)}; }
};

// --- What runs ---------------------------------------------------------------------------------------------------------

/// Rows `begin`..`end` of the batch.
struct Rows {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::int64_t count() const { return end - begin; }
};

/// Share `index` of `count` of a weight's gradient.
struct Part {
    std::int64_t index = 0;
    std::int64_t count = 1;
};

/// The rows of a weight that belong to a part, where a weight of shape (..., n) is seen as rows of n, and a weight of rank
/// 0 or 1 as rows of 1. Every layer and every optimizer cuts by this one rule.
Rows partOf(const Shape& weight, Part part);

/// Everything that one call gets for one pass over one batch. Pointers are to row 0; layers index by row.
/// A layer keeps nothing: the same op serves training, validation and probes at once.
struct Pass {
    std::int64_t batch = 0;
    /// A backward pass may follow, so what it needs is kept; the layer does as in training (dropout, statistics of the batch), ...
    bool training = false;
    /// ... unless this is set: gradients of the model as it predicts, for probes and tests.
    bool asInference = false;
    bool behavesAsTraining() const { return training && !asInference; }
    /// Keys of this call's random numbers; the element index is the counter, so chunks and threads do not matter.
    std::uint64_t seed = 0;
    std::uint64_t stream = 0;
    const void* const* inputs = nullptr;
    void* const* outputs = nullptr;
    const float* const* weights = nullptr;
    /// Per input: its mask, or null where it has none.
    const std::uint8_t* const* inputMasks = nullptr;
    /// Per input: booleans per sample of its mask, 0 where it has none.
    const std::int64_t* inputMaskSizes = nullptr;
    /// Per output: where the op writes a mask of its own; null elsewhere.
    std::uint8_t* const* outputMasks = nullptr;
    /// Per entry of `stateSizes`: what the layer remembers from batch to batch, (batch, size). Read as the state before the first step and
    /// overwritten by that after the last. Never null.
    float* const* states = nullptr;
    /// Memory of the whole batch (Booking::statisticsFloats), written by `gather` and `gatherBackward`.
    float* statistics = nullptr;
    /// Per weight: where `gather` finds the present value of a weight that is not trained by gradients (a moving mean), and leaves the new one.
    /// Null for all other weights and where the layer is frozen.
    float* const* newWeights = nullptr;
    /// Per-sample memory that the op booked: written by forward, read by backward.
    void* stash = nullptr;
    // Backward only:
    /// What the loss is multiplied by before gradients are taken; 0: there is none, so that outputs cost nothing by themselves.
    float lossScale = 0;
    const float* const* outputGradients = nullptr; ///< null for an output that nothing depends on: its gradient is zero
    float* const* inputGradients = nullptr; ///< null where nobody needs it
    const bool* accumulate = nullptr;       ///< per input: add to what is there; else overwrite every element
    float* const* weightGradients = nullptr; ///< null where frozen
    bool accumulateWeights = false;          ///< add (a later call of a shared layer); else overwrite
};

/// What an op needs besides its inputs and outputs.
struct Booking {
    std::size_t stashBytesPerSample = 0; ///< a multiple of 4
    std::size_t scratchFloats = 0;       ///< per worker
    /// Not 0: the layer needs to see the whole batch before any row can be computed (in training: statistics of the batch), and calls of
    /// `gather` and `gatherBackward` come, cut into at most `statisticsParts` parts.
    std::size_t statisticsFloats = 0;
    std::int64_t statisticsParts = 1;
    bool needsInputs = true;             ///< backward reads inputs
    bool needsOutputs = true;            ///< backward reads outputs
};

/// What is sure about the numbers that come out, so that a fitting loss can be proposed.
enum class OutputRange {
    any,
    unit,         ///< each in 0..1, as a sigmoid makes them
    distribution, ///< in 0..1, and the last dimension sums to 1, as a softmax makes them
};

/// A layer made ready for the shapes of one call: parameters and geometry are settled, the batch size is free. Immutable; const
/// member functions may run on several threads at once for different rows or parts. `scratch` is the worker's own.
class LayerOp {
public:
    virtual ~LayerOp() = default;
    virtual Booking book(bool training) const;
    virtual OutputRange outputRange() const { return OutputRange::any; }
    /// Not 0: input 0 holds codes, whole numbers from 0 to below this, and others have no meaning. Whoever brings data in from outside checks them.
    virtual std::int64_t codes() const { return 0; }
    /// What the numbers of output 0 cost, by sample, divided by the batch size: a part of the loss whose gradient `backward` adds by itself.
    /// Null: nothing.
    virtual const Regularizer* activityRegularizer() const { return nullptr; }
    /// Outputs for these rows.
    virtual void forward(const Pass& pass, Rows rows, float* scratch) const = 0;
    /// Input gradients for these rows. Called after forward of the same rows, before `weightGradient`.
    virtual void backward(const Pass& pass, Rows rows, float* scratch) const;
    /// The part's share of every weight gradient, over the whole batch. Called when backward is done for all rows.
    virtual void weightGradient(const Pass& pass, Part part, float* scratch) const;

    /// Sizes, per sample, of the states that the layer keeps from batch to batch; empty for a layer without memory.
    virtual std::vector<std::int64_t> stateSizes() const { return {}; }
    /// The part's share of `statistics`. Called in training when the inputs of all rows are there, before `forward` of any.
    virtual void gather(const Pass& pass, Part part, float* scratch) const;
    /// The same, when the gradients by the outputs of all rows are there, before `backward` of any.
    virtual void gatherBackward(const Pass& pass, Part part, float* scratch) const;
};

// --- The record -------------------------------------------------------------------------------------------------------

enum class Family { core, convolution, pooling, shape, normalization, regularization, recurrent, attention, merge, activation, model, preprocessing, input };
/// `core`, `convolution`, ...: for JSON and `weft layers`.
std::string_view nameOf(Family family);

/// Ports of a layer. `maximum` -1: as many as are wired.
struct Ports {
    int minimum = 1;
    int maximum = 1;
    std::vector<std::string> names; ///< empty: `input`, or `input 1`, `input 2`, ...
    /// By port: the keyword under which Keras' call takes it, as `initial_state`; ports of one keyword are one list. Empty, or past the end: by place.
    std::vector<std::string> keywords = {};
};

/// For the contract tests: parameters that must work on inputs like these (batch included).
struct LayerExample {
    ParamMap params;
    std::vector<TensorSpec> inputs;
};

/// All that the program knows of one kind of layer. From it come the palette, the search, the inspector, JSON, manual and tests.
struct LayerType {
    std::string name;       ///< `Dense`; also Keras' class unless `kerasClass` says otherwise
    std::string kerasClass; ///< filled with `name` where a record leaves it empty
    Family family = Family::core;
    std::string help;    ///< one sentence
    std::string formula; ///< `y = activation(x · kernel + bias)`
    std::vector<std::string> synonyms; ///< for search: `FC`, `fully connected`
    std::vector<std::string> keyParameters; ///< the two or three that a box shows
    Schema schema;
    Ports inputs;
    bool isInput = false;  ///< the place where data enters a graph: no input ports
    bool isModel = false;  ///< runs another graph; `infer` and `build` are null
    bool isRandom = false; ///< draws random numbers in training
    /// Frozen (`trainable` false), it does in training as in inference too: BatchNormalization.
    bool infersWhenFrozen = false;
    /// Applies what it holds to each step of a sequence; where it holds a model (Layer::graph), the model's nodes are folded.
    bool foldsTime = false;
    std::vector<std::string> outputNames; ///< empty: `output`, or `output 1`, `output 2`, ...
    /// Shapes, weights, cost, problems. `params` have passed `validate(schema, params)`; `inputs.size()` fits `inputs`. Never throws.
    std::function<Inference(const ParamMap& params, std::span<const TensorSpec> inputs)> infer;
    /// The op for inputs under which `infer` found no problem and whose dimensions, batch apart, are known.
    std::function<std::shared_ptr<const LayerOp>(const ParamMap& params, std::span<const TensorSpec> inputs)> build;
    /// Masks of the outputs; `masks` holds the shapes of the inputs' masks, where they have one. Null: all outputs have none.
    std::function<std::vector<MaskOf>(const ParamMap& params, std::span<const TensorSpec> inputs, std::span<const std::optional<Shape>> masks)> masks;
    std::vector<LayerExample> examples;
    /// Keys of Keras' config that are no parameters here, with the one value for which this layer does what Keras does:
    /// written as they stand; where a file holds another value, it asks for something that is not supported.
    /// Not listed: `name`, `trainable`, `dtype`, and keys whose value null means "without" (regularizers, constraints, seed).
    ParamMap kerasFixed;
    /// Between Keras' config (without name and trainable; `dtype` only if it is a parameter) and the parameters, where they differ
    /// by more than `kerasFixed`. Empty: they are the same, name by name. What comes from a file is unchecked: `fromKeras` throws
    /// Error with a whole sentence.
    std::function<ParamMap(ParamMap config)> fromKeras;
    std::function<ParamMap(ParamMap params)> toKeras;
    /// The operation of Keras that does the same to inputs of one rank, as `+` between tensors draws it: `keras.src.ops.numpy.Add`. Empty: none.
    std::string kerasOperation = {};
};

/// For `LayerType::masks`: the output has the mask of the (first) input.
std::vector<MaskOf> passMask(const ParamMap& params, std::span<const TensorSpec> inputs, std::span<const std::optional<Shape>> masks);

/// All layers, by family and then as listed in engine/layers/CMakeLists.txt.
const std::vector<LayerType>& layerTypes();
/// By name or Keras class; null if there is none.
const LayerType* findLayerType(std::string_view name);

/// A layer within a layer, as TimeDistributed and Bidirectional hold one: the value of a parameter of kind object from the catalogue `layers`.
/// Beside the layer's own parameters the object may hold `name` and `trainable`, where they are not what Keras would give it.
struct HeldLayer {
    const LayerType* type = nullptr; ///< null: the catalogue has none of that name
    std::string name;
    ParamMap params; ///< without `name` and `trainable`
    bool trainable = true;
};
HeldLayer heldLayer(const Object& object);
/// The parameter in which layers of this type hold one; null where they hold none.
const Parameter* heldLayerParameter(const LayerType& type);

/// Fills schema, infer and build of a record from a struct with `static Binding<T> binding()`,
/// `Inference infer(std::span<const TensorSpec>) const` and `std::shared_ptr<const LayerOp> build(std::span<const TensorSpec>) const`.
template <class T>
void bindLayer(LayerType& type) {
    auto binding = std::make_shared<const Binding<T>>(T::binding());
    type.schema = binding->schema();
    type.infer = [binding](const ParamMap& params, std::span<const TensorSpec> inputs) { return binding->read(params).infer(inputs); };
    type.build = [binding](const ParamMap& params, std::span<const TensorSpec> inputs) { return binding->read(params).build(inputs); };
}

} // namespace weft
