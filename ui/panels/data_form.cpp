// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/data_form.h"

#include "engine/data/step_type.h"
#include "ui/theme/icons.h"
#include "ui/widgets/catalogues.h"
#include "ui/widgets/fields.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/object_field.h"
#include "ui/widgets/value_text.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

namespace weft::ui {

namespace {

/// Kinds of split in words; the first of each pair is what DataSplit holds.
const std::vector<std::pair<const char*, const char*>>& splitKinds() {
    static const std::vector<std::pair<const char*, const char*>> kinds = {
        {"none", QT_TRANSLATE_NOOP("weft::ui::DataForm", "no test rows")},
        {"separate", QT_TRANSLATE_NOOP("weft::ui::DataForm", "test rows from files of their own")},
        {"last", QT_TRANSLATE_NOOP("weft::ui::DataForm", "the last rows are for testing")},
        {"random", QT_TRANSLATE_NOOP("weft::ui::DataForm", "random rows are for testing")},
        {"stratified", QT_TRANSLATE_NOOP("weft::ui::DataForm", "random rows of each class are for testing")},
    };
    return kinds;
}

QToolButton* smallButton(const QString& text, const char* name, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setText(text);
    button->setObjectName(QString::fromLatin1(name));
    button->setProperty("boxed", true);
    button->setFixedHeight(metrics::control);
    return button;
}

Parameter choice(const char* name, const QString& label, std::vector<std::string> choices, bool optional) {
    Parameter p;
    p.name = name;
    p.label = label.toStdString();
    p.kind = ParamKind::choice;
    p.choices = std::move(choices);
    p.optional = optional;
    return p;
}

} // namespace

DataForm::DataForm(const PanelContext& context, QWidget* parent) : QWidget(parent), m_context(context) {
    m_column = new QVBoxLayout(this);
    m_column->setContentsMargins(0, 0, 0, 0);
}

void DataForm::change(const QString& text, const std::function<void(DataSpec&)>& edit, const QString& mergeKey) {
    m_context.document.edit(text, [&](Project& project) { edit(project.data); }, mergeKey.isEmpty() ? QString() : QStringLiteral("data/") + mergeKey);
}

void DataForm::setTables(std::map<std::string, SourceContents> tables) {
    m_tables = std::move(tables);
}

/// The fields that hold numbers, for a new column; none, which means all, where there are no others.
std::vector<std::string> DataForm::numberFields(const std::string& source) const {
    std::vector<std::string> fields;
    const auto table = m_tables.find(source);
    for (std::size_t i = 0; table != m_tables.end() && i < table->second.fields.size(); ++i) {
        if (table->second.problems[i].empty()) {
            fields.push_back(table->second.fields[i]);
        }
    }
    return table != m_tables.end() && fields.size() == table->second.fields.size() ? std::vector<std::string>() : fields;
}

void DataForm::refresh() {
    if (m_content && m_shown == data()) {
        return;
    }
    m_shown = data();
    if (m_content) {
        m_content->hide();
        m_content->deleteLater(); // one of its buttons may be the sender
    }
    m_content = new QWidget(this);
    m_rows = new QVBoxLayout(m_content);
    m_rows->setContentsMargins(0, 0, 8, 0);
    m_rows->setSpacing(6);
    addHead(tr("Files"));
    for (const DataSource& source : m_shown.sources) {
        addSource(source);
    }
    m_rows->addSpacing(4);
    addHead(tr("Columns"));
    for (std::size_t i = 0; i < m_shown.columns.size(); ++i) {
        addColumn(i);
    }
    QToolButton* add = smallButton(tr("Add a column"), "add_column", m_content);
    connect(add, &QToolButton::clicked, this, [this] {
        change(tr("Add a column"), [this](DataSpec& d) {
            std::string name = "column";
            for (int i = 2; d.column(name); ++i) {
                name = "column_" + std::to_string(i);
            }
            d.columns.push_back({name, d.sources.front().name, {}, numberFields(d.sources.front().name), {}});
        });
    });
    m_rows->addWidget(add, 0, Qt::AlignLeft);
    m_rows->addSpacing(4);
    addHead(tr("Test rows"));
    addSplit();
    m_rows->addStretch(1);
    m_column->addWidget(m_content);
    m_content->show();
}

void DataForm::addHead(const QString& text) {
    m_rows->addWidget(makeLabel(text, "section", m_content));
}

void DataForm::addSource(const DataSource& source) {
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    const QString name = QString::fromStdString(source.name);
    QLabel* label = makeLabel(name, "name", m_content);
    label->setMinimumWidth(104);
    row->addWidget(label);
    const ReaderType* reader = findReaderType(source.format);
    row->addWidget(makeLabel(reader ? translated(reader->title) : QString::fromStdString(source.format), "secondary", m_content));
    const QString path = QString::fromStdString(source.path);
    QLabel* file = makeLabel(path.section(u'/', -1), "secondary", m_content);
    file->setToolTip(path);
    file->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row->addWidget(file, 1);
    if (reader && !reader->schema.empty()) {
        auto* options = new OptionsButton(m_context.appearance, m_content);
        options->setObject({reader->name, translated(reader->title), translated(reader->help), {}, &reader->schema}, source.options);
        connect(options, &OptionsButton::edited, this, [this, id = source.name, name](const ParamMap& params) {
            change(tr("Set options of %1").arg(name), [&](DataSpec& d) { d.source(id)->options = params; }, QString::fromStdString("options/" + id));
        });
        row->addWidget(options);
    }
    auto* remove = new QToolButton(m_content);
    remove->setObjectName(QStringLiteral("remove_source"));
    remove->setIcon(icon(QStringLiteral("close"), m_context.appearance));
    remove->setToolTip(tr("Remove %1 and the columns made of it").arg(name));
    remove->setAccessibleName(remove->toolTip());
    connect(remove, &QToolButton::clicked, this, [this, id = source.name, name] {
        change(tr("Remove %1").arg(name), [&](DataSpec& d) {
            std::erase_if(d.sources, [&](const DataSource& s) { return s.name == id; });
            std::erase_if(d.columns, [&](const DataColumn& c) { return c.source == id; });
            for (DataColumn& c : d.columns) {
                if (c.testSource == id) {
                    c.testSource.clear();
                }
            }
        });
    });
    row->addWidget(remove);
    m_rows->addLayout(row);
}

void DataForm::addColumn(std::size_t index) {
    const DataColumn& column = m_shown.columns[index];
    std::vector<std::string> sources;
    for (const DataSource& source : m_shown.sources) {
        sources.push_back(source.name);
    }
    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    auto* name = new QLineEdit(QString::fromStdString(column.name), m_content);
    name->setObjectName(QStringLiteral("column_name"));
    name->setAccessibleName(tr("Name of the column"));
    name->setFixedSize(104, metrics::control);
    connect(name, &QLineEdit::editingFinished, this, [this, name, index] {
        const std::string wanted = name->text().trimmed().toStdString();
        const std::string old = m_shown.columns[index].name;
        if (wanted == old || wanted.empty() || data().column(wanted)) {
            name->setText(QString::fromStdString(old));
            return;
        }
        m_context.document.edit(tr("Rename the column %1").arg(QString::fromStdString(old)), [&](Project& project) {
            project.data.columns[index].name = wanted;
            project.data.split.by = project.data.split.by == old ? wanted : project.data.split.by;
            for (auto& [id, config] : project.training) {
                for (auto& [input, used] : config.inputs) {
                    used = used == old ? wanted : used;
                }
                for (auto& [output, training] : config.outputs) {
                    training.target = training.target == old ? wanted : training.target;
                }
            }
        });
    });
    row->addWidget(name);
    ValueField* source = makeField(choice("source", tr("File of %1").arg(name->text()), sources, false), m_context.appearance, m_content);
    source->setValue(Value(column.source));
    connect(source, &ValueField::edited, this, [this, index](const Value& value) {
        change(tr("Choose a file"), [&](DataSpec& d) {
            d.columns[index].source = *value.asText();
            d.columns[index].fields = numberFields(*value.asText());
        });
    });
    row->addWidget(source, 1);
    if (m_shown.split.kind == splitKinds()[1].first) {
        ValueField* test = makeField(choice("test_source", tr("Test file of %1").arg(name->text()), sources, true), m_context.appearance, m_content);
        test->setToolTip(tr("The file with the rows to test on"));
        test->setValue(column.testSource.empty() ? Value() : Value(column.testSource));
        connect(test, &ValueField::edited, this, [this, index](const Value& value) {
            change(tr("Choose a test file"), [&](DataSpec& d) { d.columns[index].testSource = value.asText() ? *value.asText() : std::string(); });
        });
        row->addWidget(test, 1);
    }
    const DataSource* from = m_shown.source(column.source);
    const ReaderType* reader = from ? findReaderType(from->format) : nullptr;
    if (reader && reader->isTable) {
        QToolButton* fields = smallButton(column.fields.empty()       ? tr("all fields")
                                          : column.fields.size() == 1 ? QString::fromStdString(column.fields.front())
                                                                      : tr("%1 fields").arg(column.fields.size()),
                                          "fields", m_content);
        connect(fields, &QToolButton::clicked, this, [this, index, fields] { chooseFields(index, fields); });
        row->addWidget(fields);
    }
    auto* remove = new QToolButton(m_content);
    remove->setObjectName(QStringLiteral("remove_column"));
    remove->setIcon(icon(QStringLiteral("close"), m_context.appearance));
    remove->setToolTip(tr("Remove this column"));
    remove->setAccessibleName(remove->toolTip());
    connect(remove, &QToolButton::clicked, this, [this, index] {
        change(tr("Remove a column"), [&](DataSpec& d) { d.columns.erase(d.columns.begin() + static_cast<std::ptrdiff_t>(index)); });
    });
    row->addWidget(remove);
    m_rows->addLayout(row);

    auto* steps = new QHBoxLayout;
    steps->setSpacing(4);
    steps->setContentsMargins(12, 0, 0, 4);
    for (std::size_t i = 0; i < column.steps.size(); ++i) {
        addStep(steps, index, i);
    }
    QToolButton* add = smallButton(tr("Add a step"), "add_step", m_content);
    connect(add, &QToolButton::clicked, this, [this, index, add] { offerSteps(index, add); });
    steps->addWidget(add);
    steps->addStretch(1);
    m_rows->addLayout(steps);
}

void DataForm::addStep(QBoxLayout* row, std::size_t column, std::size_t index) {
    const Object& step = m_shown.columns[column].steps[index];
    const std::optional<CatalogueEntry> entry = findEntry("steps", step.type);
    auto* chip = new QFrame(m_content);
    chip->setProperty("chip", true);
    auto* inner = new QHBoxLayout(chip);
    inner->setContentsMargins(8, 0, 0, 0);
    inner->setSpacing(0);
    QLabel* title = makeLabel(entry ? entry->title : QString::fromStdString(step.type), "body", chip);
    title->setToolTip(entry ? entry->help : QString());
    inner->addWidget(title);
    if (entry) {
        auto* options = new OptionsButton(m_context.appearance, chip);
        options->setObject(*entry, step.params);
        connect(options, &OptionsButton::edited, this, [this, column, index](const ParamMap& params) {
            change(tr("Set a step"), [&](DataSpec& d) { d.columns[column].steps[index].params = params; }, QStringLiteral("step/%1/%2").arg(column).arg(index));
        });
        inner->addWidget(options);
    }
    auto* remove = new QToolButton(chip);
    remove->setObjectName(QStringLiteral("remove_step"));
    remove->setIcon(icon(QStringLiteral("close"), m_context.appearance));
    remove->setToolTip(tr("Remove this step"));
    remove->setAccessibleName(remove->toolTip());
    connect(remove, &QToolButton::clicked, this, [this, column, index] {
        change(tr("Remove a step"), [&](DataSpec& d) {
            auto& steps = d.columns[column].steps;
            steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(index));
        });
    });
    inner->addWidget(remove);
    row->addWidget(chip);
}

