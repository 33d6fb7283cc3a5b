// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/model_dialog.h"

#include "engine/graph/edits.h"
#include "engine/layers/layer_type.h"
#include "engine/model/model_order.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace weft::ui {

namespace {

constexpr int kCall = Qt::UserRole;
constexpr int kOutput = Qt::UserRole + 1;

Source sourceOf(const QListWidgetItem* item) { return {{item->data(kCall).toULongLong()}, item->data(kOutput).toInt()}; }

/// Ticked ends in the order in which the model had them; others after them.
template <class T>
std::vector<T> inOrder(const std::vector<T>& before, const std::vector<T>& ticked) {
    std::vector<T> ordered;
    for (const auto* list : {&before, &ticked}) {
        for (const T& end : *list) {
            if (std::find(ticked.begin(), ticked.end(), end) != ticked.end() && std::find(ordered.begin(), ordered.end(), end) == ordered.end()) {
                ordered.push_back(end);
            }
        }
    }
    return ordered;
}

} // namespace

ModelDialog::ModelDialog(Document& document, Selection& selection, ModelId model, QWidget* parent)
    : QDialog(parent), m_document(document), m_selection(selection), m_model(model), m_name(new QLineEdit(this)), m_inputs(new QListWidget(this)),
      m_outputs(new QListWidget(this)), m_note(makeText({}, "secondary", this)), m_ok(new QPushButton(model ? tr("Change") : tr("Make"), this)) {
    setObjectName(QStringLiteral("model_dialog"));
    setWindowTitle(model ? tr("Change model") : tr("New model"));
    resize(560, 420);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 16);
    column->setSpacing(10);
    column->addWidget(makeLabel(model ? tr("Change model") : tr("New model over this drawing"), "title", this));
    column->addWidget(makeText(tr("A model runs from Inputs to any outputs. Several models over one drawing share its layers and their weights; each is "
                                  "trained, evaluated and exported by itself."),
                               "secondary", this));
    m_name->setObjectName(QStringLiteral("model_name"));
    m_name->setAccessibleName(tr("Name of the model"));
    m_name->setPlaceholderText(tr("Name of the model"));
    m_name->setFixedHeight(metrics::control);
    column->addWidget(m_name);
    auto* lists = new QHBoxLayout;
    const auto add = [&](QListWidget* list, const char* name, const QString& title) {
        auto* half = new QVBoxLayout;
        half->addWidget(makeLabel(title, "section", this));
        list->setObjectName(QString::fromLatin1(name));
        list->setAccessibleName(title);
        half->addWidget(list, 1);
        lists->addLayout(half, 1);
    };
    add(m_inputs, "model_inputs", tr("Inputs"));
    add(m_outputs, "model_outputs", tr("Outputs"));
    column->addLayout(lists, 1);
    m_note->setObjectName(QStringLiteral("model_note"));
    column->addWidget(m_note);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    buttons->addWidget(cancel);
    m_ok->setObjectName(QStringLiteral("model_ok"));
    m_ok->setProperty("main", true);
    m_ok->setDefault(true);
    connect(m_ok, &QPushButton::clicked, this, &ModelDialog::accept);
    buttons->addWidget(m_ok);
    column->addLayout(buttons);
    fill(document.project().rootGraph().model(model));
    connect(m_name, &QLineEdit::textChanged, this, &ModelDialog::refresh);
    connect(m_inputs, &QListWidget::itemChanged, this, &ModelDialog::refresh);
    connect(m_outputs, &QListWidget::itemChanged, this, &ModelDialog::followOutputs);
    refresh();
    m_name->setFocus();
}

