// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/config_form.h"

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/metrics/metric_type.h"
#include "engine/optimizers/optimizer_type.h"
#include "ui/widgets/catalogues.h"
#include "ui/widgets/fields.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/value_text.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

namespace weft::ui {

namespace {

constexpr const char* kRate = "learning_rate";
/// Not a metric of its own: Keras makes one of it by the loss and the shapes.
constexpr const char* kAccuracy = "accuracy";

/// By name or alias, but for the one that is resolved later.
bool isMetric(const Object& metric, const std::string& name) {
    const MetricType* type = metric.type == kAccuracy ? nullptr : findMetricType(metric.type);
    return metric.type == name || (type && type->name == name);
}

Parameter parameter(const char* name, const QString& label, ParamKind kind, Value value, double least, double most) {
    Parameter p;
    p.name = name;
    p.label = label.toStdString();
    p.kind = kind;
    p.defaultValue = std::move(value);
    p.minimum = least;
    p.maximum = most;
    return p;
}

Parameter columnParameter(const std::string& name, const QString& label, const std::vector<std::string>& columns) {
    Parameter p = parameter(name.c_str(), label, ParamKind::choice, Value(), 0, 0);
    p.optional = true;
    p.choices = columns;
    return p;
}

QString metricsText(const std::vector<Object>& metrics) {
    QStringList names;
    for (const Object& metric : metrics) {
        names << QString::fromStdString(metric.type);
    }
    return names.isEmpty() ? ConfigForm::tr("none") : names.join(QStringLiteral(", "));
}

} // namespace

std::pair<std::vector<std::string>, std::vector<std::string>> endNames(const Project& project, ModelId id) {
    std::pair<std::vector<std::string>, std::vector<std::string>> names;
    const GraphId graphId = graphOf(project, id);
    if (!graphId) {
        return names;
    }
    try {
        const std::shared_ptr<const Model> model = Model::build(project.graphs, graphId, id);
        for (const Model::Port& input : model->inputs()) {
            names.first.push_back(input.name);
        }
        for (const Model::Port& output : model->outputs()) {
            names.second.push_back(output.name);
        }
    } catch (const Error&) {
        const Graph& graph = project.graphs.at(graphId);
        for (const CallId input : graph.model(id)->inputs) {
            names.first.push_back(graph.layerOf(input) ? graph.layerOf(input)->name : std::string());
        }
        for (const Source& output : graph.model(id)->outputs) {
            names.second.push_back(graph.layerOf(output.call) ? graph.layerOf(output.call)->name : std::string());
        }
    }
    return names;
}

ConfigForm::ConfigForm(const PanelContext& context, QWidget* parent) : QWidget(parent), m_context(context) {
    m_column = new QVBoxLayout(this);
    m_column->setContentsMargins(0, 0, 0, 0);
    connect(&context.document, &Document::changed, this, [this](const ChangeSet& changes) {
        if (changes.drawingChanged() || changes.dataChanged || !changes.trainingChanged.empty()) {
            refresh();
        }
    });
    connect(&context.document, &Document::replaced, this, &ConfigForm::refresh);
    connect(&context.selection, &Selection::modelChanged, this, &ConfigForm::refresh);
    refresh();
}

TrainingConfig ConfigForm::config() const {
    const auto& all = m_context.document.project().training;
    const auto found = all.find(m_context.selection.model());
    return found == all.end() ? TrainingConfig() : found->second;
}

void ConfigForm::change(const QString& text, const std::function<void(TrainingConfig&)>& edit, const QString& mergeKey) {
    const ModelId model = m_context.selection.model();
    m_context.document.edit(text, [&](Project& project) { edit(project.training[model]); },
                            mergeKey.isEmpty() ? QString() : QStringLiteral("training/%1/%2").arg(model.value).arg(mergeKey));
}

void ConfigForm::refresh() {
    const Project& project = m_context.document.project();
    const auto [inputs, outputs] = endNames(project, m_context.selection.model());
    std::vector<std::string> shown{std::to_string(m_context.selection.model().value), config().optimizer.type, "inputs"};
    shown.insert(shown.end(), inputs.begin(), inputs.end());
    shown.push_back("outputs");
    shown.insert(shown.end(), outputs.begin(), outputs.end());
    shown.push_back("columns");
    for (const DataColumn& column : project.data.columns) {
        shown.push_back(column.name);
    }
    if (shown != m_shown || !m_content) {
        m_shown = shown;
        rebuild(inputs, outputs);
    }
    const TrainingConfig c = config();
    for (const OutputRow& row : m_outputs) {
        const auto found = c.outputs.find(row.name);
        const OutputTraining output = found == c.outputs.end() ? OutputTraining() : found->second;
        row.loss->setValue(output.loss ? Value(*output.loss) : Value());
        row.weight->setValue(Value(output.weight));
        row.metrics->setText(metricsText(output.metrics));
        row.target->setValue(output.target.empty() ? Value() : Value(output.target));
    }
    for (const InputRow& row : m_inputs) {
        const auto found = c.inputs.find(row.name);
        row.column->setValue(found == c.inputs.end() || found->second.empty() ? Value() : Value(found->second));
    }
    m_formula->setText(formula(c));
    m_optimizer->setValue(Value(c.optimizer));
    if (m_rate) {
        const OptimizerType* type = findOptimizerType(c.optimizer.type);
        m_rate->setValue(valueOf(type->schema, c.optimizer.params, kRate));
    }
    m_batch->setValue(Value(c.batchSize));
    m_epochs->setValue(Value(c.epochs));
    m_validation->setValue(Value(c.validationSplit));
    m_shuffle->setValue(Value(c.shuffle));
    m_seed->setValue(Value(static_cast<std::int64_t>(c.seed)));
}

QString ConfigForm::formula(const TrainingConfig& c) const {
    QStringList terms;
    for (const OutputRow& row : m_outputs) {
        if (const auto found = c.outputs.find(row.name); found != c.outputs.end() && found->second.loss) {
            const QString name = QString::fromStdString(row.name);
            terms << (found->second.weight == 1.0 && m_outputs.size() == 1
                          ? name
                          : QString::fromStdString(shortest(found->second.weight)) + QStringLiteral(" · ") + name);
        }
    }
    return terms.isEmpty() ? tr("No output has a loss yet.") : tr("total = %1").arg(terms.join(QStringLiteral(" + ")));
}

void ConfigForm::rebuild(const std::vector<std::string>& inputs, const std::vector<std::string>& outputs) {
    if (m_content) {
        m_content->hide();
        m_content->deleteLater(); // one of its fields may be the sender
    }
    m_outputs.clear();
    m_inputs.clear();
    m_content = new QWidget(this);
    m_column->addWidget(m_content);
    auto* column = new QVBoxLayout(m_content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    std::vector<std::string> columns;
    for (const DataColumn& c : m_context.document.project().data.columns) {
        columns.push_back(c.name);
    }
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(10);
    grid->setVerticalSpacing(4);
    const QString heads[] = {tr("Output"), tr("Loss"), tr("Weight"), tr("Metrics"), tr("Target")};
    for (int i = 0; i < 5; ++i) {
        grid->addWidget(makeLabel(heads[i], "section", m_content), 0, i);
    }
    grid->addWidget(makeSeparator(m_content), 1, 0, 1, 5);
    grid->setColumnStretch(0, 3);
    grid->setColumnStretch(1, 4);
    grid->setColumnStretch(3, 3);
    grid->setColumnStretch(4, 3);
    int line = 2;
    for (const std::string& name : outputs) {
        addOutput(grid, line++, name, columns);
    }
    grid->addWidget(makeSeparator(m_content), line++, 0, 1, 5);
    for (const std::string& name : inputs) {
        addInput(grid, line++, name, columns);
    }
    column->addLayout(grid);
    m_formula = makeLabel({}, "formula", m_content);
    m_formula->setObjectName(QStringLiteral("total"));
    column->addWidget(m_formula);
    column->addWidget(settings());
    m_reason = makeText({}, "error", m_content);
    m_reason->setObjectName(QStringLiteral("training.reason"));
    m_reason->hide();
    column->addWidget(m_reason);
    column->addStretch(1);
    m_content->show();
}

void ConfigForm::addOutput(QGridLayout* grid, int line, const std::string& name, const std::vector<std::string>& columns) {
    OutputRow row;
    row.name = name;
    const QString shown = QString::fromStdString(name);
    QLabel* label = makeLabel(shown, "name", m_content);
    label->setMinimumWidth(64);
    grid->addWidget(label, line, 0);

    Parameter loss = parameter("loss", tr("Loss of %1").arg(shown), ParamKind::object, Value(), 0, 0);
    loss.optional = true;
    loss.catalogue = "losses";
    row.loss = makeField(loss, m_context.appearance, m_content);
    row.loss->setMinimumWidth(276);
    connect(row.loss, &ValueField::edited, this, [this, name, shown](const Value& value) {
        change(tr("Set the loss of %1").arg(shown), [&](TrainingConfig& c) {
            c.outputs[name].loss = value.asObject() ? std::optional<Object>(*value.asObject()) : std::nullopt;
        });
    });
    grid->addWidget(row.loss, line, 1);

    row.weight = makeField(parameter("loss_weight", tr("Loss weight of %1").arg(shown), ParamKind::number, Value(1.0), -1e9, 1e9), m_context.appearance,
                           m_content);
    row.weight->setFixedWidth(52);
    connect(row.weight, &ValueField::edited, this, [this, name, shown](const Value& value) {
        change(tr("Set the loss weight of %1").arg(shown), [&](TrainingConfig& c) { c.outputs[name].weight = *value.asNumber(); },
               QString::fromStdString("weight/" + name));
    });
    connect(row.weight, &ValueField::refused, this, &ConfigForm::showReason);
    grid->addWidget(row.weight, line, 2);

    row.metrics = new QToolButton(m_content);
    row.metrics->setObjectName(QStringLiteral("metrics"));
    row.metrics->setAccessibleName(tr("Metrics of %1").arg(shown));
    row.metrics->setProperty("boxed", true);
    row.metrics->setFixedHeight(metrics::control);
    row.metrics->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(row.metrics, &QToolButton::clicked, this, [this, name] { chooseMetrics(name); });
    grid->addWidget(row.metrics, line, 3);

    row.target = makeField(columnParameter("target", tr("Target of %1").arg(shown), columns), m_context.appearance, m_content);
    row.target->setMinimumWidth(88);
    connect(row.target, &ValueField::edited, this, [this, name, shown](const Value& value) {
        change(tr("Set the target of %1").arg(shown),
               [&](TrainingConfig& c) { c.outputs[name].target = value.asText() ? *value.asText() : std::string(); });
    });
    grid->addWidget(row.target, line, 4);
    m_outputs.push_back(row);
}

void ConfigForm::addInput(QGridLayout* grid, int line, const std::string& name, const std::vector<std::string>& columns) {
    InputRow row;
    row.name = name;
    const QString shown = QString::fromStdString(name);
    grid->addWidget(makeLabel(shown, "name", m_content), line, 0);
    grid->addWidget(makeLabel(tr("gets the column"), "secondary", m_content), line, 1, 1, 3, Qt::AlignRight | Qt::AlignVCenter);
    row.column = makeField(columnParameter("input_column", tr("Column of %1").arg(shown), columns), m_context.appearance, m_content);
    connect(row.column, &ValueField::edited, this, [this, name, shown](const Value& value) {
        change(tr("Set the column of %1").arg(shown),
               [&](TrainingConfig& c) { c.inputs[name] = value.asText() ? *value.asText() : std::string(); });
    });
    grid->addWidget(row.column, line, 4);
    m_inputs.push_back(row);
}

void ConfigForm::chooseMetrics(const std::string& output) {
    QMenu menu(this);
    const TrainingConfig now = config();
    const auto found = now.outputs.find(output);
    const std::vector<Object> chosen = found == now.outputs.end() ? std::vector<Object>() : found->second.metrics;
    const auto offer = [&](const std::string& name, const QString& title, const QString& help) {
        QAction* action = menu.addAction(title);
        action->setCheckable(true);
        action->setToolTip(help);
        action->setData(QString::fromStdString(name));
        action->setChecked(std::any_of(chosen.begin(), chosen.end(), [&](const Object& o) { return isMetric(o, name); }));
    };
    offer(kAccuracy, tr("Accuracy, by the loss and the shapes"), tr("What Keras makes of “accuracy”."));
    menu.addSeparator();
    for (const MetricType& type : metricTypes()) {
        offer(type.name, translated(type.title), translated(type.help));
    }
    const auto row = std::find_if(m_outputs.begin(), m_outputs.end(), [&](const OutputRow& r) { return r.name == output; });
    const QAction* action = menu.exec(row->metrics->mapToGlobal(QPoint(0, row->metrics->height() + 2)));
    if (!action) {
        return;
    }
    const std::string name = action->data().toString().toStdString();
    const bool on = action->isChecked();
    change(tr("Set the metrics of %1").arg(QString::fromStdString(output)), [&](TrainingConfig& c) {
        std::vector<Object>& metrics = c.outputs[output].metrics;
        std::erase_if(metrics, [&](const Object& o) { return isMetric(o, name); });
        if (on) {
            metrics.push_back({name, {}});
        }
    });
}

ValueField* ConfigForm::add(QGridLayout* grid, int column, int width, const Parameter& p, const std::function<void(TrainingConfig&, const Value&)>& set) {
    grid->addWidget(makeLabel(QString::fromStdString(p.label), "secondary", m_content), 0, column);
    ValueField* field = makeField(p, m_context.appearance, m_content);
    field->setFixedWidth(width);
    grid->addWidget(field, 1, column, Qt::AlignLeft);
    const QString text = tr("Set %1").arg(QString::fromStdString(p.label).toLower());
    const QString key = QString::fromStdString(p.name);
    connect(field, &ValueField::edited, this, [this, set, text, key](const Value& value) {
        change(text, [&](TrainingConfig& c) { set(c, value); }, key);
    });
    connect(field, &ValueField::refused, this, &ConfigForm::showReason);
    connect(field, &ValueField::committed, this, [this] { m_context.document.endMerge(); });
    return field;
}

QWidget* ConfigForm::settings() {
    auto* box = new QWidget(m_content);
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(4);
    Parameter optimizer = parameter("optimizer", tr("Optimizer"), ParamKind::object, Value(), 0, 0);
    optimizer.catalogue = "optimizers";
    m_optimizer = add(grid, 0, 140, optimizer, [](TrainingConfig& c, const Value& v) { c.optimizer = *v.asObject(); });
    const OptimizerType* type = findOptimizerType(config().optimizer.type);
    const Parameter* rate = type ? findParameter(type->schema, kRate) : nullptr;
    m_rate = nullptr;
    if (rate) {
        Parameter p = *rate;
        p.label = tr("Learning rate").toStdString();
        m_rate = add(grid, 1, 76, p, [](TrainingConfig& c, const Value& v) {
            setParam(findOptimizerType(c.optimizer.type)->schema, c.optimizer.params, kRate, v);
        });
    }
    m_batch = add(grid, 2, 60, parameter("batch_size", tr("Batch"), ParamKind::integer, Value(32), 1, 1e7),
                  [](TrainingConfig& c, const Value& v) { c.batchSize = *v.asInteger(); });
    m_epochs = add(grid, 3, 60, parameter("epochs", tr("Epochs"), ParamKind::integer, Value(10), 1, 1e7),
                   [](TrainingConfig& c, const Value& v) { c.epochs = *v.asInteger(); });
    Parameter validation = parameter("validation_split", tr("Validation"), ParamKind::number, Value(0.0), 0, 1);
    validation.maximumExcluded = true;
    m_validation = add(grid, 4, 60, validation, [](TrainingConfig& c, const Value& v) { c.validationSplit = *v.asNumber(); });
    m_validation->setToolTip(tr("Share of the training rows kept for validation: the last ones, before shuffling, as in Keras."));
    m_shuffle = add(grid, 5, 44, parameter("shuffle", tr("Shuffle"), ParamKind::boolean, Value(true), 0, 0),
                    [](TrainingConfig& c, const Value& v) { c.shuffle = *v.asBool(); });
    m_seed = add(grid, 6, 60, parameter("seed", tr("Seed"), ParamKind::integer, Value(0), 0, 9e15),
                 [](TrainingConfig& c, const Value& v) { c.seed = static_cast<std::uint64_t>(*v.asInteger()); });
    grid->setColumnStretch(7, 1);
    return box;
}

void ConfigForm::showReason(const QString& reason) {
    m_reason->setText(reason);
    m_reason->setVisible(!reason.isEmpty());
}

} // namespace weft::ui