void DataForm::addSplit() {
    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    std::vector<std::string> words;
    for (const auto& [kind, text] : splitKinds()) {
        words.push_back(tr(text).toStdString());
    }
    ValueField* kind = makeField(choice("split", tr("Test rows"), words, false), m_context.appearance, m_content);
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (m_shown.split.kind == splitKinds()[i].first) {
            kind->setValue(Value(words[i]));
        }
    }
    connect(kind, &ValueField::edited, this, [this, words](const Value& value) {
        const auto at = static_cast<std::size_t>(std::find(words.begin(), words.end(), *value.asText()) - words.begin());
        change(tr("Set the test rows"), [&](DataSpec& d) { d.split.kind = splitKinds()[at].first; });
    });
    row->addWidget(kind, 1);
    const bool cuts = m_shown.split.kind != splitKinds()[0].first && m_shown.split.kind != splitKinds()[1].first;
    if (cuts) {
        Parameter fraction;
        fraction.name = "test_fraction";
        fraction.label = tr("Share of test rows").toStdString();
        fraction.kind = ParamKind::number;
        fraction.defaultValue = Value(0.2);
        fraction.minimum = 0;
        fraction.maximum = 1;
        fraction.minimumExcluded = fraction.maximumExcluded = true;
        ValueField* share = makeField(fraction, m_context.appearance, m_content);
        share->setValue(Value(m_shown.split.testFraction));
        share->setFixedWidth(64);
        // Taken when done, not at each key: the form is made anew by it.
        auto taken = std::make_shared<double>(m_shown.split.testFraction);
        connect(share, &ValueField::edited, this, [taken](const Value& value) { *taken = *value.asNumber(); });
        connect(share, &ValueField::committed, this,
                [this, taken] { change(tr("Set the share of test rows"), [&](DataSpec& d) { d.split.testFraction = *taken; }); });
        row->addWidget(share);
    }
    if (m_shown.split.kind == splitKinds()[4].first) {
        std::vector<std::string> columns;
        for (const DataColumn& column : m_shown.columns) {
            columns.push_back(column.name);
        }
        ValueField* by = makeField(choice("split_by", tr("Column with the classes"), columns, true), m_context.appearance, m_content);
        by->setValue(m_shown.split.by.empty() ? Value() : Value(m_shown.split.by));
        connect(by, &ValueField::edited, this, [this](const Value& value) {
            change(tr("Set the classes"), [&](DataSpec& d) { d.split.by = value.asText() ? *value.asText() : std::string(); });
        });
        row->addWidget(by);
    }
    m_rows->addLayout(row);
}

