// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/layers/layer_type.h"

#include <memory>
#include <string>
#include <vector>

namespace weft::test {

/// Memory with a guard behind it.
class Block {
public:
    explicit Block(std::size_t bytes);
    void* data() { return m_bytes.data(); }
    const void* data() const { return m_bytes.data(); }
    float* floats() { return static_cast<float*>(data()); }
    const float* floats() const { return static_cast<const float*>(data()); }
    std::size_t size() const { return m_size; }
    /// Every byte the same; 0xFF makes every float a NaN.
    void fill(unsigned char byte);
    bool guardIntact() const;
    /// Same bytes from `begin` to `end`.
    friend bool same(const Block& a, const Block& b, std::size_t begin, std::size_t end);
    friend bool operator==(const Block& a, const Block& b);

private:
    std::size_t m_size;
    std::vector<unsigned char> m_bytes;
};

/// An example, with or without masks on its inputs of rank 3 and more.
struct Variant : LayerExample {
    Variant(LayerExample example, bool withMasks = false) : LayerExample(std::move(example)), masked(withMasks) {}
    bool masked;
    /// Per input: the shape of its mask, (batch, steps).
    std::vector<std::optional<Shape>> masks() const;
};

/// One example of one layer with memory of its own: inputs, weights and cotangents are filled with numbers that depend on
/// nothing but the example; everything that a pass writes starts as NaN.
class LayerRun {
public:
    LayerRun(const LayerType& type, const Variant& example, bool training);

    std::string name;
    Inference inference;
    std::shared_ptr<const LayerOp> op;
    std::int64_t batch;
    Booking booking;
    bool training;
    std::uint64_t seed = 11;
    std::vector<TensorSpec> inputSpecs;
    std::vector<Block> inputs, weights, outputs, cotangents, inputGradients, weightGradients;
    /// Empty where there is none.
    std::vector<Block> inputMasks, outputMasks;
    /// What the layer remembers: every forward begins with `initialStates`.
    std::vector<Block> initialStates, states;
    Block stash, scratch, statistics;
    /// Per weight that is not trained by gradients: where the statistics of the batch move it to.
    std::vector<Block> movedWeights;
    /// How many parts `gather` and `gatherBackward` are cut into.
    std::int64_t gatherParts;
    /// Frozen: no gradients of weights, and none moves.
    bool frozen = false;
    /// What outputs that cost something are weighed with in gradients; 0: not at all.
    float lossScale = 0;
    /// What a pass adds to, if set.
    bool accumulate = false;
    /// Training bookings, but the layer does as in inference.
    bool asInference = false;

    /// Cuts of the batch: {0, 2, 5} are two chunks.
    using Cuts = std::vector<std::int64_t>;
    Cuts whole() const { return {0, batch}; }
    Cuts singles() const;

    /// What comes before `forward` and before `backward` of any row, where the layer looks at the whole batch.
    void gather();
    void gatherBackward();
    bool gathers() const { return training && !asInference && booking.statisticsFloats > 0; }
    void forward(const Cuts& cuts);
    void backward(const Cuts& cuts);
    void weightGradient(std::int64_t parts);
    /// All three.
    void run(const Cuts& cuts, std::int64_t parts);
    /// Everything that passes write becomes NaN again.
    void spoil();
    bool guardsIntact() const;
    /// Booked bytes were used only; the pass itself, for tests that look closer.
    Pass pass();

    bool floatInput(std::size_t i) const { return inputSpecs[i].dtype == DType::float32; }
    std::size_t rowBytes(const TensorSpec& spec) const;

private:
    std::vector<const void*> m_inputs;
    std::vector<void*> m_outputs;
    std::vector<const std::uint8_t*> m_inputMasks;
    std::vector<std::uint8_t*> m_outputMasks;
    std::vector<std::int64_t> m_maskSizes;
    std::vector<float*> m_states;
    std::vector<const float*> m_weights, m_cotangents;
    std::vector<float*> m_inputGradients, m_weightGradients, m_movedWeights;
    std::unique_ptr<bool[]> m_accumulate;
};

/// `Dense {units: 5} on (4, 7)`.
std::string describe(const LayerType& type, const LayerExample& example);

} // namespace weft::test
