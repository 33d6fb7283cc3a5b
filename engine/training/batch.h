// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/model/model.h"
#include "engine/training/objective.h"

#include <functional>
#include <span>

namespace weft {

/// One batch, laid out as a step wants it. Tensors are booked for the largest batch; `rows` of them count.
struct Batch {
    struct Target {
        Tensor given;   ///< as the data hold it
        Tensor floats;  ///< the same as float32, where the loss or a metric wants that
        Tensor numbers; ///< the same as int32
        Tensor weights; ///< per sample or, where the data say so, per value; empty: all 1
    };
    std::int64_t rows = 0;
    std::vector<Tensor> inputs; ///< by model input, in the input's dtype
    /// By input: steps of this batch where its sequences were cut to the longest (rows then follow each other at that distance); empty or 0: all.
    std::vector<std::int64_t> steps;
    /// Of input `i` as it is in this batch, dimension 0 apart.
    Shape inputShape(std::size_t i) const;
    std::vector<Target> targets; ///< by model output
};

/// Where a batch comes from, per model input and output. Specs include the batch; nullopt: there is none.
struct BatchSpecs {
    std::vector<TensorSpec> inputs;
    std::vector<std::optional<TensorSpec>> targets;
    std::vector<std::optional<TensorSpec>> weights;
};

/// What is wrong with data of this spec (batch included) for an input, as a sentence without its subject; empty: nothing.
std::string inputProblem(const Model::Port& input, const TensorSpec& data);

/// Books the target of one output. Throws Error where the weights do not fit.
Batch::Target bookTarget(const Objective::Output& output, const BatchSpecs& specs, std::int64_t rows);

/// Books a batch of up to `rows` rows. Throws Error where an input or the weights do not fit model and objective.
Batch bookBatch(const Model& model, const Objective& objective, const BatchSpecs& specs, std::int64_t rows);

/// To be called when `targets[i].given` and, if the specs have some, `targets[i].weights` are filled: makes the forms that are wanted, brings
/// class weights into the weights, and throws Error where a target has no meaning for its loss. Allocates nothing.
/// `classWeights`: whether they count (in training; not in evaluation, as in Keras). `place`, if given, says what people call row `row` of
/// the target of output `output`, to begin a sentence with.
using TargetPlace = std::function<std::string(std::size_t output, std::int64_t row)>;
void completeTargets(const Objective& objective, const BatchSpecs& specs, bool classWeights, Batch& batch, const TargetPlace& place = {});

/// `count` numbers in another dtype, as Tensor::cast would.
void convert(const void* from, DType fromType, void* to, DType toType, std::int64_t count);

} // namespace weft