void DataForm::chooseFields(std::size_t index, QWidget* below) {
    const DataColumn column = m_shown.columns[index];
    const auto known = m_tables.find(column.source);
    if (known == m_tables.end()) {
        return;
    }
    const SourceContents& table = known->second;
    QMenu menu(this);
    menu.setObjectName(QStringLiteral("fields_menu"));
    menu.setToolTipsVisible(true);
    for (std::size_t i = 0; i < table.fields.size(); ++i) {
        QAction* action = menu.addAction(QString::fromStdString(table.fields[i]));
        action->setCheckable(true);
        const bool chosen = column.fields.empty() || std::find(column.fields.begin(), column.fields.end(), table.fields[i]) != column.fields.end();
        const bool numbers = table.problems[i].empty();
        action->setChecked(chosen);
        action->setEnabled(numbers || chosen); // what is chosen can be taken away
        action->setToolTip(QString::fromStdString(table.problems[i]));
        if (!numbers) {
            action->setText(tr("%1 (text)").arg(action->text()));
        }
        action->setData(QString::fromStdString(table.fields[i]));
    }
    if (!menu.exec(below->mapToGlobal(QPoint(0, below->height() + 2)))) {
        return;
    }
    std::vector<std::string> chosen;
    for (const QAction* action : menu.actions()) {
        if (action->isChecked()) {
            chosen.push_back(action->data().toString().toStdString());
        }
    }
    if (!chosen.empty()) {
        change(tr("Choose fields"), [&](DataSpec& d) { d.columns[index].fields = chosen.size() == table.fields.size() ? std::vector<std::string>() : chosen; });
    }
}

void DataForm::offerSteps(std::size_t index, QWidget* below) {
    QMenu menu(this);
    menu.setToolTipsVisible(true);
    for (const CatalogueEntry& entry : entriesOf("steps")) {
        QAction* action = menu.addAction(entry.title);
        action->setToolTip(entry.help);
        action->setData(QString::fromStdString(entry.name));
    }
    if (const QAction* action = menu.exec(below->mapToGlobal(QPoint(0, below->height() + 2)))) {
        change(tr("Add the step %1").arg(action->text()),
               [&](DataSpec& d) { d.columns[index].steps.push_back({action->data().toString().toStdString(), {}}); });
    }
}

} // namespace weft::ui
