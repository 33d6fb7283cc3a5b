// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/model/layer_states.h"
#include "engine/model/plan.h"
#include "tests/conformance/model_case.h"

#include <cstring>

namespace weft::conformance {
namespace {

constexpr std::uint64_t kSeed = 1;

std::vector<const float*> pointersOf(const std::vector<Tensor>& weights) {
    std::vector<const float*> out;
    for (const Tensor& weight : weights) {
        out.push_back(weight.data<float>());
    }
    return out;
}

/// The inputs' numbers, in the model's dtypes, into the plan.
void load(Plan& plan, const std::vector<Tensor>& inputs) {
    const auto& ports = plan.model().inputs();
    if (inputs.size() != ports.size()) {
        throw Error(cat("There are ", inputs.size(), " inputs; the model has ", ports.size(), "."));
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const Shape expected = ports[i].spec.shape.withBatch(plan.options().batch);
        if (inputs[i].shape() != expected || inputs[i].dtype() != ports[i].spec.dtype) {
            throw Error(cat("Input ", i, " is ", nameOf(inputs[i].dtype()), " ", inputs[i].shape().text(), "; the model wants ", nameOf(ports[i].spec.dtype), " ",
                            expected.text(), "."));
        }
        std::memcpy(plan.input(i), inputs[i].bytes(), inputs[i].byteSize());
    }
}

Tensor outputOf(const Plan& plan, std::size_t i) {
    const TensorSpec& spec = plan.model().outputs()[i].spec;
    return tensorOf(spec.shape.withBatch(plan.options().batch), plan.output(i), spec.dtype);
}

/// What the case's masks say of every output, none included.
void compareMasks(Case& c, const Plan& plan, const Json& masks, const std::string& where) {
    for (std::size_t i = 0; i < masks.size(); ++i) {
        const std::string place = cat(where, ", mask of output ", i);
        const std::uint8_t* got = plan.outputMask(i);
        if (masks[i].is_null() || !got) {
            if (masks[i].is_null() != !got) {
                c.fail(cat(place, got ? ": there is one, expected none" : ": there is none, but Keras gives one"));
            }
            continue;
        }
        const Tensor expected = c.array(masks[i]);
        c.compare(tensorOf(expected.shape(), got, DType::boolean).cast(DType::float32), expected.cast(DType::float32), place);
    }
}

void runCall(Case& c, const ModelOfCase& m, const Json& call, const std::string& where, LayerStates& states, ThreadPool& pool) {
    c.expectKeys(call, {"training", "fresh_model", "reset_state_before", "inputs", "outputs", "output_masks", "weights_after"}, where);
    const std::vector<Tensor> inputs = c.arrays(call.at("inputs"));
    Plan plan(m.model, {.batch = inputs.at(0).shape()[0], .training = call.at("training").get<bool>()}, pool.threads());
    load(plan, inputs);
    if (call.at("fresh_model").get<bool>() || call.at("reset_state_before").get<bool>()) {
        states = LayerStates(*m.model, plan.options().batch);
    }
    plan.bindStates(states.pointers());
    std::vector<Tensor> weights = inOrder(*m.model, m.weights);
    plan.forward(pool, pointersOf(weights).data(), kSeed, 0);
    const Json& outputs = call.at("outputs");
    if (outputs.size() != m.model->outputs().size()) {
        throw Error(cat("The model has ", m.model->outputs().size(), " outputs, expected ", outputs.size(), "."));
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        c.compare(outputOf(plan, i), c.array(outputs[i]), cat(where, ", output ", i));
    }
    compareMasks(c, plan, call.at("output_masks"), where);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (const float* moved = plan.newWeight(i)) {
            weights[i] = tensorOf(weights[i].shape(), moved);
        }
    }
    if (call.contains("weights_after")) {
        m.compareByIndex(c, call["weights_after"], weights, cat(where, ", after it the value"));
    }
}

void runGradients(Case& c, const ModelOfCase& m, const Json& gradients, const Json& inputArrays, ThreadPool& pool) {
    c.expectKeys(gradients, {"training", "of", "cotangents", "inputs", "weights"}, "gradients");
    const std::vector<Tensor> inputs = c.arrays(inputArrays);
    const std::vector<Tensor> cotangents = c.arrays(gradients.at("cotangents"));
    Plan plan(m.model,
              {.batch = inputs.at(0).shape()[0], .training = true, .inputGradients = true, .asInference = !gradients.at("training").get<bool>()}, pool.threads());
    load(plan, inputs);
    LayerStates states(*m.model, plan.options().batch);
    plan.bindStates(states.pointers());
    const std::vector<Tensor> weights = inOrder(*m.model, m.weights);
    plan.step(pool, pointersOf(weights).data(), kSeed, 0,
              [&](Rows rows, int) {
                  for (std::size_t i = 0; i < cotangents.size(); ++i) {
                      if (float* gradient = plan.outputGradient(i)) {
                          const std::int64_t width = cotangents[i].shape().count(1);
                          std::copy_n(cotangents[i].data<float>() + rows.begin * width, rows.count() * width, gradient + rows.begin * width);
                      }
                  }
              },
              {});
    const Json& expected = gradients.at("inputs");
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const std::string where = cat("gradient by input ", i);
        const float* got = plan.inputGradient(i);
        if (!expected[i].is_null() && got) {
            c.compare(tensorOf(inputs[i].shape(), got), c.array(expected[i]), where);
        } else if (!expected[i].is_null()) {
            c.fail(cat(where, ": there is none"));
        }
    }
    std::vector<Tensor> byWeight;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const float* got = plan.weightGradient(i);
        byWeight.push_back(got ? tensorOf(weights[i].shape(), got) : Tensor());
    }
    m.compareByIndex(c, gradients.at("weights"), byWeight, "gradient");
}

} // namespace

void runForward(Case& c) {
    c.expectCaseKeys({"model", "weights", "input_names", "output_names", "input_shapes", "output_shapes", "layers", "count_params", "trainable_params", "calls",
                      "gradients", "summary"});
    const ModelOfCase m(c);
    ThreadPool pool(2);
    LayerStates states;
    const Json& calls = c.json().at("calls");
    for (std::size_t i = 0; i < calls.size(); ++i) {
        runCall(c, m, calls[i], calls.size() == 1 ? std::string("call") : cat("call ", i + 1), states, pool);
    }
    if (c.json().contains("gradients") && !c.json()["gradients"].is_null()) {
        runGradients(c, m, c.json()["gradients"], calls.at(0).at("inputs"), pool);
    }
}

} // namespace weft::conformance
