// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/scene.h"

#include "ui/canvas/places.h"
#include "ui/canvas/ports.h"
#include "ui/theme/theme.h"

#include <algorithm>
#include <cmath>

namespace weft::ui {

namespace {

constexpr double kCell = 256;
/// Room for a port and the gap beside it.
constexpr double kPortPitch = 20;
constexpr double kNamedPitch = 88;

std::uint64_t cellKey(std::int64_t x, std::int64_t y) {
    return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(x)) << 32) | static_cast<std::uint32_t>(y);
}

template <class Visit>
void eachCell(const QRectF& area, Visit visit) {
    const auto x0 = static_cast<std::int64_t>(std::floor(area.left() / kCell));
    const auto x1 = static_cast<std::int64_t>(std::floor(area.right() / kCell));
    const auto y0 = static_cast<std::int64_t>(std::floor(area.top() / kCell));
    const auto y1 = static_cast<std::int64_t>(std::floor(area.bottom() / kCell));
    for (auto x = x0; x <= x1; ++x) {
        for (auto y = y0; y <= y1; ++y) {
            visit(cellKey(x, y));
        }
    }
}

QString textOf(const TensorSpec& spec) {
    QString text = QString::fromStdString(spec.shape.wireText());
    if (spec.dtype != DType::float32) {
        text += ' ' + QString::fromUtf8(nameOf(spec.dtype).data());
    }
    return text;
}

} // namespace

bool Box::mayStayFree(int port) const {
    return port >= inputs - optional && port < inputs && !(static_cast<std::size_t>(port) < wired.size() && wired[static_cast<std::size_t>(port)]);
}

QPointF Box::input(int port) const {
    const int needed = inputs - optional;
    if (port >= inputs) {
        return {rect.right() - 14, rect.top()};
    }
    if (port >= needed) {
        return {rect.right() - 14 - (inputs - 1 - port) * kPortPitch, rect.top()};
    }
    return {rect.left() + rect.width() * (port + 1) / (needed + 1), rect.top()};
}

QPointF Box::output(int port) const { return {rect.left() + rect.width() * (port + 1) / (outputs + 1), rect.bottom()}; }

QPainterPath wirePath(QPointF start, QPointF end) {
    const double fall = end.y() - start.y();
    const double reach = fall > 0 ? std::clamp(fall * 0.55, 14.0, 180.0) : std::min(180.0, 48.0 - fall * 0.4);
    QPainterPath path(start);
    path.cubicTo(start + QPointF(0, reach), end - QPointF(0, reach), end);
    return path;
}

QPainterPath Wire::path() const { return wirePath(start, end); }

QRectF Wire::bounds() const { return path().controlPointRect().adjusted(-3, -3, 3, 3); }

QSizeF Scene::sizeOf(int inputPorts, int outputPorts, bool named) {
    const int ports = std::max(inputPorts, outputPorts);
    const double wanted = named ? ports * kNamedPitch : (ports + 1) * kPortPitch;
    const double onGrid = std::ceil(wanted / metrics::grid) * metrics::grid;
    return {std::max<double>(metrics::boxWidth, onGrid), metrics::boxHeight};
}

void Scene::build(const Document& document, GraphId graphId, ModelId model, bool frozenAround) {
    m_boxes.clear();
    m_wires.clear();
    m_ties.clear();
    m_boxOf.clear();
    const auto found = document.project().graphs.find(graphId);
    if (found != document.project().graphs.end()) {
        const Analysis& analysis = document.analysis(graphId);
        addBoxes(document, graphId, found->second, analysis);
        addWires(found->second, analysis);
        addTies();
        for (Box& box : m_boxes) {
            box.frozen |= frozenAround && !(box.type && box.type->isInput);
        }
        markModel(found->second, model);
    }
    index();
}

