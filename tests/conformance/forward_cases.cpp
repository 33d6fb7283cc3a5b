// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/model/layer_states.h"
#include "engine/model/plan.h"
#include "tests/conformance/model_case.h"

#include <algorithm>
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

std::vector<Shape> shapesOf(const std::vector<Tensor>& tensors) {
    std::vector<Shape> out;
    for (const Tensor& tensor : tensors) {
        out.push_back(tensor.shape());
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

/// A model as Keras holds it: weights that a call may change, and what stateful layers remember.
class Session {
public:
    Session(Case& c, const ModelOfCase& m, ThreadPool& pool) : m_case(c), m_model(m), m_pool(pool), m_weights(inOrder(*m.model, m.weights)) {}

    void call(const Json& call, const std::string& where) {
        m_case.expectKeys(call, {"training", "fresh_model", "reset_state_before", "inputs", "outputs", "output_masks", "weights_after"}, where);
        if (call.at("fresh_model").get<bool>()) {
            m_weights = inOrder(*m_model.model, m_model.weights);
            m_states = {};
        }
        if (call.at("reset_state_before").get<bool>()) {
            m_states.reset();
        }
        const std::vector<Tensor> inputs = m_case.arrays(call.at("inputs"));
        Plan plan = planFor(inputs, {.training = call.at("training").get<bool>()});
        load(plan, inputs);
        plan.forward(m_pool, pointersOf(m_weights).data(), kSeed, 0);
        compareOutputs(plan, call, where);
        const std::vector<Tensor> before = m_weights;
        for (std::size_t i = 0; i < m_weights.size(); ++i) {
            if (const float* fresh = plan.newWeight(i)) {
                m_weights[i] = tensorOf(m_weights[i].shape(), fresh);
            }
        }
        compareWeights(before, call.value("weights_after", Json::array()), cat(where, ", after it the value"));
    }

    void gradients(const Json& gradients, const Json& inputArrays) {
        m_case.expectKeys(gradients, {"training", "of", "cotangents", "inputs", "weights"}, "gradients");
        const std::vector<Tensor> inputs = m_case.arrays(inputArrays);
        const std::vector<Tensor> cotangents = m_case.arrays(gradients.at("cotangents"));
        m_states = {};
        Plan plan = planFor(inputs, {.training = true, .inputGradients = true, .asInference = !gradients.at("training").get<bool>()});
        load(plan, inputs);
        const std::vector<Tensor> weights = inOrder(*m_model.model, m_model.weights);
        plan.step(m_pool, pointersOf(weights).data(), kSeed, 0,
                  [&](Rows rows, int) {
                      for (std::size_t i = 0; i < cotangents.size(); ++i) {
                          if (float* gradient = plan.outputGradient(i)) {
                              const std::int64_t width = cotangents[i].shape().count(1);
                              std::copy_n(cotangents[i].data<float>() + rows.begin * width, rows.count() * width, gradient + rows.begin * width);
                          }
                      }
                  },
                  {});
        compareInputGradients(plan, gradients.at("inputs"), inputs);
        std::vector<Tensor> byWeight;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const float* got = plan.weightGradient(i);
            byWeight.push_back(got ? tensorOf(weights[i].shape(), got) : Tensor());
        }
        m_model.compareByIndex(m_case, gradients.at("weights"), byWeight, "gradient");
        m_model.requireListed(m_case, gradients.at("weights"), "gradient");
    }

private:
    /// A plan for inputs of these shapes, with the states of the calls before.
    Plan planFor(const std::vector<Tensor>& inputs, PlanOptions options) {
        options.batch = inputs.at(0).shape()[0];
        const std::int64_t fixed = m_model.model->fixedBatch();
        if (fixed != kUnknown && fixed != options.batch) {
            throw Error(cat("The model wants batches of ", fixed, "; the case has one of ", options.batch, "."));
        }
        const auto model = m_model.model->at(shapesOf(inputs));
        if (m_states.rows() != options.batch) {
            m_states = LayerStates(*model, options.batch);
        }
        Plan plan(model, options, m_pool.threads());
        plan.bindStates(m_states.pointers());
        return plan;
    }

    void compareOutputs(const Plan& plan, const Json& call, const std::string& where) {
        const auto& ports = plan.model().outputs();
        const Json& outputs = call.at("outputs");
        const Json& masks = call.at("output_masks");
        if (outputs.size() != ports.size() || masks.size() != ports.size()) {
            throw Error(cat("The model has ", ports.size(), " outputs, expected ", outputs.size(), "."));
        }
        const std::int64_t batch = plan.options().batch;
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            const std::string place = cat(where, ", output ", i);
            m_case.compare(tensorOf(ports[i].spec.shape.withBatch(batch), plan.output(i), ports[i].spec.dtype), m_case.array(outputs[i]), place);
            const std::uint8_t* mask = plan.outputMask(i);
            if (masks[i].is_null() != !mask) {
                m_case.fail(cat(place, mask ? ": there is a mask, Keras gives none" : ": there is no mask, Keras gives one"));
            } else if (mask) {
                const Shape& shape = plan.model().values()[static_cast<std::size_t>(ports[i].mask)].shape;
                m_case.compare(tensorOf(shape.withBatch(batch), mask, DType::boolean), m_case.array(masks[i]), cat(place, ", mask"));
            }
        }
    }

    /// Weights that are not among `entries` must be what they were.
    void compareWeights(const std::vector<Tensor>& before, const Json& entries, const std::string& where) {
        m_model.compareByIndex(m_case, entries, m_weights, where);
        for (std::size_t i = 0; i < before.size(); ++i) {
            const bool isListed = std::any_of(entries.begin(), entries.end(), [&](const Json& entry) { return entry.at("index") == i; });
            if (!isListed && std::memcmp(before[i].bytes(), m_weights[i].bytes(), before[i].byteSize()) != 0) {
                m_case.fail(cat(where, " of weight ", i, " is another; Keras leaves it as it was"));
            }
        }
    }

    void compareInputGradients(const Plan& plan, const Json& expected, const std::vector<Tensor>& inputs) {
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const std::string where = cat("gradient by input ", i);
            const float* got = plan.inputGradient(i);
            if (!expected[i].is_null() && got) {
                m_case.compare(tensorOf(inputs[i].shape(), got), m_case.array(expected[i]), where);
            } else if (!expected[i].is_null()) {
                m_case.fail(cat(where, ": there is none"));
            } else if (got && std::any_of(got, got + inputs[i].size(), [](float x) { return x != 0; })) {
                m_case.fail(cat(where, ": there is one, expected none"));
            }
        }
    }

    Case& m_case;
    const ModelOfCase& m_model;
    ThreadPool& m_pool;
    std::vector<Tensor> m_weights;
    LayerStates m_states;
};

} // namespace

void runForward(Case& c) {
    c.expectCaseKeys({"model", "weights", "input_names", "output_names", "input_shapes", "output_shapes", "layers", "count_params", "trainable_params", "calls",
                      "gradients", "summary"});
    const ModelOfCase m(c);
    ThreadPool pool(2);
    Session session(c, m, pool);
    const Json& calls = c.json().at("calls");
    for (std::size_t i = 0; i < calls.size(); ++i) {
        session.call(calls[i], calls.size() == 1 ? std::string("call") : cat("call ", i + 1));
    }
    if (c.json().contains("gradients") && !c.json()["gradients"].is_null()) {
        session.gradients(c.json()["gradients"], calls.at(0).at("inputs"));
    }
}

} // namespace weft::conformance
