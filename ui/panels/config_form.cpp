// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/config_form.h"

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/losses/loss_type.h"
#include "engine/optimizers/optimizer_type.h"
#include "ui/panels/output_row.h"
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

/// The losses of Keras as a person would call them in a formula: `mean_squared_error`.
QString lossName(const Object& loss) {
    const LossType* type = findLossType(loss.type);
    return QString::fromStdString(type && !type->aliases.empty() ? type->aliases.front() : loss.type);
}

} // namespace

namespace {

/// What the form is made for: names of inputs and outputs as training knows them, sound or not, and whether layers remember.
struct Ends {
    std::vector<std::string> inputs, outputs;
    bool remembers = false;
};

Ends endsOf(const Project& project, ModelId id) {
    Ends ends;
    const GraphId graphId = graphOf(project, id);
    if (!graphId) {
        return ends;
    }
    try {
        const std::shared_ptr<const Model> model = Model::build(project.graphs, graphId, id);
        for (const Model::Port& input : model->inputs()) {
            ends.inputs.push_back(input.name);
        }
        for (const Model::Port& output : model->outputs()) {
            ends.outputs.push_back(output.name);
        }
        ends.remembers = !model->states().empty();
    } catch (const Error&) {
        const Graph& graph = project.graphs.at(graphId);
        for (const CallId input : graph.model(id)->inputs) {
            ends.inputs.push_back(graph.layerOf(input) ? graph.layerOf(input)->name : std::string());
        }
        for (const Source& output : graph.model(id)->outputs) {
            ends.outputs.push_back(graph.layerOf(output.call) ? graph.layerOf(output.call)->name : std::string());
        }
    }
    return ends;
}

} // namespace