void Scene::addBoxes(const Document& document, GraphId graphId, const Graph& graph, const Analysis& analysis) {
    Layout layout = document.project().layout;
    if (!allPlaced(document.project(), graphId)) {
        Project project = document.project();
        placeBoxes(project, graphId);
        layout = std::move(project.layout);
    }
    std::map<LayerId, int> calls;
    for (const auto& [id, call] : graph.calls) {
        ++calls[call.layer];
    }
    m_boxes.reserve(graph.calls.size());
    for (const auto& [id, call] : graph.calls) {
        Box box;
        box.call = id;
        box.layer = call.layer;
        box.calls = calls[call.layer];
        const PortCount ports = portsOf(document.project().graphs, graph, id);
        box.inputs = ports.inputs;
        box.grows = ports.grows;
        box.optional = ports.optional;
        for (const auto& input : call.inputs) {
            box.wired.push_back(input.has_value());
        }
        box.outputs = ports.outputs;
        if (const Layer* layer = graph.layer(call.layer)) {
            box.type = findLayerType(layer->type);
            box.name = QString::fromStdString(layer->name);
            box.detail = box.type ? detailOf(*box.type, *layer) : QString::fromStdString(layer->type);
            box.frozen = !layer->trainable;
            if (layer->graph) {
                showInside(box, document.project(), *layer);
            }
        }
        box.family = box.type ? box.type->family : Family::core;
        if (const auto info = analysis.calls.find(id); info != analysis.calls.end()) {
            box.outputs = std::max(box.outputs, info->second.outputPorts);
            QStringList shapes;
            for (const TensorSpec& output : info->second.outputs) {
                shapes.push_back(textOf(output));
            }
            box.shape = shapes.join("; ");
        }
        bool named = ports.named;
        if (box.outputs > 1 && box.type && static_cast<int>(box.type->outputNames.size()) >= box.outputs) {
            named = true;
            for (int i = 0; i < box.outputs; ++i) {
                box.outputNames << QString::fromStdString(box.type->outputNames[static_cast<std::size_t>(i)]);
            }
        }
        const Point at = layout.at(id);
        box.rect = QRectF(QPointF(at.x, at.y), sizeOf(box.inputPorts(), box.outputs, named));
        m_boxOf.emplace(id, static_cast<int>(m_boxes.size()));
        m_boxes.push_back(std::move(box));
    }
    for (const Diagnostic& diagnostic : analysis.diagnostics) {
        if (const auto at = m_boxOf.find(diagnostic.call); at != m_boxOf.end()) {
            Box& box = m_boxes[static_cast<std::size_t>(at->second)];
            box.problem += (box.problem.isEmpty() ? "" : "\n") + QString::fromStdString(diagnostic.message);
            box.problemIsError |= diagnostic.severity == Severity::error;
        }
    }
}

void Scene::addWires(const Graph& graph, const Analysis& analysis) {
    for (const auto& [id, call] : graph.calls) {
        const Box* to = box(id);
        for (std::size_t port = 0; port < call.inputs.size(); ++port) {
            const Box* from = call.inputs[port] ? box(call.inputs[port]->call) : nullptr;
            if (!from) {
                continue;
            }
            Wire wire;
            wire.id = {id, static_cast<int>(port)};
            wire.from = *call.inputs[port];
            wire.start = from->output(wire.from.output);
            wire.end = to->input(wire.id.port);
            if (const auto info = analysis.calls.find(from->call); info != analysis.calls.end() &&
                wire.from.output < static_cast<int>(info->second.outputs.size())) {
                const TensorSpec& spec = info->second.outputs[static_cast<std::size_t>(wire.from.output)];
                wire.label = textOf(spec);
                wire.dtype = spec.dtype;
                wire.known = true;
            }
            m_wires.push_back(std::move(wire));
        }
    }
}

/// From left to right, then from top to bottom, so that no line runs past the next call.
void Scene::addTies() {
    std::map<LayerId, std::vector<const Box*>> calls;
    for (const Box& box : m_boxes) {
        if (box.calls > 1) {
            calls[box.layer].push_back(&box);
        }
    }
    for (auto& [layer, boxes] : calls) {
        std::sort(boxes.begin(), boxes.end(), [](const Box* a, const Box* b) {
            return std::pair(a->rect.left(), a->rect.top()) < std::pair(b->rect.left(), b->rect.top());
        });
        for (std::size_t i = 1; i < boxes.size(); ++i) {
            m_ties.push_back({boxes[i - 1]->call, boxes[i]->call, layer});
        }
    }
}

/// What the chosen model computes: from its outputs back to its inputs.
void Scene::markModel(const Graph& graph, ModelId id) {
    const ModelDef* model = graph.model(id);
    if (!model && graph.models.size() == 1) {
        model = &graph.models.begin()->second;
    }
    if (!model) {
        return;
    }
    std::map<CallId, QStringList> ends;
    for (const auto& [otherId, other] : graph.models) {
        for (const Source& output : other.outputs) {
            QStringList& names = ends[output.call];
            const QString name = QString::fromStdString(other.name);
            names << (names.contains(name) ? QStringList() : QStringList(name));
        }
    }
    for (const auto& [call, names] : ends) {
        if (const auto at = m_boxOf.find(call); at != m_boxOf.end()) {
            m_boxes[static_cast<std::size_t>(at->second)].ends =
                graph.models.size() == 1 ? QObject::tr("output") : QObject::tr("output of %1").arg(names.join(QStringLiteral(", ")));
        }
    }
    std::set<CallId> inside(model->inputs.begin(), model->inputs.end());
    std::vector<CallId> waiting;
    for (const Source& output : model->outputs) {
        waiting.push_back(output.call);
    }
    while (!waiting.empty()) {
        const CallId at = waiting.back();
        waiting.pop_back();
        const Call* call = graph.call(at);
        if (!call || !inside.insert(at).second) {
            continue;
        }
        for (const auto& input : call->inputs) {
            if (input) {
                waiting.push_back(input->call);
            }
        }
    }
    // With one model boxes are on their way into it, not outside; only a choice among several dims.
    if (graph.models.size() > 1) {
        for (Box& box : m_boxes) {
            box.dimmed = !inside.contains(box.call);
        }
        for (Wire& wire : m_wires) {
            wire.dimmed = !inside.contains(wire.id.to) || !inside.contains(wire.from.call);
        }
    }
}

