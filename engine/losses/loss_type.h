// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/layers/layer_type.h"

namespace weft {

/// A loss made ready for one output: parameters and the shapes of target and prediction (without batch) are settled. Immutable.
class LossOp {
public:
    virtual ~LossOp() = default;
    /// Loss values that one sample has: 1 for predictions (batch, n), the number of time steps for (batch, time, n), ...
    virtual std::int64_t valuesPerSample() const = 0;
    /// For rows `rows` of the batch (pointers are to row 0): `values`[sample * valuesPerSample + i], unweighted, and, if
    /// `gradient` is not null, gradient = factor * d value / d prediction, where `factors` holds one number per value.
    virtual void evaluate(Rows rows, const void* target, const float* prediction, float* values, const float* factors, float* gradient) const = 0;
    /// What is wrong with the first target that has no meaning for this loss (a class number out of range), as a whole sentence; empty: nothing.
    /// To be asked before `evaluate`, which trusts its target.
    virtual std::string checkTarget(Rows rows, const void* target) const;
    /// True where some targets are left out of the loss (`ignore_class`).
    virtual bool leavesOut() const { return false; }
    /// 1 for each value that counts, 0 for each that is left out.
    virtual void counted(Rows rows, const void* target, float* counts) const;
};

/// One kind of loss, in one file of `engine/losses`.
struct LossType {
    std::string name;  ///< Keras' class: `CategoricalCrossentropy`
    std::string title; ///< `Categorical crossentropy`
    std::string help;
    std::string formula;
    std::vector<std::string> aliases; ///< Keras' strings: `categorical_crossentropy`, `mse`
    Schema schema;                    ///< includes `reduction`
    /// What is wrong with this target for this prediction (a whole sentence); empty: nothing. Shapes include the batch.
    std::function<std::string(const ParamMap& params, const TensorSpec& target, const TensorSpec& prediction)> check;
    std::function<std::shared_ptr<const LossOp>(const ParamMap& params, const TensorSpec& target, const TensorSpec& prediction)> build;
    /// The dtype that a target is cast to before `evaluate`: int32 for sparse losses, else float32.
    DType targetType = DType::float32;
    /// For the contract tests: parameters, target and prediction specs; `classes` > 0: the target holds class numbers;
    /// `probabilities`: predictions are rows that sum to 1 (or lie in (0, 1) for binary losses).
    struct Example {
        ParamMap params;
        TensorSpec target, prediction;
        int classes = 0;
        bool probabilities = false;
    };
    std::vector<Example> examples;
};

const std::vector<LossType>& lossTypes();
/// By class name or alias; null if there is none.
const LossType* findLossType(std::string_view name);

} // namespace weft
