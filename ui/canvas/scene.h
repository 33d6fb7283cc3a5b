// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/model/analysis.h"
#include "ui/document/document.h"
#include "ui/document/selection.h"

#include <QPainterPath>
#include <QLineF>
#include <QRectF>
#include <QStringList>

#include <unordered_map>
#include <vector>

namespace weft::ui {

/// One box as it stands on the canvas. Places are in canvas pixels at 100 %.
struct Box {
    CallId call;
    LayerId layer;
    const LayerType* type = nullptr; ///< null where the catalogue does not have it
    Family family = Family::core;
    QRectF rect;
    QString name, detail, shape;
    int inputs = 0;     ///< ports, wired or not
    bool grows = false; ///< one more, free port at the right end
    int optional = 0;   ///< the last of `inputs`: they stand at the right end too
    std::vector<bool> wired; ///< by input, as far as there ever was a wire
    int outputs = 1;
    int calls = 1;      ///< of its layer
    bool frozen = false;
    QString ends;          ///< what is said at its outputs: `output`, or the models that end there where there are several
    bool dimmed = false;   ///< not in the chosen model
    QString problem;       ///< sentences; empty if there is none
    bool problemIsError = false;
    QStringList inputNames, outputNames; ///< where there are several ports that have names of their own
    /// Of a box that runs a model: its graph, and what is inside, in 0..1 of a little picture.
    GraphId graph;
    int instances = 1; ///< layers that run the same graph, this one included
    struct Inside {
        std::vector<std::pair<QRectF, Family>> boxes;
        std::vector<QLineF> wires;
    };
    Inside inside;

    /// Input ports, the free one included.
    int inputPorts() const { return inputs + (grows ? 1 : 0); }
    /// An input that nothing is wired to and that needs nothing.
    bool mayStayFree(int port) const;
    QPointF input(int port) const;
    QPointF output(int port) const;
};

struct Wire {
    WireId id;
    Source from;
    QPointF start, end;
    QString label;
    DType dtype = DType::float32;
    bool known = false; ///< the tensor's shape is
    bool dimmed = false;

    QPainterPath path() const;
    QRectF bounds() const;
};

/// Two calls of one layer, which a dotted line ties to one another.
struct Tie {
    CallId a, b;
    LayerId layer;
};

/// The curve of a wire between two ports.
QPainterPath wirePath(QPointF start, QPointF end);

/// A port: which box, which side, which number.
struct Port {
    CallId call;
    bool output = false;
    int index = 0;
    friend bool operator==(const Port&, const Port&) = default;
};

/// Boxes and wires of one graph, ready to be painted and to be hit. Built from the document; nothing is edited here.
class Scene {
public:
    /// Everything anew. `frozenAround`: a model around the graph is frozen, and so all that is in it.
    void build(const Document& document, GraphId graph, ModelId model, bool frozenAround = false);
    /// Shifts boxes for as long as a gesture lasts; `build` puts them back.
    void shift(const std::set<CallId>& calls, QPointF by);

    const std::vector<Box>& boxes() const { return m_boxes; }
    const std::vector<Wire>& wires() const { return m_wires; }
    const std::vector<Tie>& ties() const { return m_ties; }
    const Box* box(CallId call) const;
    const Wire* wire(WireId wire) const;
    QPointF port(const Port& port) const;
    QRectF bounds() const;

    /// What is in sight, in painting order. Indices into `boxes` and `wires`.
    std::vector<int> boxesIn(const QRectF& area) const;
    std::vector<int> wiresIn(const QRectF& area) const;

    const Box* boxAt(QPointF at) const;
    std::optional<Port> portAt(QPointF at, double reach) const;
    const Wire* wireAt(QPointF at, double reach) const;

    /// `named`: ports with names beside them.
    static QSizeF sizeOf(int inputPorts, int outputPorts, bool named = false);

private:
    using Cells = std::unordered_map<std::uint64_t, std::vector<int>>;
    void addBoxes(const Document& document, GraphId graphId, const Graph& graph, const Analysis& analysis);
    void addWires(const Graph& graph, const Analysis& analysis);
    void addTies();
    void markModel(const Graph& graph, ModelId model);
    void index();
    static std::vector<int> found(const Cells& cells, const QRectF& area);

    std::vector<Box> m_boxes;
    std::vector<Wire> m_wires;
    std::vector<Tie> m_ties;
    std::unordered_map<CallId, int> m_boxOf;
    Cells m_boxCells, m_wireCells;
};

/// `Dense · 64, relu`: type and the parameters that matter.
QString detailOf(const LayerType& type, const Layer& layer);

/// Names of ports and a little picture for a box that runs a model, and how many layers are in it.
void showInside(Box& box, const Project& project, const Layer& layer);

} // namespace weft::ui
