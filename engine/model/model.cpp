// SPDX-License-Identifier: Apache-2.0
#include "engine/model/model.h"

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/model/analyzer.h"
#include "engine/model/model_builder.h"
#include "engine/model/model_order.h"

#include <algorithm>

namespace weft {
namespace {

/// Throws with the first thing that keeps the model from running.
void requireSound(const Graph& graph, ModelId modelId, const Analysis& analysis) {
    const ModelDef& def = *graph.model(modelId);
    const std::set<CallId> used = callsOfModel(graph, def);
    for (const Diagnostic& d : analysis.diagnostics) {
        const bool concerns = d.model ? d.model == modelId : used.contains(d.call);
        if (d.severity == Severity::error && concerns) {
            throw Error(cat("The model \"", def.name, "\" cannot run: ", d.place, ": ", d.message));
        }
    }
    for (const CallId call : used) {
        // Upstream of a cycle or of a box outside the model, already said there.
        if (!analysis.calls.at(call).sound) {
            throw Error(cat("The model \"", def.name, "\" cannot run: the shapes at ", graph.layerOf(call)->name, " are not known."));
        }
    }
}

} // namespace

bool acceptsShape(const Shape& expected, const Shape& got) {
    bool fine = expected.rank() == got.rank();
    for (int axis = 1; fine && axis < expected.rank(); ++axis) {
        fine = expected[axis] == got[axis] || (expected[axis] == kUnknown && got[axis] >= 0);
    }
    return fine;
}

std::shared_ptr<const Model> Model::build(const Graphs& graphs, GraphId graphId, ModelId modelId) {
    const auto graph = graphs.find(graphId);
    const ModelDef* def = graph == graphs.end() ? nullptr : graph->second.model(modelId);
    if (!def) {
        throw Error("There is no such model in this project.");
    }
    requireSound(graph->second, modelId, analyze(graphs, graphId));
    auto model = std::make_shared<Model>();
    ModelBuilder(graphs, *model, true).build(graphId, modelId);
    const bool open = std::any_of(model->m_inputs.begin(), model->m_inputs.end(), [](const Port& port) { return !port.spec.shape.withoutBatch().isKnown(); });
    if (open) {
        model->m_graphs = std::make_shared<const Graphs>(graphs);
        model->m_graph = graphId;
        model->m_model = modelId;
    }
    return model;
}

std::shared_ptr<const Model> Model::at(std::span<const Shape> inputs) const {
    if (!m_graphs) {
        return shared_from_this();
    }
    // Sequences of every length come in a long run; what is kept must not grow with them.
    constexpr std::size_t kKept = 32;
    std::vector<std::vector<std::int64_t>> key;
    for (std::size_t i = 0; i < m_inputs.size(); ++i) {
        if (i >= inputs.size() || !acceptsShape(m_inputs[i].spec.shape, inputs[i])) {
            throw Error(cat("Input \"", m_inputs[i].name, "\": the model expects ", m_inputs[i].spec.shape.text(), ", but the data have the shape ",
                            i < inputs.size() ? inputs[i].text() : std::string("of nothing"), "."));
        }
        key.push_back(inputs[i].withoutBatch().dims());
    }
    const std::lock_guard lock(m_mutex);
    if (const auto found = m_at.find(key); found != m_at.end()) {
        return found->second;
    }
    const Graph& graph = m_graphs->at(m_graph);
    std::map<CallId, TensorSpec> called;
    for (std::size_t i = 0; i < m_inputs.size(); ++i) {
        called[graph.model(m_model)->inputs[i]] = {inputs[i].withBatch(m_fixedBatch), m_inputs[i].spec.dtype};
    }
    requireSound(graph, m_model, Analyzer(*m_graphs, m_graph).run(called));
    auto model = std::make_shared<Model>();
    ModelBuilder(*m_graphs, *model, false, called).build(m_graph, m_model);
    if (m_at.size() >= kKept) {
        m_at.clear();
    }
    return m_at.emplace(std::move(key), std::move(model)).first->second;
}

std::int64_t Model::parameters() const {
    std::int64_t count = 0;
    for (const Weight& weight : m_weights) {
        count += weight.spec.shape.count();
    }
    return count;
}

std::int64_t Model::trainableParameters() const {
    std::int64_t count = 0;
    for (const Weight& weight : m_weights) {
        count += weight.trainable ? weight.spec.shape.count() : 0;
    }
    return count;
}

Cost Model::cost() const {
    Cost total;
    for (const Node& node : m_nodes) {
        total.multiplyAdds += node.cost.multiplyAdds;
    }
    return total;
}

} // namespace weft
