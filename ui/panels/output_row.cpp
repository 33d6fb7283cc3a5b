// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/output_row.h"

#include "engine/metrics/metric_type.h"
#include "ui/panels/class_weights_field.h"
#include "ui/theme/appearance.h"
#include "ui/widgets/fields.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/value_text.h"

#include <QGridLayout>
#include <QMenu>
#include <QToolButton>

namespace weft::ui {

namespace {

constexpr double kMostWeight = 1e9;
/// Not a metric of its own: Keras makes one of it by the loss and the shapes.
constexpr const char* kAccuracy = "accuracy";

/// By name or alias, but for the one that is resolved later.
bool isMetric(const Object& metric, const std::string& name) {
    const MetricType* type = metric.type == kAccuracy ? nullptr : findMetricType(metric.type);
    return metric.type == name || (type && type->name == name);
}

QString metricsText(const std::vector<Object>& metrics) {
    QStringList names;
    for (const Object& metric : metrics) {
        names << QString::fromStdString(metric.type);
    }
    return names.isEmpty() ? OutputRow::tr("none") : names.join(QStringLiteral(", "));
}

Parameter columnParameter(const char* name, const QString& label, const std::vector<std::string>& columns) {
    Parameter p;
    p.name = name;
    p.label = label.toStdString();
    p.kind = ParamKind::choice;
    p.optional = true;
    p.choices = columns;
    return p;
}

Value columnValue(const std::string& column) { return column.empty() ? Value() : Value(column); }

std::string columnOf(const Value& value) { return value.asText() ? *value.asText() : std::string(); }

} // namespace

QString OutputRow::head(int column) {
    const QString heads[columns] = {tr("Output"), tr("Loss"), tr("Weight"), tr("Metrics"), tr("Target"), {}};
    return heads[column];
}

OutputRow::OutputRow(std::string name, const std::vector<std::string>& dataColumns, const Appearance& appearance, Change change, QGridLayout* grid, int line,
                     QWidget* parent)
    : QObject(parent), m_name(std::move(name)), m_shown(QString::fromStdString(m_name)), m_change(std::move(change)) {
    QLabel* label = makeLabel(m_shown, "name", parent);
    label->setMinimumWidth(64);
    grid->addWidget(label, line, 0);

    Parameter loss = columnParameter("loss", tr("Loss of %1").arg(m_shown), {});
    loss.kind = ParamKind::object;
    loss.catalogue = "losses";
    m_loss = makeField(loss, appearance, parent);
    m_loss->setMinimumWidth(200);
    connect(m_loss, &ValueField::edited, this, [this](const Value& value) {
        m_change(tr("Set the loss of %1").arg(m_shown), [&](OutputTraining& t) { t.loss = value.asObject() ? std::optional(*value.asObject()) : std::nullopt; }, {});
    });
    grid->addWidget(m_loss, line, 1);

    Parameter weight = columnParameter("loss_weight", tr("Loss weight of %1").arg(m_shown), {});
    weight.kind = ParamKind::number;
    weight.optional = false;
    weight.defaultValue = Value(1.0);
    weight.minimum = -kMostWeight;
    weight.maximum = kMostWeight;
    m_weight = makeField(weight, appearance, parent);
    m_weight->setFixedWidth(52);
    connect(m_weight, &ValueField::edited, this, [this](const Value& value) {
        m_change(tr("Set the loss weight of %1").arg(m_shown), [&](OutputTraining& t) { t.weight = *value.asNumber(); }, QStringLiteral("weight"));
    });
    connect(m_weight, &ValueField::refused, this, &OutputRow::refused);
    connect(m_weight, &ValueField::committed, this, &OutputRow::committed);
    grid->addWidget(m_weight, line, 2);

    m_metrics = metricsButton(&OutputTraining::metrics, "metrics", tr("Metrics of %1").arg(m_shown), parent);
    grid->addWidget(m_metrics, line, 3);

    m_target = makeField(columnParameter("target", tr("Target of %1").arg(m_shown), dataColumns), appearance, parent);
    m_target->setMinimumWidth(88);
    connect(m_target, &ValueField::edited, this, [this](const Value& value) {
        m_change(tr("Set the target of %1").arg(m_shown), [&](OutputTraining& t) { t.target = columnOf(value); }, {});
    });
    grid->addWidget(m_target, line, 4);

    m_fold = new QToolButton(parent);
    m_fold->setObjectName(QStringLiteral("more_of_output"));
    m_fold->setAccessibleName(tr("Weights of samples and classes of %1").arg(m_shown));
    m_fold->setToolTip(tr("Weights of samples and classes, weighted metrics"));
    m_fold->setArrowType(Qt::RightArrow);
    m_fold->setCheckable(true);
    m_fold->setProperty("fold", true);
    grid->addWidget(m_fold, line, 5);
    m_more = makeMore(dataColumns, appearance, parent);
    grid->addWidget(m_more, line + 1, 1, 1, columns - 1);
    m_more->hide();
    connect(m_fold, &QToolButton::toggled, this, [this](bool open) {
        m_fold->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
        m_more->setVisible(open);
    });
}

QWidget* OutputRow::makeMore(const std::vector<std::string>& dataColumns, const Appearance& appearance, QWidget* parent) {
    auto* more = new QWidget(parent);
    auto* grid = new QGridLayout(more);
    grid->setContentsMargins(0, 0, 0, 6);
    grid->setHorizontalSpacing(10);
    grid->setVerticalSpacing(2);
    const QString heads[] = {tr("Sample weights"), tr("Class weights"), tr("Weighted metrics")};
    for (int i = 0; i < 3; ++i) {
        grid->addWidget(makeLabel(heads[i], "secondary", more), 0, i);
        grid->setColumnStretch(i, 1);
    }
    m_sampleWeights = makeField(columnParameter("sample_weights", tr("Column with the sample weights of %1").arg(m_shown), dataColumns), appearance, more);
    m_sampleWeights->setToolTip(tr("A data column that says how much each sample counts"));
    connect(m_sampleWeights, &ValueField::edited, this, [this](const Value& value) {
        m_change(tr("Set the sample weights of %1").arg(m_shown), [&](OutputTraining& t) { t.sampleWeights = columnOf(value); }, {});
    });
    grid->addWidget(m_sampleWeights, 1, 0);
    m_classWeights = new ClassWeightsField(more);
    m_classWeights->setAccessibleName(tr("Class weights of %1").arg(m_shown));
    connect(m_classWeights, &ClassWeightsField::edited, this, [this](const ClassWeightsField::Weights& weights) {
        m_change(tr("Set the class weights of %1").arg(m_shown), [&](OutputTraining& t) { t.classWeights = weights; }, QStringLiteral("classes"));
    });
    connect(m_classWeights, &ClassWeightsField::refused, this, &OutputRow::refused);
    connect(m_classWeights, &ClassWeightsField::editingFinished, this, &OutputRow::committed);
    grid->addWidget(m_classWeights, 1, 1);
    m_weightedMetrics = metricsButton(&OutputTraining::weightedMetrics, "weighted_metrics", tr("Weighted metrics of %1").arg(m_shown), more);
    grid->addWidget(m_weightedMetrics, 1, 2);
    return more;
}

QToolButton* OutputRow::metricsButton(Metrics metrics, const char* name, const QString& label, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setObjectName(QString::fromLatin1(name));
    button->setAccessibleName(label);
    button->setProperty("boxed", true);
    button->setFixedHeight(metrics::control);
    button->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    connect(button, &QToolButton::clicked, this, [this, metrics, button] { chooseMetrics(metrics, button); });
    return button;
}

void OutputRow::chooseMetrics(Metrics metrics, QToolButton* below) {
    QMenu menu(below);
    menu.setToolTipsVisible(true);
    const std::vector<Object>& chosen = m_training.*metrics;
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
    const QAction* action = menu.exec(below->mapToGlobal(QPoint(0, below->height() + 2)));
    if (!action) {
        return;
    }
    const std::string name = action->data().toString().toStdString();
    const bool on = action->isChecked();
    m_change(tr("Set the metrics of %1").arg(m_shown),
             [&](OutputTraining& t) {
                 std::erase_if(t.*metrics, [&](const Object& o) { return isMetric(o, name); });
                 if (on) {
                     (t.*metrics).push_back({name, {}});
                 }
             },
             {});
}

void OutputRow::refresh(const OutputTraining& training) {
    m_training = training;
    m_loss->setValue(training.loss ? Value(*training.loss) : Value());
    m_weight->setValue(Value(training.weight));
    m_weight->setEnabled(training.loss.has_value());
    m_metrics->setText(metricsText(training.metrics));
    m_metrics->setToolTip(m_metrics->text());
    m_target->setValue(columnValue(training.target));
    m_sampleWeights->setValue(columnValue(training.sampleWeights));
    m_classWeights->setWeights(training.classWeights);
    m_weightedMetrics->setText(metricsText(training.weightedMetrics));
    m_weightedMetrics->setToolTip(m_weightedMetrics->text());
    const bool any = !training.sampleWeights.empty() || !training.classWeights.empty() || !training.weightedMetrics.empty();
    if (m_first && any) {
        m_fold->setChecked(true); // what is set is seen
    }
    m_first = false;
}

} // namespace weft::ui
