// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/io/plot/plot.h"
#include "engine/model/analysis.h"
#include "engine/model/model_order.h"

#include <sstream>

namespace weft {
namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default: out += c;
        }
    }
    return out;
}

template <class Specs>
std::string shapesText(const Specs& specs) {
    std::vector<std::string> parts;
    for (const auto& spec : specs) {
        if constexpr (requires { spec.shape; }) {
            parts.push_back(spec.shape.text());
        } else {
            parts.push_back(spec ? spec->shape.text() : "?");
        }
    }
    return parts.empty() ? "-" : join(parts, ", ");
}

class DotWriter {
public:
    DotWriter(const Graphs& graphs, const PlotOptions& options) : m_graphs(graphs), m_options(options) {}

    std::string write(GraphId graph, ModelId model) {
        m_out << "digraph model {\n"
                 "  rankdir=TB;\n"
                 "  concentrate=true;\n"
                 "  node [shape=plaintext, margin=0, fontname=\"Helvetica\", fontsize=12];\n"
                 "  edge [color=\"#444444\", arrowsize=0.8];\n";
        writeModel(graph, model, "n", 1);
        m_out << "}\n";
        return m_out.str();
    }

private:
    const Graph& graphOf(GraphId id) const {
        const auto found = m_graphs.find(id);
        if (found == m_graphs.end()) {
            throw Error("The model runs a graph that is not in the project.");
        }
        return found->second;
    }

    /// True where the call is drawn as a frame with its own boxes in it.
    bool isOpened(const Layer& layer, int depth) const {
        const LayerType* type = findLayerType(layer.type);
        return m_options.nested && type && type->isModel && depth < kDeepest && m_graphs.contains(layer.graph) &&
               m_graphs.at(layer.graph).model(layer.model);
    }

    /// The box from which a source's arrows start.
    std::string tail(const Graph& graph, const Source& source, const std::string& prefix, int depth) const {
        const std::string name = cat(prefix, "_", source.call.value);
        const Layer* layer = graph.layerOf(source.call);
        if (!layer || !isOpened(*layer, depth)) {
            return name;
        }
        const Graph& inner = m_graphs.at(layer->graph);
        const ModelDef& model = *inner.model(layer->model);
        const auto port = static_cast<std::size_t>(source.output);
        return port < model.outputs.size() ? tail(inner, model.outputs[port], name, depth + 1) : name;
    }

    void writeModel(GraphId graphId, ModelId modelId, const std::string& prefix, int depth) {
        const Graph& graph = graphOf(graphId);
        const ModelDef* model = graph.model(modelId);
        if (!model) {
            throw Error("The model is not in the project.");
        }
        const Analysis analysis = analyze(m_graphs, graphId);
        const std::set<CallId> calls = callsOfModel(graph, *model);
        const std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
        for (const CallId id : calls) {
            const Layer* layer = graph.layerOf(id);
            if (!layer) {
                continue;
            }
            const std::string name = cat(prefix, "_", id.value);
            if (isOpened(*layer, depth)) {
                m_out << indent << "subgraph cluster_" << name << " {\n"
                      << indent << "  label=<" << escaped(layer->name) << ">; labeljust=l; style=dashed; color=\"#444444\"; "
                      << "fontname=\"Helvetica\"; fontsize=12;\n";
                writeModel(layer->graph, layer->model, name, depth + 1);
                m_out << indent << "}\n";
            } else {
                writeBox(name, *layer, analysis.calls.contains(id) ? analysis.calls.at(id) : CallInfo{}, indent);
            }
        }
        for (const CallId id : calls) {
            writeArrows(graph, id, prefix, depth, indent);
        }
    }

    void writeBox(const std::string& name, const Layer& layer, const CallInfo& info, const std::string& indent) {
        const char* cell = "<td bgcolor=\"white\">";
        m_out << indent << name << " [label=<<table border=\"0\" cellborder=\"1\" bgcolor=\"black\" cellspacing=\"0\" cellpadding=\"8\">"
              << "<tr><td colspan=\"2\" bgcolor=\"black\"><font color=\"white\"><b>" << escaped(layer.name) << "</b> ("
              << escaped(kerasClassOf(m_graphs, layer)) << ")</font></td></tr>";
        if (m_options.shapes) {
            m_out << "<tr>" << cell << "Input: <b>" << escaped(shapesText(info.inputs)) << "</b></td>" << cell << "Output: <b>"
                  << escaped(shapesText(info.outputs)) << "</b></td></tr>";
        }
        m_out << "</table>>];\n";
    }

    void writeArrows(const Graph& graph, CallId id, const std::string& prefix, int depth, const std::string& indent) {
        const Layer* layer = graph.layerOf(id);
        const Call* call = graph.call(id);
        if (!layer || !call) {
            return;
        }
        const std::string name = cat(prefix, "_", id.value);
        for (std::size_t port = 0; port < call->inputs.size(); ++port) {
            if (!call->inputs[port]) {
                continue;
            }
            m_out << indent << tail(graph, *call->inputs[port], prefix, depth) << " -> " << head(*layer, name, port, depth) << ";\n";
        }
    }

    /// The box at which arrows into a port end.
    std::string head(const Layer& layer, const std::string& name, std::size_t port, int depth) const {
        if (!isOpened(layer, depth)) {
            return name;
        }
        const ModelDef& model = *m_graphs.at(layer.graph).model(layer.model);
        return port < model.inputs.size() ? cat(name, "_", model.inputs[port].value) : name;
    }

    /// Deeper models are drawn closed, so that a graph that runs itself ends too.
    static constexpr int kDeepest = 8;
    const Graphs& m_graphs;
    const PlotOptions& m_options;
    std::ostringstream m_out;
};

} // namespace

std::string plotDot(const Graphs& graphs, GraphId graph, ModelId model, const PlotOptions& options) {
    return DotWriter(graphs, options).write(graph, model);
}

} // namespace weft
