// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/schema/value.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace weft {

/// What one output of a model is trained on.
struct OutputTraining {
    std::optional<Object> loss; ///< record of the loss catalogue with its options; none: the output is not trained
    double weight = 1.0;        ///< of this loss in the total
    std::vector<Object> metrics;         ///< `{"accuracy"}` is resolved as Keras resolves it
    std::vector<Object> weightedMetrics;
    std::string target;                  ///< a data column; empty: not chosen yet
    std::string sampleWeights;           ///< a data column with a weight per sample; empty: none
    std::map<std::int64_t, double> classWeights;
    friend bool operator==(const OutputTraining&, const OutputTraining&) = default;
};

/// How one model is trained. Keys of `inputs` and `outputs` are the model's input and output names.
struct TrainingConfig {
    std::map<std::string, std::string> inputs; ///< input name -> data column
    std::map<std::string, OutputTraining> outputs;
    Object optimizer{"RMSprop", {}};
    std::int64_t batchSize = 32;
    std::int64_t epochs = 10;
    double validationSplit = 0.0; ///< Keras' rule: the last part of the training rows, taken before shuffling
    bool shuffle = true;
    /// What stateful layers remember begins at zero in every epoch. In Keras, and where this is not set, it goes on from the epoch before.
    bool resetStates = false;
    std::uint64_t seed = 0;
    friend bool operator==(const TrainingConfig&, const TrainingConfig&) = default;
};

} // namespace weft