void ModelDialog::fill(const ModelDef* model) {
    const Graph& graph = m_document.project().rootGraph();
    const Analysis& analysis = m_document.analysis(m_document.project().root);
    const std::set<CallId>& selected = m_selection.calls();
    const auto item = [&](QListWidget* list, const Source& source, const QString& text, bool ticked) {
        auto* made = new QListWidgetItem(text, list);
        made->setData(kCall, QVariant::fromValue<qulonglong>(source.call.value));
        made->setData(kOutput, source.output);
        made->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable);
        made->setCheckState(ticked ? Qt::Checked : Qt::Unchecked);
        if (ticked) {
            list->scrollToItem(made);
        }
    };
    for (const CallId id : analysis.order) {
        const Layer* layer = graph.layerOf(id);
        const LayerType* type = layer ? findLayerType(layer->type) : nullptr;
        if (!type) {
            continue;
        }
        const CallInfo& info = analysis.calls.at(id);
        const int outputs = std::max({1, info.outputPorts, static_cast<int>(info.outputs.size())});
        const std::size_t calls = graph.callsOf(graph.call(id)->layer).size();
        for (int output = 0; output < outputs; ++output) {
            QString text = QString::fromStdString(layer->name);
            if (outputs > 1) {
                text = tr("%1, output %2").arg(text).arg(output + 1);
            }
            if (calls > 1) {
                text += tr(" (shared, box %1)").arg(id.value);
            }
            if (output < static_cast<int>(info.outputs.size())) {
                text += QStringLiteral("  ") + QString::fromStdString(info.outputs[static_cast<std::size_t>(output)].shape.text());
            }
            const Source source{id, output};
            const auto has = [&](const auto& ends, const auto& end) { return std::find(ends.begin(), ends.end(), end) != ends.end(); };
            if (type->isInput) {
                item(m_inputs, source, text, model ? has(model->inputs, id) : selected.contains(id));
            } else {
                item(m_outputs, source, text, model ? has(model->outputs, source) : selected.contains(id) && output == 0);
            }
        }
    }
    if (model) {
        m_name->setText(QString::fromStdString(model->name));
    } else if (chosen().inputs.empty()) {
        followOutputs();
    }
}

/// Ticks the Inputs that the outputs depend on, and no others.
void ModelDialog::followOutputs() {
    if (m_filling) {
        return;
    }
    m_filling = true;
    const std::set<CallId> needed = callsOfModel(m_document.project().rootGraph(), {{}, {}, chosen().outputs});
    for (int row = 0; row < m_inputs->count(); ++row) {
        m_inputs->item(row)->setCheckState(needed.contains(sourceOf(m_inputs->item(row)).call) ? Qt::Checked : Qt::Unchecked);
    }
    m_filling = false;
    refresh();
}

ModelDef ModelDialog::chosen() const {
    ModelDef def{m_name->text().trimmed().toStdString(), {}, {}};
    const auto ticked = [](const QListWidget* list, const auto& add) {
        for (int row = 0; row < list->count(); ++row) {
            if (list->item(row)->checkState() == Qt::Checked) {
                add(sourceOf(list->item(row)));
            }
        }
    };
    ticked(m_inputs, [&](const Source& source) { def.inputs.push_back(source.call); });
    ticked(m_outputs, [&](const Source& source) { def.outputs.push_back(source); });
    if (const ModelDef* before = m_document.project().rootGraph().model(m_model)) {
        def.inputs = inOrder(before->inputs, def.inputs);
        def.outputs = inOrder(before->outputs, def.outputs);
        def.isSequential = before->isSequential;
    }
    return def;
}

QString ModelDialog::obstacle() const {
    const Graph& graph = m_document.project().rootGraph();
    const ModelDef def = chosen();
    if (def.outputs.empty()) {
        return tr("Tick at least one output.");
    }
    if (def.inputs.empty()) {
        return tr("Tick at least one Input.");
    }
    const std::set<CallId> needed = callsOfModel(graph, def);
    for (int row = 0; row < m_inputs->count(); ++row) {
        const QListWidgetItem* input = m_inputs->item(row);
        if (input->checkState() != Qt::Checked && needed.contains(sourceOf(input).call)) {
            return tr("The outputs depend on the Input %1, so the model needs it.").arg(QString::fromStdString(graph.layerOf(sourceOf(input).call)->name));
        }
    }
    if (def.name.empty()) {
        return tr("Give the model a name.");
    }
    for (const auto& [id, model] : graph.models) {
        if (id != m_model && model.name == def.name) {
            return tr("There is another model named %1.").arg(m_name->text().trimmed());
        }
    }
    return {};
}

void ModelDialog::refresh() {
    if (m_filling) {
        return;
    }
    const QString why = obstacle();
    m_ok->setEnabled(why.isEmpty());
    m_note->setText(why);
}

void ModelDialog::accept() {
    if (!obstacle().isEmpty()) {
        return;
    }
    const ModelDef def = chosen();
    ModelId made = m_model;
    m_document.edit(m_model ? tr("Change model") : tr("New model"), [&](Project& project) {
        if (m_model) {
            project.rootGraph().models.at(m_model) = def;
        } else {
            made = defineModel(project.rootGraph(), project.ids, def);
        }
    });
    m_selection.showModel(made);
    QDialog::accept();
}

void deleteModel(Document& document, ModelId model) {
    document.edit(QObject::tr("Delete model"), [&](Project& project) {
        project.rootGraph().models.erase(model);
        project.training.erase(model);
    });
}

} // namespace weft::ui
