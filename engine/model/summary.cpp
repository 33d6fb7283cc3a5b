// SPDX-License-Identifier: Apache-2.0
#include "engine/model/summary.h"

#include "engine/base/text.h"
#include "engine/model/analysis.h"
#include "engine/model/model_order.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <set>

namespace weft {
namespace {

// Models within models: a drawing may name one graph so often that its rows would never end.
constexpr int kDeepest = 64;
constexpr std::size_t kMostRows = 100'000;

/// True where the calls form one line: one beginning, nothing used twice, every layer called once.
bool isChainOf(const Graph& graph, const std::set<CallId>& calls, std::size_t layers) {
    std::set<CallId> used;
    int beginnings = 0;
    for (const CallId id : calls) {
        if (!graph.call(id)) {
            return false;
        }
        const auto& inputs = graph.call(id)->inputs;
        const bool fromInside = !inputs.empty() && inputs[0] && calls.contains(inputs[0]->call);
        beginnings += fromInside ? 0 : 1;
        if (inputs.size() > 1 || (fromInside && !used.insert(inputs[0]->call).second)) {
            return false;
        }
    }
    return calls.size() == layers && beginnings == 1;
}

std::string shapeText(const Analysis& analysis, CallId call) {
    const auto found = analysis.calls.find(call);
    if (found == analysis.calls.end() || found->second.outputs.empty()) {
        return "?";
    }
    std::vector<std::string> shapes;
    for (const TensorSpec& output : found->second.outputs) {
        shapes.push_back(output.shape.text());
    }
    return shapes.size() == 1 ? shapes[0] : cat("[", join(shapes, ", "), "]");
}

class Maker {
public:
    Maker(const Graphs& graphs, bool nested) : m_graphs(graphs), m_nested(nested) {}

    SummaryTable make(GraphId graphId, ModelId modelId) {
        const auto found = m_graphs.find(graphId);
        const ModelDef* model = found == m_graphs.end() ? nullptr : found->second.model(modelId);
        if (model) {
            m_table.model = model->name;
            addRows(graphId, *model, 0);
        }
        return std::move(m_table);
    }

private:
    void addRows(GraphId graphId, const ModelDef& model, int level) {
        const Graph& graph = m_graphs.at(graphId);
        const Analysis& analysis = analysisOf(graphId);
        const auto calls = callsByLayer(graph, model);
        std::vector<LayerId> layers = layersInKerasOrder(graph, model);
        if (level == 0) {
            m_table.isChain = isChainOf(graph, callsOfModel(graph, model), layers.size());
        }
        if (isSequential(graph, model)) { // whose input Keras does not count among its layers
            std::erase(layers, graph.call(model.inputs.front())->layer);
        }
        for (const LayerId id : layers) {
            const Layer& layer = *graph.layer(id);
            const LayerType* type = findLayerType(layer.type);
            SummaryTable::Row row{level, layer.name, kerasClassOf(m_graphs, layer), shapeText(analysis, calls.at(id).back()), 0, {}};
            if (const auto info = analysis.layers.find(id); info != analysis.layers.end()) {
                row.parameters = info->second.parameters;
                m_table.parameters += level == 0 ? info->second.parameters : 0;
                m_table.trainableParameters += level == 0 ? info->second.trainableParameters : 0;
            }
            if (level == 0 && !m_table.isChain) {
                row.connectedTo = connections(graph, calls, calls.at(id));
            }
            m_table.rows.push_back(std::move(row));
            const auto inner = m_graphs.find(layer.graph);
            const ModelDef* innerModel = inner == m_graphs.end() ? nullptr : inner->second.model(layer.model);
            if (m_nested && innerModel && type && type->isModel && level < kDeepest && m_table.rows.size() < kMostRows) {
                addRows(layer.graph, *innerModel, level + 1);
            }
        }
    }

    const Analysis& analysisOf(GraphId id) {
        const auto found = m_analyses.find(id);
        return found != m_analyses.end() ? found->second : m_analyses.emplace(id, analyze(m_graphs, id)).first->second;
    }

    static std::vector<std::string> connections(const Graph& graph, const std::map<LayerId, std::vector<CallId>>& calls, const std::vector<CallId>& own) {
        std::vector<std::string> out;
        for (const CallId id : own) {
            for (const auto& input : graph.call(id)->inputs) {
                const Call* from = input ? graph.call(input->call) : nullptr;
                const auto siblings = from ? calls.find(from->layer) : calls.end();
                if (siblings != calls.end()) {
                    const auto at = std::find(siblings->second.begin(), siblings->second.end(), input->call);
                    out.push_back(cat(graph.layer(from->layer)->name, "[", at - siblings->second.begin(), "][", input->output, "]"));
                }
            }
        }
        return out;
    }

