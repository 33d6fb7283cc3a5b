// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/totals.h"

#include "engine/model/model_order.h"

namespace weft::ui {

Totals totalsOf(const Document& document, GraphId graphId, ModelId modelId) {
    Totals totals;
    const auto graph = document.project().graphs.find(graphId);
    if (graph == document.project().graphs.end()) {
        return totals;
    }
    const Analysis& analysis = document.analysis(graphId);
    const ModelDef* model = graph->second.model(modelId);
    std::set<CallId> calls;
    if (model) {
        calls = callsOfModel(graph->second, *model);
    } else {
        for (const auto& [id, call] : graph->second.calls) {
            calls.insert(id);
        }
    }
    std::set<LayerId> layers;
    for (const CallId id : calls) {
        if (const auto info = analysis.calls.find(id); info != analysis.calls.end()) {
            totals.multiplyAdds += info->second.cost.multiplyAdds;
        }
        if (const Call* call = graph->second.call(id)) {
            layers.insert(call->layer);
        }
    }
    totals.layers = layers.size();
    for (const LayerId id : layers) {
        if (const auto info = analysis.layers.find(id); info != analysis.layers.end()) {
            totals.parameters += info->second.parameters;
            totals.trainable += info->second.trainableParameters;
        }
    }
    totals.bytes = static_cast<double>(totals.parameters) * 4;
    return totals;
}

} // namespace weft::ui
