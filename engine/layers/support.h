// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/kernels/kernels.h"
#include "engine/layers/layer_type.h"

#include <optional>

/// What several layers share: sentences, sizes, and ops that only move numbers.
namespace weft::layers {

// --- Inference --------------------------------------------------------------------------------------------------------

/// The shape of one sample in words: `28 × 28 × 1`, `one number`.
std::string sampleText(const Shape& shape);

/// Adds the problem `dtype` where input `port` does not hold float32. `layer` begins the sentence.
bool wantFloat(Inference& out, std::string_view layer, std::span<const TensorSpec> inputs);

/// Adds the problem `too_large` where an output or a weight has more elements than can be counted. To be called last.
void checkSizes(Inference& out);

/// A fix that sets a parameter.
FixHint setParameter(std::string text, std::string name, Value value);
/// A fix that puts a new layer into the wire.
FixHint insertBefore(std::string text, std::string type, ParamMap params = {});

// --- Parameters that several layers have --------------------------------------------------------------------------------

/// The largest size that a parameter may ask for: what lies above it fits in no memory.
inline constexpr double kLargestSize = 1e9;
inline bool isSize(std::int64_t n) { return n >= 1 && static_cast<double>(n) <= kLargestSize; }

/// Names that an `activation` parameter may have.
std::vector<std::string> activationChoices();
/// The activation of a validated name.
kernels::Activation activationOf(const std::string& name);
/// True where the kernels can apply it while the product is in cache (all but those that work along a row).
bool isElementwise(kernels::Activation a);
/// What is sure about the numbers that it makes.
OutputRange rangeOf(kernels::Activation a);

/// Whether a layer counts channels as the last dimension of a sample or as the first.
inline const std::vector<std::string> kDataFormats = {"channels_last", "channels_first"};
inline bool channelsFirst(const std::string& dataFormat) { return dataFormat == kDataFormats[1]; }

// --- Running ------------------------------------------------------------------------------------------------------------

/// `rows` row 0 pointer plus `row * perRow` elements.
template <class T>
T* at(T* base, std::int64_t row, std::int64_t perRow) {
    return base + row * perRow;
}
inline const float* floatsOf(const void* p) { return static_cast<const float*>(p); }
inline float* floatsOf(void* p) { return static_cast<float*>(p); }

/// out (rows x columns) = transposed in (columns x rows), or += where `accumulate`.
void transpose(const float* in, float* out, std::int64_t rows, std::int64_t columns, bool accumulate);

/// The op of layers whose output is the input's bytes (any dtype of `elementSize` bytes).
std::shared_ptr<const LayerOp> copyOp(std::int64_t perSample, std::size_t elementSize);

// --- Layers that hold a layer -------------------------------------------------------------------------------------------

/// `op` applied to each of `times` steps of a sample: what it sees as a row is a step. For TimeDistributed.
std::shared_ptr<const LayerOp> folded(std::shared_ptr<const LayerOp> op, std::int64_t times);

} // namespace weft::layers
