// SPDX-License-Identifier: Apache-2.0
#include "tests/model/graphs.h"

namespace weft::test {

Drawing::Drawing() {
    root = ids.next<GraphTag>();
    graphs[root];
}

GraphId Drawing::enterNewGraph() {
    const GraphId before = root;
    root = ids.next<GraphTag>();
    graphs[root];
    return before;
}

CallId Drawing::input(const std::string& name, std::vector<std::int64_t> shape) {
    Value::List sizes;
    for (const std::int64_t size : shape) {
        size == kUnknown ? sizes.emplace_back() : sizes.emplace_back(size);
    }
    return addLayer(graph(), ids, {"Input", name, {{"shape", std::move(sizes)}}, true, {}, {}}, 0);
}

CallId Drawing::wired(CallId call, const std::vector<Source>& from) {
    for (std::size_t port = 0; port < from.size(); ++port) {
        connect(graph(), from[port], call, static_cast<int>(port));
    }
    return call;
}

CallId Drawing::layer(const std::string& type, const std::string& name, ParamMap params, const std::vector<Source>& from) {
    return wired(addLayer(graph(), ids, {type, name, std::move(params), true, {}, {}}, static_cast<int>(from.size())), from);
}

CallId Drawing::again(CallId call, const std::vector<Source>& from) {
    return wired(addCall(graph(), ids, graph().call(call)->layer, static_cast<int>(from.size())), from);
}

CallId Drawing::model(const std::string& name, GraphId inner, ModelId model, const std::vector<Source>& from) {
    return wired(addLayer(graph(), ids, {"Model", name, {}, true, inner, model}, static_cast<int>(from.size())), from);
}

ModelId Drawing::define(const std::string& name, std::vector<CallId> inputs, const std::vector<CallId>& outputs) {
    ModelDef def{name, std::move(inputs), {}};
    for (const CallId output : outputs) {
        def.outputs.push_back({output, 0});
    }
    return defineModel(graph(), ids, std::move(def));
}

Runnable::Runnable(const Drawing& drawing, ModelId id, std::int64_t batch, bool training, int threads)
    : model(Model::build(drawing.graphs, drawing.root, id)), pool(threads), plan(model, {batch, training, training}, threads) {
    initialize(*model, 7, weights);
}

void Runnable::setInput(std::size_t i, std::uint64_t seed) {
    const Random random(seed, i);
    const std::int64_t count = model->inputs()[i].spec.shape.withBatch(plan.options().batch).count();
    for (std::int64_t k = 0; k < count; ++k) {
        static_cast<float*>(plan.input(i))[k] = 2 * random.uniform(static_cast<std::uint64_t>(k)) - 1;
    }
}

std::vector<const float*> Runnable::pointers() const {
    std::vector<const float*> out;
    for (const Model::Weight& weight : model->weights()) {
        out.push_back(weights.at(weight.key)->data<float>());
    }
    return out;
}

std::vector<float> Runnable::output(std::size_t i) {
    const auto count = static_cast<std::size_t>(model->outputs()[i].spec.shape.withBatch(plan.options().batch).count());
    const auto* data = static_cast<const float*>(plan.output(i));
    return {data, data + count};
}

double Runnable::loss(std::uint64_t seed) {
    double sum = 0;
    for (std::size_t i = 0; i < model->outputs().size(); ++i) {
        const Random random(seed, 100 + i);
        const auto values = output(i);
        for (std::size_t k = 0; k < values.size(); ++k) {
            sum += static_cast<double>(values[k]) * random.normal(k);
        }
    }
    return sum;
}

double Runnable::lossAndGradients(std::uint64_t seed) {
    plan.step(
        pool, pointers().data(), 3, 5,
        [&](Rows rows, int) {
            for (std::size_t i = 0; i < model->outputs().size(); ++i) {
                const Random random(seed, 100 + i);
                const std::int64_t width = model->outputs()[i].spec.shape.withoutBatch().count();
                for (std::int64_t k = rows.begin * width; k < rows.end * width; ++k) {
                    plan.outputGradient(i)[k] = random.normal(static_cast<std::uint64_t>(k));
                }
            }
        },
        {});
    return loss(seed);
}

std::vector<float> Runnable::weightGradient(std::size_t weight) {
    const float* data = plan.weightGradient(weight);
    return {data, data + model->weights()[weight].spec.shape.count()};
}

} // namespace weft::test
