// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/layer_page.h"

#include "engine/project/nesting.h"
#include "ui/document/levels.h"
#include "ui/inspector/call_list.h"
#include "ui/inspector/model_box.h"
#include "ui/inspector/weights_section.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/schema_form.h"
#include "ui/widgets/value_text.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

#include <set>

namespace weft::ui {

namespace {

Parameter trainableParameter() {
    Parameter p;
    p.name = "trainable";
    p.label = "Trainable";
    p.help = "Off: training leaves the weights of this layer as they are.";
    p.kind = ParamKind::boolean;
    p.defaultValue = Value(true);
    return p;
}

} // namespace

LayerPage::LayerPage(Document& document, Selection& selection, GraphId graphId, std::vector<CallId> calls, const Appearance& appearance)
    : m_document(document), m_selection(selection), m_graph(graphId), m_calls(std::move(calls)), m_appearance(appearance) {
    const std::string& type = graph().layerOf(m_calls.front())->type;
    const bool alike = std::all_of(m_calls.begin(), m_calls.end(), [&](CallId call) { return graph().layerOf(call)->type == type; });
    m_type = alike ? findLayerType(type) : nullptr;

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 16);
    column->setSpacing(8);
    buildHead(column);
    m_problems = new QVBoxLayout;
    m_problems->setSpacing(4);
    column->addLayout(m_problems);
    if (m_type) {
        column->addWidget(makeText(translated(m_type->help), "secondary", this));
        if (!m_type->formula.empty()) {
            QLabel* formula = makeText(QString::fromStdString(m_type->formula), "formula", this);
            formula->setObjectName(QStringLiteral("formula"));
            column->addWidget(formula);
        }
        if (m_calls.size() == 1) {
            buildShared(column); // what is changed below, is changed for all of them
        }
        m_form = new SchemaForm(m_type->schema, m_appearance, this);
        connect(m_form, &SchemaForm::edited, this, &LayerPage::setParameter);
        connect(m_form, &SchemaForm::committed, this, [this] { m_document.endMerge(); });
        column->addWidget(m_form);
        m_form->setVisible(!m_type->schema.empty());
    }
    if (m_calls.size() == 1 && m_type && m_type->foldsTime) {
        buildInner(column);
    }
    if (m_calls.size() == 1 && m_type && (m_type->isModel || m_type->foldsTime)) {
        m_model = new ModelBox(m_document, m_selection, m_graph, m_calls.front(), this);
        column->addWidget(m_model);
    }
    m_trainable = new FieldRow(trainableParameter(), m_appearance, this);
    connect(m_trainable, &FieldRow::edited, this, [this](const Value& value) { setTrainable(value.asBool() && *value.asBool()); });
    column->addWidget(m_trainable);

    column->addSpacing(4);
    column->addWidget(makeSeparator(this));
    column->addWidget(makeLabel(m_calls.size() == 1 ? tr("This call") : tr("Together"), "section", this));
    auto* numbers = new QVBoxLayout;
    numbers->setSpacing(0);
    const auto addRow = [&](const QString& name, const char* objectName) {
        auto* row = new NumberRow(name, {}, this);
        row->setObjectName(QString::fromLatin1(objectName));
        numbers->addWidget(row);
        return row;
    };
    if (m_calls.size() == 1) {
        m_in = addRow(tr("In"), "in");
        m_out = addRow(tr("Out"), "out");
    }
    m_cost = addRow(tr("Multiply-adds"), "multiply_adds");
    m_parameters = addRow(tr("Parameters"), "parameters");
    column->addLayout(numbers);

    m_weights = new WeightsSection(m_appearance, this);
    column->addWidget(m_weights);
    column->addStretch(1);
}

