// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/training/trainer.h"

#include <cstring>

namespace weft {

std::vector<Tensor> predict(const Model& model, const Weights& weights, const std::map<std::string, Tensor>& inputs, std::int64_t batchSize, int threads,
                            std::stop_token stop) {
    if (batchSize < 1) {
        throw Error(cat("The batch size must be at least 1; it is ", batchSize, "."));
    }
    std::vector<const Tensor*> given;
    std::int64_t count = 0;
    for (const Model::Port& input : model.inputs()) {
        const auto found = inputs.find(input.name);
        if (found == inputs.end()) {
            throw Error(cat("input \"", input.name, "\": nothing was given for it."));
        }
        const Shape& shape = found->second.shape();
        if (shape.rank() == 0 || shape.withBatch(1) != input.spec.shape.withBatch(1)) {
            throw Error(cat("input \"", input.name, "\": expected ", input.spec.shape.withBatch(kUnknown).text(), ", got ", shape.text(), "."));
        }
        if (!given.empty() && shape[0] != count) {
            throw Error(cat("input \"", input.name, "\": has ", shape[0], " rows, but the inputs before it have ", count, "."));
        }
        count = shape[0];
        given.push_back(&found->second);
    }
    const std::vector<const float*> pointers = weightPointers(model, weights);
    std::vector<Tensor> out;
    for (const Model::Port& output : model.outputs()) {
        out.emplace_back(output.spec.shape.withBatch(count), output.spec.dtype);
    }
    batchSize = std::min(batchSize, std::max<std::int64_t>(count, 1));
    ThreadPool pool(usefulThreads(model, batchSize, false, threads));
    const std::shared_ptr<const Model> shared(std::shared_ptr<const Model>(), &model); // the caller keeps it
    std::unique_ptr<Plan> plan;
    for (std::int64_t begin = 0; begin < count && !stop.stop_requested(); begin += batchSize) {
        const std::int64_t rows = std::min(batchSize, count - begin);
        if (!plan || plan->options().batch != rows) {
            plan = std::make_unique<Plan>(shared, PlanOptions{.batch = rows}, pool.threads());
        }
        for (std::size_t i = 0; i < given.size(); ++i) {
            const Tensor& input = *given[i];
            const std::int64_t row = input.shape().count(1);
            const auto* from = static_cast<const std::byte*>(input.bytes()) + static_cast<std::size_t>(begin * row) * sizeOf(input.dtype());
            convert(from, input.dtype(), plan->input(i), model.inputs()[i].spec.dtype, rows * row);
        }
        plan->forward(pool, pointers.data(), 0, 0);
        for (std::size_t i = 0; i < out.size(); ++i) {
            const std::size_t row = static_cast<std::size_t>(out[i].shape().count(1)) * sizeOf(out[i].dtype());
            std::memcpy(static_cast<std::byte*>(out[i].bytes()) + static_cast<std::size_t>(begin) * row, plan->output(i), row * static_cast<std::size_t>(rows));
        }
    }
    return out;
}

} // namespace weft