ConfigForm::ConfigForm(const PanelContext& context, QWidget* parent) : QWidget(parent), m_context(context) {
    m_column = new QVBoxLayout(this);
    m_column->setContentsMargins(0, 0, 0, 0);
    connect(&context.document, &Document::changed, this, [this](const ChangeSet& changes) {
        if (changes.drawingChanged() || changes.dataChanged || !changes.modelsChanged.empty() || !changes.trainingChanged.empty()) {
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
    const auto [inputs, outputs, remembers] = endsOf(project, m_context.selection.model());
    std::vector<std::string> shown{std::to_string(m_context.selection.model().value), config().optimizer.type, "inputs"};
    shown.insert(shown.end(), inputs.begin(), inputs.end());
    shown.push_back("outputs");
    shown.insert(shown.end(), outputs.begin(), outputs.end());
    shown.push_back(remembers ? "states" : "no states");
    shown.push_back("columns");
    for (const DataColumn& column : project.data.columns) {
        shown.push_back(column.name);
    }
    if (shown != m_shown || !m_content) {
        m_shown = shown;
        rebuild(inputs, outputs, remembers);
    }
    const TrainingConfig c = config();
    for (OutputRow* row : m_outputs) {
        const auto found = c.outputs.find(row->name());
        row->refresh(found == c.outputs.end() ? OutputTraining() : found->second);
    }
    for (const InputRow& row : m_inputs) {
        const auto found = c.inputs.find(row.name);
        row.column->setValue(found == c.inputs.end() || found->second.empty() ? Value() : Value(found->second));
    }
    m_formula->setText(formula(c));
    const GraphId graph = graphOf(project, m_context.selection.model());
    const bool several = graph && project.graphs.at(graph).models.size() > 1;
    m_title->setVisible(several);
    m_title->setText(several ? tr("How “%1” is trained").arg(QString::fromStdString(project.graphs.at(graph).model(m_context.selection.model())->name)) : QString());
    m_optimizer->setValue(Value(c.optimizer));
    if (m_rate) {
        const OptimizerType* type = findOptimizerType(c.optimizer.type);
        m_rate->setValue(valueOf(type->schema, c.optimizer.params, kRate));
    }
    m_batch->setValue(Value(c.batchSize));
    m_epochs->setValue(Value(c.epochs));
    m_validation->setValue(Value(c.validationSplit));
    m_shuffle->setValue(Value(c.shuffle));
    if (m_resetStates) {
        m_resetStates->setValue(Value(c.resetStates));
    }
    m_seed->setValue(Value(static_cast<std::int64_t>(c.seed)));
}

/// As Keras adds losses up, under the names of its logs.
QString ConfigForm::formula(const TrainingConfig& c) const {
    std::vector<std::pair<std::string, const OutputTraining*>> trained;
    QStringList without;
    for (const OutputRow* row : m_outputs) {
        const auto found = c.outputs.find(row->name());
        if (found != c.outputs.end() && found->second.loss) {
            trained.emplace_back(row->name(), &found->second);
        } else {
            without << QString::fromStdString(row->name());
        }
    }
    if (trained.empty()) {
        return tr("No output has a loss yet.");
    }
    QStringList terms;
    for (const auto& [name, training] : trained) {
        const QString shown = QString::fromStdString(name);
        const QString target = training->target.empty() ? QStringLiteral("?") : QString::fromStdString(training->target);
        const QString loss = trained.size() == 1 ? QStringLiteral("%1(%2, %3)").arg(lossName(*training->loss), target, shown) : shown + QStringLiteral("_loss");
        const bool plain = trained.size() == 1 && training->weight == 1.0;
        terms << (plain ? loss : QString::fromStdString(shortest(training->weight)) + QStringLiteral(" · ") + loss);
    }
    const QString total = QStringLiteral("loss = ") + terms.join(QStringLiteral(" + "));
    return without.isEmpty() ? total : tr("%1    without a loss: %2").arg(total, without.join(QStringLiteral(", ")));
}

/// Keras' one loss for all outputs.
QToolButton* ConfigForm::lossForAll() {
    auto* button = new QToolButton(m_content);
    button->setObjectName(QStringLiteral("loss_for_all"));
    button->setText(tr("one for all…"));
    button->setProperty("quiet", true);
    button->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(button);
    menu->setObjectName(QStringLiteral("loss_for_all_menu"));
    const auto offer = [&](const QString& title, const std::optional<Object>& loss) {
        menu->addAction(title, this, [this, loss] {
            change(tr("Set the loss of all outputs"), [&](TrainingConfig& c) {
                for (const OutputRow* row : m_outputs) {
                    c.outputs[row->name()].loss = loss;
                }
            });
        });
    };
    offer(tr("none"), std::nullopt);
    for (const LossType& type : lossTypes()) {
        offer(translated(type.title), Object{type.name, {}});
    }
    button->setMenu(menu);
    return button;
}

void ConfigForm::rebuild(const std::vector<std::string>& inputs, const std::vector<std::string>& outputs, bool remembers) {
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
    m_title = makeLabel({}, "name", m_content);
    m_title->setObjectName(QStringLiteral("training_model"));
    column->addWidget(m_title);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    for (int i = 0; i < OutputRow::columns; ++i) {
        QLabel* head = makeLabel(OutputRow::head(i), "section", m_content);
        if (i == 1 && outputs.size() > 1) {
            auto* both = new QHBoxLayout;
            both->addWidget(head, 1);
            both->addWidget(lossForAll());
            grid->addLayout(both, 0, i);
        } else {
            grid->addWidget(head, 0, i);
        }
    }
    grid->addWidget(makeSeparator(m_content), 1, 0, 1, OutputRow::columns);
    grid->setColumnStretch(1, 1); // names of losses are the longest
    grid->setColumnMinimumWidth(3, 84); // a style sheet hides a tool button's own least width
    int line = 2;
    for (const std::string& name : outputs) {
        const auto edit = [this, name](const QString& text, const std::function<void(OutputTraining&)>& how, const QString& key) {
            change(text, [&](TrainingConfig& c) { how(c.outputs[name]); }, key.isEmpty() ? QString() : key + u'/' + QString::fromStdString(name));
        };
        auto* row = new OutputRow(name, columns, m_context.appearance, edit, grid, line, m_content);
        connect(row, &OutputRow::refused, this, &ConfigForm::showReason);
        connect(row, &OutputRow::committed, this, [this] { m_context.document.endMerge(); });
        m_outputs.push_back(row);
        line += 2;
    }
    grid->addWidget(makeSeparator(m_content), line++, 0, 1, OutputRow::columns);
    for (const std::string& name : inputs) {
        addInput(grid, line++, name, columns);
    }
    column->addLayout(grid);
    m_formula = makeText({}, "formula", m_content);
    m_formula->setObjectName(QStringLiteral("total"));
    column->addWidget(m_formula);
    column->addWidget(settings());
    m_resetStates = nullptr;
    if (remembers) {
        column->addLayout(stateSwitch());
    }
    m_reason = makeText({}, "error", m_content);
    m_reason->setObjectName(QStringLiteral("training.reason"));
    m_reason->hide();
    column->addWidget(m_reason);
    column->addStretch(1);
    m_content->show();
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

/// For layers that remember from batch to batch.
QLayout* ConfigForm::stateSwitch() {
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    m_resetStates = makeField(parameter("reset_states", tr("States begin at zero in every epoch"), ParamKind::boolean, Value(false), 0, 0), m_context.appearance, m_content);
    m_resetStates->setFixedWidth(36);
    connect(m_resetStates, &ValueField::edited, this, [this](const Value& value) {
        change(tr("Set when states begin anew"), [&](TrainingConfig& c) { c.resetStates = *value.asBool(); });
    });
    row->addWidget(m_resetStates);
    QLabel* label = makeLabel(tr("States begin at zero in every epoch"), "label", m_content);
    label->setToolTip(tr("Off, what stateful layers remember goes on from the epoch before, as in Keras."));
    row->addWidget(label, 1);
    return row;
}

void ConfigForm::showReason(const QString& reason) {
    m_reason->setText(reason);
    m_reason->setVisible(!reason.isEmpty());
}

} // namespace weft::ui