void LayerPage::buildHead(QVBoxLayout* column) {
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    if (m_calls.size() > 1) {
        const QString title = m_type ? tr("%1 × %2").arg(m_calls.size()).arg(QString::fromStdString(m_type->name)) : tr("%1 boxes").arg(m_calls.size());
        head->addWidget(makeLabel(title, "title", this), 1);
        column->addLayout(head);
        return;
    }
    m_name = new QLineEdit(this);
    m_name->setObjectName(QStringLiteral("name"));
    m_name->setAccessibleName(tr("Name"));
    m_name->setProperty("heading", true);
    m_name->setFont(fonts::name());
    m_name->setToolTip(tr("Name of the layer; click to change it (F2)"));
    m_kind = makeLabel({}, "secondary", this);
    m_kind->setObjectName(QStringLiteral("kind"));
    head->addWidget(m_name, 1);
    head->addWidget(m_kind);
    column->addLayout(head);
    m_nameReason = makeText({}, "error", this);
    m_nameReason->setObjectName(QStringLiteral("name.reason"));
    m_nameReason->hide();
    column->addWidget(m_nameReason);
    connect(m_name, &QLineEdit::editingFinished, this, &LayerPage::rename);
    connect(m_name, &QLineEdit::textEdited, this, [this] { m_nameReason->hide(); });
    onEscape(m_name, [this] {
        m_nameReason->hide();
        m_name->setText(QString::fromStdString(graph().layer(layers().front())->name));
        m_name->selectAll();
    });
}

/// What calls of a layer share, and the way from one to another.
void LayerPage::buildShared(QVBoxLayout* column) {
    m_shared = new QWidget(this);
    auto* rows = new QVBoxLayout(m_shared);
    rows->setContentsMargins(0, 0, 0, 4);
    rows->setSpacing(4);
    rows->addWidget(makeSeparator(m_shared));
    auto* head = new QHBoxLayout;
    m_sharedHead = makeLabel({}, "section", m_shared);
    m_sharedHead->setObjectName(QStringLiteral("calls"));
    head->addWidget(m_sharedHead, 1);
    auto* unique = new QPushButton(tr("Make unique"), m_shared);
    unique->setObjectName(QStringLiteral("make_unique"));
    unique->setToolTip(tr("This box gets a layer of its own, with the same parameters and a copy of the weights"));
    unique->setFixedHeight(metrics::control);
    connect(unique, &QPushButton::clicked, this, &LayerPage::makeUnique);
    head->addWidget(unique);
    rows->addLayout(head);
    rows->addWidget(makeText(tr("One set of weights serves all of them; what is changed here changes for all."), "secondary", m_shared));
    m_callList = new CallList(m_document, m_appearance, m_shared);
    connect(m_callList, &CallList::chosen, this, [this](CallId call) { m_selection.reveal(m_graph, call); });
    rows->addWidget(m_callList);
    rows->addWidget(makeSeparator(m_shared));
    column->addWidget(m_shared);
}

/// What is applied to each step may be the layer of the form, or a model of the project that does not run this graph.
void LayerPage::buildInner(QVBoxLayout* column) {
    auto* row = new QHBoxLayout;
    row->addWidget(makeLabel(tr("Applies"), "label", this), 108);
    m_inner = new QComboBox(this);
    m_inner->setObjectName(QStringLiteral("inner_model"));
    m_inner->setAccessibleName(tr("What is applied to each step"));
    m_inner->setFixedHeight(metrics::control);
    m_inner->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    row->addWidget(m_inner, 148);
    column->addLayout(row);
    connect(m_inner, &QComboBox::activated, this, [this](int index) {
        const auto [inside, model] = m_innerModels[static_cast<std::size_t>(index)];
        m_document.edit(tr("Choose what is applied to each step"), [&, inside = inside, model = model](Project& project) {
            Layer& layer = *project.graphs.at(m_graph).layerOf(m_calls.front());
            layer.graph = inside;
            layer.model = model;
        });
    });
}

void LayerPage::refreshInner() {
    const Layer& layer = *graph().layerOf(m_calls.front());
    m_model->setVisible(bool(layer.graph));
    if (layer.graph) {
        m_model->refresh();
    }
    if (!m_inner) {
        return;
    }
    m_form->setVisible(!layer.graph);
    m_inner->clear();
    m_innerModels = {{GraphId(), ModelId()}};
    m_inner->addItem(tr("a layer"));
    for (const auto& [id, other] : m_document.project().graphs) {
        if (id == m_graph || runs(m_document.project().graphs, id, m_graph)) {
            continue; // it would be without end
        }
        for (const auto& [modelId, def] : other.models) {
            m_innerModels.emplace_back(id, modelId);
            m_inner->addItem(tr("model %1").arg(QString::fromStdString(def.name)));
            if (layer.graph == id && layer.model == modelId) {
                m_inner->setCurrentIndex(m_inner->count() - 1);
            }
        }
    }
}

