// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/layer_page.h"

#include "ui/inspector/weight_statistics.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/legend_row.h"
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

QString specText(const TensorSpec& spec) {
    const QString shape = QString::fromStdString(spec.shape.wireText());
    return spec.dtype == DType::float32 ? shape : shape + u' ' + QString::fromStdString(std::string(nameOf(spec.dtype)));
}

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

LayerPage::LayerPage(Document& document, GraphId graphId, std::vector<CallId> calls, const Appearance& appearance)
    : m_document(document), m_graph(graphId), m_calls(std::move(calls)), m_appearance(appearance) {
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
        m_form = new SchemaForm(m_type->schema, m_appearance, this);
        connect(m_form, &SchemaForm::edited, this, &LayerPage::setParameter);
        connect(m_form, &SchemaForm::committed, this, [this] { m_document.endMerge(); });
        column->addWidget(m_form);
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
        m_callCount = addRow(tr("Calls of this layer"), "calls");
    }
    m_parameters = addRow(tr("Parameters"), "parameters");
    m_cost = addRow(tr("Multiply-adds"), "multiply_adds");
    column->addLayout(numbers);

    m_weights = new QWidget(this);
    auto* weights = new QVBoxLayout(m_weights);
    weights->setContentsMargins(0, 4, 0, 0);
    weights->setSpacing(8);
    weights->addWidget(makeSeparator(m_weights));
    weights->addWidget(makeLabel(tr("Weights"), "section", m_weights));
    m_weight = new QComboBox(m_weights);
    m_weight->setObjectName(QStringLiteral("weight"));
    m_weight->setAccessibleName(tr("Weight to show"));
    m_weight->setFixedHeight(metrics::control);
    m_weight->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    weights->addWidget(m_weight);
    m_histogram = new Histogram(m_appearance, m_weights);
    weights->addWidget(m_histogram);
    auto* foot = new QHBoxLayout;
    m_least = makeLabel({}, "number", m_weights);
    m_mean = makeLabel({}, "number", m_weights);
    m_most = makeLabel({}, "number", m_weights);
    foot->addWidget(m_least);
    foot->addWidget(m_mean, 1, Qt::AlignHCenter);
    foot->addWidget(m_most);
    weights->addLayout(foot);
    column->addWidget(m_weights);
    connect(m_weight, &QComboBox::activated, this, &LayerPage::refreshWeights);
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
    m_cost->setNumber(multiplyAdds < 1e9 ? countText(static_cast<std::int64_t>(multiplyAdds)) : shortCount(multiplyAdds));
    m_trainable->setVisible(hasWeights);
    if (m_calls.size() != 1) {
        return;
    }
    const CallId call = m_calls.front();
    const auto info = analysis.calls.find(call);
    QStringList in;
    QStringList out;
    if (info != analysis.calls.end()) {
        for (const auto& spec : info->second.inputs) {
            in << (spec ? specText(*spec) : QStringLiteral("–"));
        }
        for (const TensorSpec& spec : info->second.outputs) {
            out << specText(spec);
        }
    }
    m_in->setNumber(in.isEmpty() ? QStringLiteral("–") : in.join(QStringLiteral(" + ")));
    m_in->setVisible(m_type && !m_type->isInput);
    m_out->setNumber(out.isEmpty() ? QStringLiteral("–") : out.join(QStringLiteral(", ")));
    const std::size_t calls = graph().callsOf(graph().call(call)->layer).size();
    m_callCount->setNumber(QString::number(calls));
    m_callCount->setVisible(calls > 1);

    QString kind = m_type ? QString::fromStdString(m_type->name) : QString::fromStdString(graph().layerOf(call)->type);
    for (const auto& [id, model] : graph().models) {
        if (std::any_of(model.outputs.begin(), model.outputs.end(), [&](const Source& s) { return s.call == call; })) {
            kind = tr("%1 · output").arg(kind);
            break;
        }
    }
    m_kind->setText(kind);
}

void LayerPage::refreshWeights() {
    const std::vector<LayerId> ids = layers();
    const std::string chosen = m_weight->currentData().toString().toStdString();
    std::vector<std::pair<std::string, std::shared_ptr<const Tensor>>> tensors;
    if (ids.size() == 1) {
        for (const auto& [key, tensor] : m_document.trained().weights) {
            if (!key.path.empty() && key.path.back() == ids.front() && tensor && tensor->size() > 0) {
                tensors.emplace_back(key.name, tensor);
            }
        }
    }
    m_weights->setVisible(!tensors.empty());
    if (tensors.empty()) {
        return;
    }
    m_weight->clear();
    std::size_t shown = tensors.size();
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        m_weight->addItem(QString::fromStdString(tensors[i].first + "  ") +
                              QString::fromStdString(tensors[i].second->shape().prepended(1).wireText()),
                          QString::fromStdString(tensors[i].first));
        if (tensors[i].first == chosen || (shown == tensors.size() && chosen.empty() && tensors[i].second->shape().rank() > 1)) {
            shown = i;
        }
    }
    shown = shown == tensors.size() ? 0 : shown;
    m_weight->setCurrentIndex(static_cast<int>(shown));
    const WeightStatistics statistics = statisticsOf(*tensors[shown].second, 40);
    m_histogram->setBars(statistics.bars, m_type ? std::optional(m_type->family) : std::nullopt);
    m_least->setText(scoreText(statistics.least));
    m_mean->setText(tr("mean %1").arg(scoreText(statistics.mean)));
    m_most->setText(scoreText(statistics.most));
}

} // namespace weft::ui
