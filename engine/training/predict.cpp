// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/runtime/batch_runner.h"
#include "engine/training/trainer.h"

namespace weft {

std::vector<Tensor> predict(const Model& model, const Weights& weights, const std::map<std::string, Tensor>& inputs, std::int64_t batchSize, int threads,
                            std::stop_token stop) {
    if (batchSize < 1) {
        throw Error(cat("The batch size must be at least 1; it is ", batchSize, "."));
    }
    std::vector<const Tensor*> given;
    std::vector<Tensor> cast(model.inputs().size());
    for (const Model::Port& input : model.inputs()) {
        const auto found = inputs.find(input.name);
        if (found == inputs.end()) {
            throw Error(cat("input \"", input.name, "\": nothing was given for it."));
        }
        const Tensor& tensor = found->second;
        if (tensor.shape().rank() == 0 || !acceptsShape(input.spec.shape, tensor.shape())) {
            throw Error(cat("input \"", input.name, "\": expected ", input.spec.shape.withBatch(kUnknown).text(), ", got ", tensor.shape().text(), "."));
        }
        if (!given.empty() && tensor.shape()[0] != given[0]->shape()[0]) {
            throw Error(cat("input \"", input.name, "\": has ", tensor.shape()[0], " rows, but the inputs before it have ", given[0]->shape()[0], "."));
        }
        Tensor& converted = cast[given.size()];
        if (tensor.dtype() != input.spec.dtype) {
            converted = tensor.cast(input.spec.dtype);
        }
        given.push_back(tensor.dtype() != input.spec.dtype ? &converted : &tensor);
    }
    const std::int64_t rows = given.empty() ? 1 : std::max<std::int64_t>(given[0]->shape()[0], 1);
    batchSize = std::min(batchSize, rows);
    const std::shared_ptr<const Model> shared(std::shared_ptr<const Model>(), &model); // the caller keeps it
    return BatchRunner(shared, weightTensors(model, weights), usefulThreads(model, batchSize, false, threads), batchSize).run(given, stop);
}

} // namespace weft