void LayerPage::makeUnique() {
    m_document.editWithWeights(tr("Make unique"), [&](Project& project, WeightChanges& changes) { weft::makeUnique(project, m_graph, m_calls.front(), changes); });
}

std::vector<LayerId> LayerPage::layers() const {
    std::vector<LayerId> ids;
    for (const CallId call : m_calls) {
        if (const Call* c = graph().call(call); c && std::find(ids.begin(), ids.end(), c->layer) == ids.end()) {
            ids.push_back(c->layer);
        }
    }
    return ids;
}

void LayerPage::rename() {
    const LayerId id = layers().front();
    const std::string name = m_name->text().trimmed().toStdString();
    if (name == graph().layer(id)->name) {
        m_nameReason->hide();
        return;
    }
    const auto taken = [&](const auto& layer) { return layer.first != id && layer.second.name == name; };
    QString reason;
    if (name.empty()) {
        reason = tr("A layer needs a name.");
    } else if (name.find('/') != std::string::npos) {
        reason = tr("A name cannot contain “/”: it parts the names of nested layers.");
    } else if (std::any_of(graph().layers.begin(), graph().layers.end(), taken)) {
        reason = tr("Another layer is called %1.").arg(m_name->text().trimmed());
    }
    m_nameReason->setText(reason);
    m_nameReason->setVisible(!reason.isEmpty());
    if (reason.isEmpty()) {
        m_document.edit(tr("Rename %1").arg(QString::fromStdString(graph().layer(id)->name)),
                        [&](Project& project) { project.graphs.at(m_graph).layer(id)->name = name; });
    }
}

void LayerPage::setParameter(const QString& name, const Value& value) {
    const std::vector<LayerId> ids = layers();
    const Parameter* parameter = findParameter(m_type->schema, name.toStdString());
    const QString what = ids.size() == 1 ? QString::fromStdString(graph().layer(ids.front())->name) : tr("%1 layers").arg(ids.size());
    QString key = QStringLiteral("parameter/") + name;
    for (const LayerId id : ids) {
        key += u'/' + QString::number(id.value);
    }
    m_document.edit(tr("Set %1 of %2").arg(translated(parameter->label).toLower(), what),
                    [&](Project& project) {
                        for (const LayerId id : ids) {
                            setParam(m_type->schema, project.graphs.at(m_graph).layer(id)->params, name.toStdString(), value);
                        }
                    },
                    key);
}

void LayerPage::setTrainable(bool trainable) {
    const std::vector<LayerId> ids = layers();
    m_document.edit(trainable ? tr("Let train") : tr("Freeze"), [&](Project& project) {
        for (const LayerId id : ids) {
            project.graphs.at(m_graph).layer(id)->trainable = trainable;
        }
    });
}

void LayerPage::refresh() {
    const bool gone = std::any_of(m_calls.begin(), m_calls.end(), [&](CallId call) { return !graph().layerOf(call); });
    if (gone) {
        return; // the selection is about to change
    }
    const std::vector<LayerId> ids = layers();
    const Layer& first = *graph().layer(ids.front());
    // What was refused stays to be mended, and so does what is being typed.
    const bool typed = m_name && (!m_nameReason->isHidden() || (m_name->hasFocus() && m_name->isModified()));
    if (m_name && !typed) {
        m_name->setText(QString::fromStdString(first.name));
    }
    if (m_form) {
        std::set<std::string> mixed;
        for (const Parameter& parameter : m_type->schema) {
            const auto differs = [&](LayerId id) {
                return !(valueOf(m_type->schema, graph().layer(id)->params, parameter.name) == valueOf(m_type->schema, first.params, parameter.name));
            };
            if (std::any_of(ids.begin(), ids.end(), differs)) {
                mixed.insert(parameter.name);
            }
        }
        m_form->setValues(first.params, mixed);
    }
    if (std::any_of(ids.begin(), ids.end(), [&](LayerId id) { return graph().layer(id)->trainable != first.trainable; })) {
        m_trainable->setMixed();
    } else {
        m_trainable->setValue(Value(first.trainable));
    }
    refreshProblems();
    refreshCall();
    refreshShared();
    if (m_model) {
        refreshInner();
    }
    refreshWeights();
}

