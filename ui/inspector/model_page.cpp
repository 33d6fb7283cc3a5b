// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/model_page.h"

#include "ui/document/levels.h"
#include "ui/document/totals.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/value_text.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

namespace weft::ui {

ModelPage::ModelPage(Document& document, Selection& selection) : m_document(document), m_selection(selection) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 16);
    column->setSpacing(8);
    auto* head = new QHBoxLayout;
    m_name = new QLineEdit(this);
    m_name->setObjectName(QStringLiteral("name"));
    m_name->setAccessibleName(tr("Name of the model"));
    m_name->setProperty("heading", true);
    m_name->setFont(fonts::name());
    head->addWidget(m_name, 1);
    m_kind = makeLabel({}, "secondary", this);
    head->addWidget(m_kind);
    column->addLayout(head);
    m_nameReason = makeText({}, "error", this);
    m_nameReason->setObjectName(QStringLiteral("name.reason"));
    m_nameReason->hide();
    column->addWidget(m_nameReason);
    m_hint = makeText({}, "secondary", this);
    column->addWidget(m_hint);
    m_ends = new QVBoxLayout;
    m_ends->setSpacing(0);
    column->addLayout(m_ends);
    column->addSpacing(4);
    column->addWidget(makeSeparator(this));
    column->addWidget(makeLabel(tr("Totals"), "section", this));
    auto* numbers = new QVBoxLayout;
    numbers->setSpacing(0);
    const auto addRow = [&](const QString& name, const char* objectName) {
        auto* row = new NumberRow(name, {}, this);
        row->setObjectName(QString::fromLatin1(objectName));
        numbers->addWidget(row);
        return row;
    };
    m_layers = addRow(tr("Layers"), "layers");
    m_parameters = addRow(tr("Parameters"), "parameters");
    m_trainable = addRow(tr("Trainable"), "trainable_parameters");
    m_cost = addRow(tr("Multiply-adds per sample"), "multiply_adds");
    m_memory = addRow(tr("Memory of the weights"), "memory");
    column->addLayout(numbers);
    column->addStretch(1);
    connect(m_name, &QLineEdit::editingFinished, this, &ModelPage::rename);
    connect(m_name, &QLineEdit::textEdited, this, [this] { m_nameReason->hide(); });
    onEscape(m_name, [this] {
        m_nameReason->hide();
        refreshName(false);
        m_name->selectAll();
    });
}

ModelId ModelPage::model() const {
    const Project& project = m_document.project();
    return m_selection.graph() == project.root ? m_selection.model() : modelInSight(project, levelsOf(project, m_selection));
}

void ModelPage::rename() {
    const ModelId id = model();
    const GraphId graphId = m_selection.graph();
    const Graph& graph = m_document.project().graphs.at(graphId);
    const ModelDef* def = graph.model(id);
    const QString typed = m_name->text().trimmed();
    const std::string name = typed.toStdString();
    QString reason;
    if (!def || name == def->name) {
        // nothing to do
    } else if (name.empty()) {
        reason = tr("A model needs a name.");
    } else if (graph.modelNamed(name)) {
        reason = tr("Another model is called %1.").arg(typed);
    } else {
        m_document.edit(tr("Rename the model"), [&](Project& project) { project.graphs.at(graphId).models.at(id).name = name; });
    }
    m_nameReason->setText(reason);
    m_nameReason->setVisible(!reason.isEmpty());
}

/// `keepTyped`: what was refused stays to be mended, and so does what is being typed.
void ModelPage::refreshName(bool keepTyped) {
    const ModelDef* def = m_document.project().graphs.at(m_selection.graph()).model(model());
    m_name->setVisible(def != nullptr);
    m_kind->setText(m_selection.graph() == m_document.project().root ? tr("Model") : tr("Sub-model"));
    const bool typed = !m_nameReason->isHidden() || (m_name->hasFocus() && m_name->isModified());
    if (def && !(keepTyped && typed)) {
        m_name->setText(QString::fromStdString(def->name));
    }
}

void ModelPage::refresh() {
    const auto found = m_document.project().graphs.find(m_selection.graph());
    if (found == m_document.project().graphs.end()) {
        return;
    }
    const Graph& graph = found->second;
    const ModelDef* model = graph.model(this->model());
    refreshName(true);
    m_hint->setText(graph.calls.empty() ? tr("Drag a layer from the list at the left to begin. An Input and a layer after it make a model.")
                    : model             ? tr("Select a box to see and change its parameters.")
                                        : tr("Wire an Input to a layer to make a model. Select a box to see and change its parameters."));
    clearLayout(m_ends);
    if (model) {
        const Analysis& analysis = m_document.analysis(m_selection.graph());
        const auto shape = [&](CallId call, int output) {
            const auto info = analysis.calls.find(call);
            return info != analysis.calls.end() && output < static_cast<int>(info->second.outputs.size())
                       ? QString::fromStdString(info->second.outputs[static_cast<std::size_t>(output)].shape.wireText())
                       : QStringLiteral("–");
        };
        const auto add = [&](CallId call, int output) {
            const Layer* layer = graph.layerOf(call);
            m_ends->addWidget(new NumberRow(layer ? QString::fromStdString(layer->name) : QStringLiteral("–"), shape(call, output), this));
        };
        const auto head = [&](const QString& text) {
            QLabel* label = makeLabel(text, "section", this);
            label->setMinimumHeight(24);
            m_ends->addWidget(label);
        };
        head(tr("Inputs"));
        for (const CallId input : model->inputs) {
            add(input, 0);
        }
        head(tr("Outputs"));
        for (const Source& output : model->outputs) {
            add(output.call, output.output);
        }
    }
    const Totals totals = totalsOf(m_document, m_selection.graph(), this->model());
    m_layers->setNumber(QString::number(totals.layers));
    m_parameters->setNumber(countText(totals.parameters));
    m_trainable->setNumber(countText(totals.trainable));
    m_cost->setNumber(shortCount(totals.multiplyAdds));
    m_memory->setNumber(bytesText(totals.bytes));
}

} // namespace weft::ui