    const Graphs& m_graphs;
    bool m_nested;
    std::map<GraphId, Analysis> m_analyses;
    SummaryTable m_table;
};

// --- Text --------------------------------------------------------------------------------------------------------------

/// Columns that a UTF-8 text takes, one per code point: names in wide scripts stand a little out, as they do in Keras' own table.
int columnsOf(std::string_view text) {
    return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string repeated(std::string_view piece, int count) {
    std::string out;
    for (int i = 0; i < count; ++i) {
        out += piece;
    }
    return out;
}

using Line = std::vector<std::string>;

/// Widths inside the borders, one blank on each side included. Keras gives each column a share of `width`, adds the blanks, and takes
/// what is then too much from all columns evenly, the odd ones from the left.
std::vector<int> kerasWidths(const std::vector<double>& shares, int width) {
    std::vector<int> widths;
    int taken = 0;
    for (const double share : shares) {
        const int end = static_cast<int>(share * width);
        widths.push_back(end - taken + 2);
        taken = end;
    }
    int excess = -(width - static_cast<int>(shares.size()) - 1);
    for (const int w : widths) {
        excess += w;
    }
    for (std::size_t i = 0; i < widths.size() && excess > 0; ++i) {
        const int left = static_cast<int>(widths.size() - i);
        const int cut = (excess + left - 1) / left;
        widths[i] -= cut;
        excess -= cut;
    }
    return widths;
}

std::string nameText(const SummaryTable::Row& row) {
    return cat(row.level == 0 ? std::string() : repeated("   ", row.level) + "└ ", row.name, " (", row.type, ")");
}

/// The connections in lines of at most `width` columns, broken between them.
Line connectionLines(const SummaryTable::Row& row, int width) {
    if (row.connectedTo.empty()) {
        return {"-"};
    }
    Line lines{std::string()};
    for (const std::string& connection : row.connectedTo) {
        const bool isLast = &connection == &row.connectedTo.back();
        const std::string piece = isLast ? connection : connection + ",";
        if (lines.back().empty()) {
            lines.back() = piece;
        } else if (columnsOf(lines.back()) + 1 + columnsOf(piece) <= width) {
            lines.back() += " " + piece;
        } else {
            lines.push_back(piece);
        }
    }
    return lines;
}

std::string border(const std::vector<int>& widths, std::string_view left, std::string_view line, std::string_view cross, std::string_view right) {
    std::string out(left);
    for (std::size_t i = 0; i < widths.size(); ++i) {
        out += repeated(line, widths[i]);
        out += i + 1 < widths.size() ? cross : right;
    }
    return out + "\n";
}

std::string line(const Line& cells, const std::vector<int>& widths, std::string_view bar) {
    constexpr std::size_t kNumberColumn = 2; // the only one that is set to the right
    std::string out(bar);
    for (std::size_t i = 0; i < widths.size(); ++i) {
        const std::string blank = repeated(" ", widths[i] - 2 - columnsOf(cells[i]));
        out += " " + (i == kNumberColumn ? blank + cells[i] : cells[i] + blank) + " ";
        out += bar;
    }
    return out + "\n";
}

} // namespace

SummaryTable summaryTable(const Graphs& graphs, GraphId graph, ModelId model, bool nested) {
    return Maker(graphs, nested).make(graph, model);
}

std::string memoryText(std::int64_t bytes) {
    static constexpr std::array<const char*, 6> kUnits = {"B", "KB", "MB", "GB", "TB", "PB"};
    auto size = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (size >= 1024 && unit + 1 < kUnits.size()) {
        size /= 1024;
        ++unit;
    }
    // Hundredths by integer arithmetic, so that the decimal point does not follow the locale.
    const auto hundredths = static_cast<std::int64_t>(std::nearbyint(size * 100));
    const std::int64_t rest = hundredths % 100;
    return cat(hundredths / 100, ".", rest < 10 ? "0" : "", rest, " ", kUnits[unit]);
}

std::string summaryText(const SummaryTable& table, int width) {
    const std::vector<double> shares = table.isChain ? std::vector{0.45, 0.80, 1.0} : std::vector{0.3, 0.56, 0.74, 1.0};
    Line header{"Layer (type)", "Output Shape", "Param #"};
    if (!table.isChain) {
        header.emplace_back("Connected to");
    }
    std::vector<int> widths = kerasWidths(shares, width > 0 ? width : table.isChain ? 88 : 108);
    const auto widen = [&](std::size_t column, int columns) { widths[column] = std::max(widths[column], columns + 2); };
    for (std::size_t i = 0; i < header.size(); ++i) {
        widen(i, columnsOf(header[i]));
    }
    for (const auto& row : table.rows) {
        widen(0, columnsOf(nameText(row)));
        widen(1, columnsOf(row.outputShape));
        widen(2, columnsOf(withThousands(row.parameters)));
        for (const std::string& connection : row.connectedTo) {
            widen(3, columnsOf(connection) + 1);
        }
    }
    std::string out = cat("Model: \"", table.model, "\"\n");
    out += border(widths, "┏", "━", "┳", "┓");
    out += line(header, widths, "┃");
    out += border(widths, "┡", "━", "╇", "┩");
    for (const auto& row : table.rows) {
        if (&row != &table.rows.front()) {
            out += border(widths, "├", "─", "┼", "┤");
        }
        const Line connections = table.isChain ? Line{""} : connectionLines(row, widths[3] - 2);
        for (std::size_t i = 0; i < connections.size(); ++i) {
            Line cells = i == 0 ? Line{nameText(row), row.outputShape, withThousands(row.parameters)} : Line(3);
            cells.push_back(connections[i]);
            out += line(cells, widths, "│");
        }
    }
    out += border(widths, "└", "─", "┴", "┘");
    const auto total = [](const char* what, std::int64_t count) { return cat(" ", what, ": ", withThousands(count), " (", memoryText(count * 4), ")\n"); };
    out += total("Total params", table.parameters);
    out += total("Trainable params", table.trainableParameters);
    out += total("Non-trainable params", table.parameters - table.trainableParameters);
    return out;
}

std::string summaryText(const Graphs& graphs, GraphId graph, ModelId model, bool nested, int width) {
    return summaryText(summaryTable(graphs, graph, model, nested), width);
}

} // namespace weft