void Scene::shift(const std::set<CallId>& calls, QPointF by) {
    for (const CallId call : calls) {
        if (const auto at = m_boxOf.find(call); at != m_boxOf.end()) {
            m_boxes[static_cast<std::size_t>(at->second)].rect.translate(by);
        }
    }
    for (Wire& wire : m_wires) {
        if (calls.contains(wire.from.call)) {
            wire.start += by;
        }
        if (calls.contains(wire.id.to)) {
            wire.end += by;
        }
    }
    index();
}

void Scene::index() {
    m_boxCells.clear();
    m_wireCells.clear();
    for (std::size_t i = 0; i < m_boxes.size(); ++i) {
        eachCell(m_boxes[i].rect.adjusted(-8, -8, 64, 8), [&](std::uint64_t key) { m_boxCells[key].push_back(static_cast<int>(i)); });
    }
    for (std::size_t i = 0; i < m_wires.size(); ++i) {
        eachCell(m_wires[i].bounds(), [&](std::uint64_t key) { m_wireCells[key].push_back(static_cast<int>(i)); });
    }
}

std::vector<int> Scene::found(const Cells& cells, const QRectF& area) {
    std::vector<int> items;
    const double count = (area.width() / kCell + 1) * (area.height() / kCell + 1);
    if (count > static_cast<double>(cells.size())) { // far zoomed out: fewer cells are filled than in sight
        for (const auto& [key, list] : cells) {
            items.insert(items.end(), list.begin(), list.end());
        }
    } else {
        eachCell(area, [&](std::uint64_t key) {
            if (const auto at = cells.find(key); at != cells.end()) {
                items.insert(items.end(), at->second.begin(), at->second.end());
            }
        });
    }
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
    return items;
}

std::vector<int> Scene::boxesIn(const QRectF& area) const { return found(m_boxCells, area); }

std::vector<int> Scene::wiresIn(const QRectF& area) const { return found(m_wireCells, area); }

const Box* Scene::box(CallId call) const {
    const auto at = m_boxOf.find(call);
    return at == m_boxOf.end() ? nullptr : &m_boxes[static_cast<std::size_t>(at->second)];
}

const Wire* Scene::wire(WireId id) const {
    const auto at = std::find_if(m_wires.begin(), m_wires.end(), [&](const Wire& wire) { return wire.id == id; });
    return at == m_wires.end() ? nullptr : &*at;
}

QPointF Scene::port(const Port& port) const {
    const Box* of = box(port.call);
    return !of ? QPointF() : port.output ? of->output(port.index) : of->input(port.index);
}

QRectF Scene::bounds() const {
    QRectF all;
    for (const Box& box : m_boxes) {
        all |= box.rect;
    }
    return all;
}

const Box* Scene::boxAt(QPointF at) const {
    const std::vector<int> near = boxesIn({at, QSizeF(1, 1)});
    for (auto i = near.rbegin(); i != near.rend(); ++i) { // the one painted last is on top
        if (m_boxes[static_cast<std::size_t>(*i)].rect.contains(at)) {
            return &m_boxes[static_cast<std::size_t>(*i)];
        }
    }
    return nullptr;
}

std::optional<Port> Scene::portAt(QPointF at, double reach) const {
    std::optional<Port> best;
    double nearest = reach;
    for (const int i : boxesIn(QRectF(at, QSizeF()).adjusted(-reach, -reach, reach, reach))) {
        const Box& box = m_boxes[static_cast<std::size_t>(i)];
        const auto look = [&](bool output, int count) {
            for (int port = 0; port < count; ++port) {
                const double distance = QLineF(at, output ? box.output(port) : box.input(port)).length();
                if (distance <= nearest) {
                    nearest = distance;
                    best = Port{box.call, output, port};
                }
            }
        };
        look(true, box.outputs);
        look(false, box.inputPorts());
    }
    return best;
}

const Wire* Scene::wireAt(QPointF at, double reach) const {
    const Wire* best = nullptr;
    double nearest = reach;
    for (const int i : wiresIn(QRectF(at, QSizeF()).adjusted(-reach, -reach, reach, reach))) {
        const Wire& wire = m_wires[static_cast<std::size_t>(i)];
        if (!wire.bounds().adjusted(-reach, -reach, reach, reach).contains(at)) {
            continue;
        }
        const QPainterPath path = wire.path();
        QPointF before = wire.start;
        for (int step = 1; step <= 24; ++step) {
            const QPointF point = path.pointAtPercent(step / 24.0);
            const QPointF along = point - before;
            const double length = QPointF::dotProduct(along, along);
            const double share = length > 0 ? std::clamp(QPointF::dotProduct(at - before, along) / length, 0.0, 1.0) : 0.0;
            const double distance = QLineF(at, before + along * share).length();
            if (distance <= nearest) {
                nearest = distance;
                best = &wire;
            }
            before = point;
        }
    }
    return best;
}

} // namespace weft::ui