void LayerPage::refreshProblems() {
    clearLayout(m_problems);
    const std::set<CallId> calls(m_calls.begin(), m_calls.end());
    std::vector<Diagnostic> diagnostics = m_document.analysis(m_graph).diagnostics;
    diagnostics.insert(diagnostics.end(), m_document.dataProblems().begin(), m_document.dataProblems().end());
    for (const Diagnostic& diagnostic : diagnostics) {
        if (diagnostic.graph != m_graph || !calls.contains(diagnostic.call)) {
            continue;
        }
        QLabel* message = makeText(QString::fromStdString(diagnostic.message), diagnostic.severity == Severity::error ? "error" : "warning", this);
        message->setObjectName(QStringLiteral("problem"));
        m_problems->addWidget(message);
        for (const FixHint& fix : diagnostic.fixes) {
            auto* button = new QPushButton(QString::fromStdString(fix.text), this);
            button->setObjectName(QStringLiteral("fix"));
            button->setFixedHeight(metrics::control);
            connect(button, &QPushButton::clicked, this, [this, diagnostic, fix] {
                m_document.edit(QString::fromStdString(fix.text),
                                [&](Project& project) { applyFix(project.graphs.at(diagnostic.graph), project.ids, diagnostic, fix); });
            });
            m_problems->addWidget(button, 0, Qt::AlignLeft);
        }
    }
}

void LayerPage::refreshCall() {
    const Analysis& analysis = m_document.analysis(m_graph);
    std::int64_t parameters = 0;
    double multiplyAdds = 0;
    bool hasWeights = false;
    for (const LayerId id : layers()) {
        if (const auto info = analysis.layers.find(id); info != analysis.layers.end()) {
            parameters += info->second.parameters;
            hasWeights = hasWeights || info->second.parameters > 0;
        }
    }
    for (const CallId call : m_calls) {
        if (const auto info = analysis.calls.find(call); info != analysis.calls.end()) {
            multiplyAdds += info->second.cost.multiplyAdds;
        }
    }
    m_parameters->setNumber(countText(parameters));
    const bool runsModel = m_model && graph().layerOf(m_calls.front())->graph;
    m_parameters->setVisible(!runsModel); // which tells them apart
    m_cost->setNumber(multiplyAdds < 1e9 ? countText(static_cast<std::int64_t>(multiplyAdds)) : shortCount(multiplyAdds));
    m_trainable->setVisible(hasWeights);
    if (m_calls.size() != 1) {
        return;
    }
    const CallId call = m_calls.front();
    m_in->setNumber(inputsText(analysis, call));
    m_in->setVisible(m_type && !m_type->isInput && !runsModel);
    m_out->setVisible(!runsModel);
    m_out->setNumber(outputsText(analysis, call));

    QString kind = m_type ? QString::fromStdString(m_type->name) : QString::fromStdString(graph().layerOf(call)->type);
    for (const auto& [id, model] : graph().models) {
        if (std::any_of(model.outputs.begin(), model.outputs.end(), [&](const Source& s) { return s.call == call; })) {
            kind = tr("%1 · output").arg(kind);
            break;
        }
    }
    const std::size_t calls = graph().callsOf(graph().call(call)->layer).size();
    m_kind->setText(calls > 1 ? tr("%1 · shared ×%2").arg(kind).arg(calls) : kind);
}

void LayerPage::refreshShared() {
    if (!m_shared) {
        return;
    }
    const CallId call = m_calls.front();
    const std::size_t calls = graph().callsOf(graph().call(call)->layer).size();
    m_shared->setVisible(calls > 1);
    if (calls > 1) {
        m_sharedHead->setText(tr("Called %1 times").arg(calls));
        m_callList->show(m_graph, call);
    }
}

void LayerPage::refreshWeights() {
    const std::vector<LayerId> ids = layers();
    std::vector<LayerId> outer;
    for (const Level& level : levelsOf(m_document.project(), m_selection)) {
        outer.push_back(m_document.project().graphs.at(level.graph).call(level.box)->layer);
    }
    m_weights->show(ids.size() == 1 ? weightsOf(m_document, outer, ids.front()) : std::vector<NamedWeight>(),
                    m_type ? std::optional(m_type->family) : std::nullopt);
}

} // namespace weft::ui
