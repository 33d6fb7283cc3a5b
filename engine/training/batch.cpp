// SPDX-License-Identifier: Apache-2.0
#include "engine/training/batch.h"

#include "engine/base/error.h"
#include "engine/base/text.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace weft {
namespace {

template <class From, class To>
void convertAs(const void* from, void* to, std::int64_t count) {
    const auto* in = static_cast<const From*>(from);
    auto* out = static_cast<To*>(to);
    for (std::int64_t i = 0; i < count; ++i) {
        out[i] = static_cast<To>(in[i]);
    }
}

template <class To>
void convertTo(const void* from, DType fromType, void* to, std::int64_t count) {
    switch (fromType) {
    case DType::float32: return convertAs<float, To>(from, to, count);
    case DType::int32: return convertAs<std::int32_t, To>(from, to, count);
    case DType::boolean:
    case DType::uint8: return convertAs<std::uint8_t, To>(from, to, count);
    case DType::int64: return convertAs<std::int64_t, To>(from, to, count);
    case DType::float64: return convertAs<double, To>(from, to, count);
    }
}

/// A number beyond int32 would be undefined to convert; as class number it is out of range either way.
std::int32_t toClass(double number) {
    return std::isfinite(number) ? static_cast<std::int32_t>(std::clamp(number, -2147483648.0, 2147483647.0)) : -1;
}

double numberAt(const void* data, DType type, std::int64_t i) {
    double out = 0;
    convert(static_cast<const std::byte*>(data) + static_cast<std::size_t>(i) * sizeOf(type), type, &out, DType::float64, 1);
    return out;
}

bool wants(const Objective::Output& output, DType type) {
    return (output.op && output.targetType == type) ||
           std::any_of(output.metrics.begin(), output.metrics.end(), [&](const auto& metric) { return metric.targetType == type; });
}

/// Weights (batch), (batch, 1) or one per loss value.
std::int64_t weightsPerSample(const Objective::Output& output, const TensorSpec& weights) {
    const std::int64_t values = output.op ? output.op->valuesPerSample() : 1;
    const Shape per = weights.shape.withoutBatch();
    const auto count = per.elementCount();
    if (!count || (*count != 1 && *count != values)) {
        throw Error(cat("Output \"", output.name, "\": sample weights must be one per sample", values > 1 ? cat(" or ", values) : std::string(),
                        "; their shape is ", weights.shape.withBatch(kUnknown).text(), "."));
    }
    if (*count != 1 && !output.classWeights.empty()) {
        throw Error(cat("Output \"", output.name, "\": class weights need sample weights that are one per sample; there are ", *count, " per sample."));
    }
    return *count;
}

double classWeight(const Objective::Output& output, const Batch::Target& target, std::int64_t row) {
    const std::int64_t per = target.given.shape().count(1);
    std::int64_t label = 0;
    if (per == 1) {
        label = std::llround(numberAt(target.given.bytes(), target.given.dtype(), row));
    } else {
        for (std::int64_t j = 1; j < per; ++j) {
            if (numberAt(target.given.bytes(), target.given.dtype(), row * per + j) > numberAt(target.given.bytes(), target.given.dtype(), row * per + label)) {
                label = j;
            }
        }
    }
    const auto found = output.classWeights.find(label);
    return found == output.classWeights.end() ? 1.0 : found->second;
}

} // namespace

void convert(const void* from, DType fromType, void* to, DType toType, std::int64_t count) {
    if (fromType == toType) {
        std::memcpy(to, from, static_cast<std::size_t>(count) * sizeOf(toType));
        return;
    }
    switch (toType) {
    case DType::float32: return convertTo<float>(from, fromType, to, count);
    case DType::float64: return convertTo<double>(from, fromType, to, count);
    case DType::int64: return convertTo<std::int64_t>(from, fromType, to, count);
    case DType::uint8: return convertTo<std::uint8_t>(from, fromType, to, count);
    case DType::int32:
        for (std::int64_t i = 0; i < count; ++i) {
            static_cast<std::int32_t*>(to)[i] = toClass(numberAt(from, fromType, i));
        }
        return;
    case DType::boolean:
        for (std::int64_t i = 0; i < count; ++i) {
            static_cast<std::uint8_t*>(to)[i] = numberAt(from, fromType, i) != 0;
        }
        return;
    }
}

std::string inputProblem(const Model::Port& input, const TensorSpec& data) {
    const Shape& given = data.shape;
    if (given.rank() > 0 && acceptsShape(input.spec.shape, given)) {
        return {};
    }
    return cat("the model expects ", input.spec.shape.withBatch(kUnknown).text(), ", but the data have the shape ",
               given.rank() == 0 ? given.text() : given.withBatch(kUnknown).text(), ".");
}

