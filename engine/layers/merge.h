// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/layers/support.h"

/// What layers share that combine several inputs number by number.
namespace weft::layers {

/// The output spec under Keras' rule: shapes are aligned at the end (after the batch, the shorter one gets sizes of 1), and a
/// size of 1 is repeated. Problems: `dtype`, `shape_mismatch`, `batch_mismatch`. `layer` begins the sentences.
Inference inferElementwise(std::string_view layer, std::span<const TensorSpec> inputs);

/// y = scale * (x1 + x2 + ...).
std::shared_ptr<const LayerOp> sumOp(std::span<const TensorSpec> inputs, float scale);

/// y = x1 * x2 * ...
std::shared_ptr<const LayerOp> productOp(std::span<const TensorSpec> inputs);
/// y = x1 - x2.
std::shared_ptr<const LayerOp> differenceOp(std::span<const TensorSpec> inputs);
/// y = max(x1, x2, ...), or min.
std::shared_ptr<const LayerOp> extremeOp(std::span<const TensorSpec> inputs, bool largest);

/// For LayerType::masks: where all inputs have a mask of one shape, a step counts that counts in any of them; else none.
std::vector<MaskOf> mergedMask(const ParamMap& params, std::span<const TensorSpec> inputs, std::span<const std::optional<Shape>> masks);
/// Writes that mask, where it is asked for.
void writeMergedMask(const Pass& pass, Rows rows, std::size_t inputs);

/// Examples for the contract tests of such a layer.
std::vector<LayerExample> elementwiseExamples();

} // namespace weft::layers
