// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/model_box.h"

#include "ui/document/levels.h"
#include "ui/inspector/call_list.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/value_text.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace weft::ui {

ModelBox::ModelBox(Document& document, Selection& selection, GraphId graph, CallId call, QWidget* parent)
    : QWidget(parent), m_document(document), m_selection(selection), m_graph(graph), m_call(call) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(makeLabel(tr("Runs the model"), "section", this));
    auto* head = new QHBoxLayout;
    m_name = makeLabel({}, "name", this);
    m_name->setObjectName(QStringLiteral("runs"));
    m_models = new QComboBox(this);
    m_models->setObjectName(QStringLiteral("run_model"));
    m_models->setAccessibleName(tr("Model that this box runs"));
    m_models->setFixedHeight(metrics::control);
    m_enter = new QPushButton(tr("Enter"), this);
    m_enter->setObjectName(QStringLiteral("enter"));
    m_enter->setToolTip(tr("Show what is inside; Esc leads back"));
    head->addWidget(m_name, 1);
    head->addWidget(m_models, 1);
    head->addWidget(m_enter);
    column->addLayout(head);
    m_instance = makeText({}, "secondary", this);
    m_instance->setObjectName(QStringLiteral("instance"));
    column->addWidget(m_instance);
    m_ends = new QVBoxLayout;
    m_ends->setSpacing(0);
    column->addLayout(m_ends);
    auto* numbers = new QVBoxLayout;
    numbers->setSpacing(0);
    m_trainable = new NumberRow(tr("Trainable parameters"), {}, this);
    m_trainable->setObjectName(QStringLiteral("trainable_parameters"));
    m_frozen = new NumberRow(tr("Frozen parameters"), {}, this);
    m_frozen->setObjectName(QStringLiteral("frozen_parameters"));
    numbers->addWidget(m_trainable);
    numbers->addWidget(m_frozen);
    column->addLayout(numbers);
    connect(m_enter, &QPushButton::clicked, this, &ModelBox::enter);
    connect(m_models, &QComboBox::activated, this, [this](int index) { choose({m_models->itemData(index).toULongLong()}); });
}

void ModelBox::enter() {
    std::vector<Level> path = levelsOf(m_document.project(), m_selection);
    path.push_back({m_graph, m_call});
    m_selection.showGraph(layer().graph, std::move(path));
}

void ModelBox::choose(ModelId model) {
    const LayerId id = m_document.project().graphs.at(m_graph).call(m_call)->layer;
    m_document.edit(tr("Run another model"), [&](Project& project) { project.graphs.at(m_graph).layer(id)->model = model; });
}

void ModelBox::addEnds(const QString& head, const std::vector<std::pair<QString, QString>>& rows) {
    QLabel* label = makeLabel(head, "section", this);
    label->setMinimumHeight(22);
    m_ends->addWidget(label);
    for (const auto& [name, shape] : rows) {
        m_ends->addWidget(new NumberRow(name, shape, this));
    }
}

/// Whether the weights are this box's own, shared with other calls, or one set of several over the same drawing.
QString ModelBox::instanceText() const {
    const Project& project = m_document.project();
    const Graph& graph = project.graphs.at(m_graph);
    const LayerId id = graph.call(m_call)->layer;
    const std::size_t calls = graph.callsOf(id).size();
    QStringList others;
    for (const auto& [graphId, g] : project.graphs) {
        for (const auto& [layerId, other] : g.layers) {
            if (other.graph == layer().graph && layerId != id && !g.callsOf(layerId).empty()) {
                others << QString::fromStdString(other.name);
            }
        }
    }
    QString text = calls > 1 ? tr("Shared: %1 boxes run it with the same weights.").arg(calls) : tr("An instance of its own.");
    if (!others.isEmpty()) {
        text += u' ' + tr("The same drawing also runs as %1, with other weights; what is edited inside holds for all.").arg(others.join(QStringLiteral(", ")));
    }
    return text;
}

void ModelBox::refresh() {
    const Project& project = m_document.project();
    const auto inside = project.graphs.find(layer().graph);
    const bool there = inside != project.graphs.end();
    const ModelDef* def = there ? inside->second.model(layer().model) : nullptr;
    m_enter->setEnabled(there);
    m_name->setText(def ? QString::fromStdString(def->name) : tr("nothing"));
    m_models->clear();
    for (const auto& [id, model] : there ? inside->second.models : std::map<ModelId, ModelDef>()) {
        m_models->addItem(QString::fromStdString(model.name), QVariant::fromValue<qulonglong>(id.value));
        if (id == layer().model) {
            m_models->setCurrentIndex(m_models->count() - 1);
        }
    }
    m_models->setVisible(m_models->count() > 1);
    m_name->setVisible(m_models->count() <= 1);
    m_instance->setText(instanceText());

    clearLayout(m_ends);
    const Analysis& analysis = m_document.analysis(m_graph);
    const auto info = analysis.calls.find(m_call);
    if (def && info != analysis.calls.end()) {
        const auto nameOf = [&](CallId call) {
            const Layer* end = inside->second.layerOf(call);
            return end ? QString::fromStdString(end->name) : QStringLiteral("–");
        };
        std::vector<std::pair<QString, QString>> inputs;
        for (std::size_t i = 0; i < def->inputs.size(); ++i) {
            const bool known = i < info->second.inputs.size() && info->second.inputs[i];
            inputs.emplace_back(nameOf(def->inputs[i]), known ? specText(*info->second.inputs[i]) : QStringLiteral("–"));
        }
        std::vector<std::pair<QString, QString>> outputs;
        for (std::size_t i = 0; i < def->outputs.size(); ++i) {
            outputs.emplace_back(nameOf(def->outputs[i].call), i < info->second.outputs.size() ? specText(info->second.outputs[i]) : QStringLiteral("–"));
        }
        addEnds(tr("Inputs"), inputs);
        addEnds(tr("Outputs"), outputs);
    }
    const auto numbers = analysis.layers.find(project.graphs.at(m_graph).call(m_call)->layer);
    const LayerInfo known = numbers == analysis.layers.end() ? LayerInfo() : numbers->second;
    m_trainable->setNumber(countText(known.trainableParameters));
    m_frozen->setNumber(countText(known.parameters - known.trainableParameters));
}

} // namespace weft::ui