Batch::Target bookTarget(const Objective::Output& output, const BatchSpecs& specs, std::int64_t rows) {
    Batch::Target target;
    const TensorSpec& spec = *specs.targets[output.index];
    target.given = Tensor(spec.shape.withBatch(rows), spec.dtype);
    if (wants(output, DType::float32)) {
        target.floats = Tensor(spec.shape.withBatch(rows), DType::float32);
    }
    if (wants(output, DType::int32)) {
        target.numbers = Tensor(spec.shape.withBatch(rows), DType::int32);
    }
    const auto& weights = specs.weights[output.index];
    if (weights || !output.classWeights.empty()) {
        target.weights = Tensor(Shape{rows, weights ? weightsPerSample(output, *weights) : 1});
    }
    const Shape per = spec.shape.withoutBatch();
    if (!output.classWeights.empty() && per.rank() > 1 && per.count() != 1) {
        throw Error(cat("Output \"", output.name, "\": class weights need one class per sample; the target has the shape ",
                        spec.shape.withBatch(kUnknown).text(), "."));
    }
    return target;
}

Shape Batch::inputShape(std::size_t i) const {
    Shape shape = inputs[i].shape();
    if (i < steps.size() && steps[i] > 0) {
        shape[1] = steps[i];
    }
    return shape;
}

Batch bookBatch(const Model& model, const Objective& objective, const BatchSpecs& specs, std::int64_t rows) {
    Batch out;
    for (std::size_t i = 0; i < model.inputs().size(); ++i) {
        const Model::Port& input = model.inputs()[i];
        if (const std::string problem = inputProblem(input, specs.inputs[i]); !problem.empty()) {
            throw Error(cat("Input \"", input.name, "\": ", problem));
        }
        out.inputs.emplace_back(specs.inputs[i].shape.withBatch(rows), input.spec.dtype);
    }
    out.targets.resize(model.outputs().size());
    for (const Objective::Output& output : objective.outputs()) {
        out.targets[output.index] = bookTarget(output, specs, rows);
    }
    return out;
}

namespace {

[[noreturn]] void refuseRow(const Objective::Output& output, std::int64_t row, const std::string& problem, const TargetPlace& place) {
    throw Error(cat(place ? place(output.index, row) : cat("The target of output \"", output.name, "\", row ", row + 1), ": ", problem));
}

/// Throws with the first row whose target has no meaning.
[[noreturn]] void refuseTarget(const Objective::Output& output, const void* target, std::int64_t rows, const TargetPlace& place) {
    std::int64_t row = 0;
    std::string problem;
    while (row < rows && (problem = output.op->checkTarget({row, row + 1}, target)).empty()) {
        ++row;
    }
    refuseRow(output, row, problem, place);
}

/// Where class numbers are wanted, a number that is none must not become its neighbour.
template <class From>
void requireWhole(const Objective::Output& output, const Tensor& given, std::int64_t count, const TargetPlace& place) {
    const auto* numbers = given.data<From>();
    for (std::int64_t i = 0; i < count; ++i) {
        if (numbers[i] != std::floor(numbers[i])) {
            refuseRow(output, i / given.shape().count(1), cat("a class number must be a whole number; it is ", shortest(numbers[i]), "."), place);
        }
    }
}

} // namespace

void completeTargets(const Objective& objective, const BatchSpecs& specs, bool classWeights, Batch& batch, const TargetPlace& place) {
    for (const Objective::Output& output : objective.outputs()) {
        Batch::Target& target = batch.targets[output.index];
        const std::int64_t count = batch.rows * target.given.shape().count(1);
        if (!target.floats.empty()) {
            convert(target.given.bytes(), target.given.dtype(), target.floats.bytes(), DType::float32, count);
        }
        if (!target.numbers.empty()) {
            if (target.given.dtype() == DType::float32) {
                requireWhole<float>(output, target.given, count, place);
            } else if (target.given.dtype() == DType::float64) {
                requireWhole<double>(output, target.given, count, place);
            }
            convert(target.given.bytes(), target.given.dtype(), target.numbers.bytes(), DType::int32, count);
        }
        if (output.op) {
            const void* wanted = output.targetType == DType::float32 ? target.floats.bytes() : target.numbers.bytes();
            if (!output.op->checkTarget({0, batch.rows}, wanted).empty()) {
                refuseTarget(output, wanted, batch.rows, place);
            }
        }
        if (target.weights.empty()) {
            continue;
        }
        float* weights = target.weights.data<float>();
        if (!specs.weights[output.index]) {
            std::fill_n(weights, batch.rows, 1.0f);
        }
        const std::int64_t perSample = target.weights.shape()[1];
        if (!std::all_of(weights, weights + batch.rows * perSample, [](float w) { return std::isfinite(w); })) {
            throw Error(cat("The sample weights of output \"", output.name, "\": every weight must be a finite number."));
        }
        if (classWeights && !output.classWeights.empty()) {
            for (std::int64_t row = 0; row < batch.rows; ++row) {
                weights[row] *= static_cast<float>(classWeight(output, target, row));
            }
        }
    }
}

} // namespace weft
