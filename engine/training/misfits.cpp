// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/training/batch.h"
#include "engine/training/train.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace weft {
namespace {

constexpr std::int64_t kBlock = 4096;
/// Numbers of one target that are looked at: enough for all labels of usual data, and done in a few milliseconds.
constexpr std::int64_t kMostNumbers = 1 << 20;

const Column* find(const std::map<std::string, Column>& columns, const std::string& name) {
    const auto found = columns.find(name);
    return found == columns.end() ? nullptr : &found->second;
}

/// Throws Error where loss, metrics, weights or class weights of output `index` cannot take what the columns hold.
void tryOutput(const Model& model, std::size_t index, const OutputTraining& training, const Column& target, const Column* weights) {
    TrainingConfig alone;
    alone.outputs[model.outputs()[index].name] = training;
    BatchSpecs specs;
    specs.targets.resize(model.outputs().size());
    specs.weights.resize(model.outputs().size());
    specs.targets[index] = target.spec();
    specs.weights[index] = weights ? std::optional(weights->spec()) : std::nullopt;
    const Objective objective(model, alone, specs.targets);
    const std::int64_t perRow = std::max<std::int64_t>(1, target.spec().shape.count(1));
    const std::int64_t rows = std::min(target.rows(), kMostNumbers / perRow);
    const std::int64_t block = std::max<std::int64_t>(1, std::min({rows, kBlock, kMostNumbers / perRow}));
    Batch batch;
    batch.targets.resize(model.outputs().size());
    Batch::Target& booked = batch.targets[index];
    booked = bookTarget(objective.outputs().front(), specs, block);
    std::vector<std::int64_t> indices;
    for (std::int64_t begin = 0; begin < rows; begin += block) {
        batch.rows = std::min(block, rows - begin);
        indices.resize(static_cast<std::size_t>(batch.rows));
        std::iota(indices.begin(), indices.end(), begin);
        target.gather(indices, booked.given.bytes());
        if (weights && weights->rows() >= begin + batch.rows) {
            const Tensor given = weights->tensor(indices).cast(DType::float32);
            std::memcpy(booked.weights.bytes(), given.bytes(), static_cast<std::size_t>(given.size()) * sizeof(float));
        }
        completeTargets(objective, specs, false, batch, [&](std::size_t, std::int64_t row) {
            const std::int64_t source = target.sourceRow(begin + row);
            const Origin* origin = target.origin().get();
            return origin ? cat("The target column \"", origin->column, "\" of output \"", model.outputs()[index].name, "\" (", origin->file, "), row ", origin->rowNumber(source))
                          : cat("The target of output \"", model.outputs()[index].name, "\", row ", source + 1);
        });
    }
}

} // namespace

std::vector<Misfit> misfits(const Model& model, const TrainingConfig& config, const std::map<std::string, Column>& columns) {
    std::vector<Misfit> found;
    for (const Model::Port& input : model.inputs()) {
        const auto bound = config.inputs.find(input.name);
        const Column* column = bound == config.inputs.end() ? nullptr : find(columns, bound->second);
        if (const std::string problem = column ? inputProblem(input, column->spec()) : std::string(); !problem.empty()) {
            const Shape& shape = column->spec().shape;
            found.push_back({true, input.name, cat("Input \"", input.name, "\", fed by the column \"", bound->second, "\": ", problem),
                             shape.rank() == 0 ? std::nullopt : std::optional(shape.withoutBatch())});
        }
    }
    for (std::size_t i = 0; i < model.outputs().size(); ++i) {
        const std::string& name = model.outputs()[i].name;
        const auto training = config.outputs.find(name);
        const Column* target = training == config.outputs.end() || !training->second.loss ? nullptr : find(columns, training->second.target);
        const Column* weights = target ? find(columns, training->second.sampleWeights) : nullptr;
        if (!target || (!training->second.sampleWeights.empty() && !weights)) {
            continue; // one of the obstacles
        }
        try {
            tryOutput(model, i, training->second, *target, weights);
        } catch (const Error& e) {
            found.push_back({false, name, e.what(), {}});
        }
    }
    return found;
}

} // namespace weft
