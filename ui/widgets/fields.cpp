// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/fields.h"

#include "ui/theme/appearance.h"
#include "ui/widgets/layer_field.h"
#include "ui/widgets/object_field.h"
#include "ui/widgets/switch.h"
#include "ui/widgets/value_text.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QStyle>

namespace weft::ui {

namespace {

QHBoxLayout* tightRow(QWidget* widget) {
    auto* row = new QHBoxLayout(widget);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    return row;
}

void identify(QWidget* control, const Parameter& parameter) {
    control->setObjectName(QString::fromStdString(parameter.name));
    control->setAccessibleName(translated(parameter.label));
}

/// Numbers, texts and lists of numbers.
class LineField final : public ValueField {
public:
    LineField(Parameter parameter, QWidget* parent) : ValueField(parent), m_parameter(std::move(parameter)) {
        m_line = new QLineEdit(this);
        identify(m_line, m_parameter);
        tightRow(this)->addWidget(m_line);
        setFocusProxy(m_line);
        m_line->setFixedHeight(metrics::control);
        if (m_parameter.kind != ParamKind::text) {
            m_line->setFont(fonts::fixed(12));
        }
        m_line->setPlaceholderText(restingText());
        connect(m_line, &QLineEdit::textEdited, this, &LineField::take);
        connect(m_line, &QLineEdit::returnPressed, this, [this] {
            m_line->selectAll();
            Q_EMIT committed();
        });
        m_line->installEventFilter(this);
    }

    void setValue(const Value& value) override {
        m_value = value;
        m_line->setPlaceholderText(restingText());
        QString reason;
        const std::optional<Value> shown = parseField(m_parameter, m_line->text(), reason);
        // What is being typed stays as it is typed while it means the same.
        if (!(m_line->hasFocus() && shown && *shown == value)) {
            revert();
        }
    }

    void setMixed() override {
        m_value = Value();
        m_line->clear();
        m_line->setPlaceholderText(tr("several values"));
    }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::FocusOut) {
            if (m_bad) {
                revert();
            }
            Q_EMIT committed();
        } else if (event->type() == QEvent::KeyPress) {
            const auto* key = static_cast<QKeyEvent*>(event);
            if (key->key() == Qt::Key_Escape && m_bad) {
                revert();
                return true;
            }
            const int direction = key->key() == Qt::Key_Up ? 1 : key->key() == Qt::Key_Down ? -1 : 0;
            if (direction != 0 && m_parameter.kind == ParamKind::integer) {
                step(direction * (key->modifiers() & Qt::ShiftModifier ? 10 : 1));
                return true;
            }
        }
        return ValueField::eventFilter(watched, event);
    }

private:
    QString restingText() const { return m_parameter.optional ? tr("none") : fieldText(m_parameter, m_parameter.defaultValue); }

    void take(const QString& text) {
        QString reason;
        const std::optional<Value> value = parseField(m_parameter, text, reason);
        setBad(!value);
        Q_EMIT refused(reason);
        if (value && !(*value == m_value)) {
            m_value = *value;
            Q_EMIT edited(*value);
        }
    }

    void step(int by) {
        if (const std::int64_t* number = m_value.asInteger()) {
            const QString text = QString::number(*number + by);
            QString reason;
            if (parseField(m_parameter, text, reason)) {
                m_line->setText(text);
                take(text);
            }
        }
    }

    void revert() {
        m_line->setText(fieldText(m_parameter, m_value));
        if (m_bad) {
            setBad(false);
            Q_EMIT refused({});
        }
    }

    void setBad(bool bad) {
        if (m_bad != bad) {
            m_bad = bad;
            m_line->setProperty("bad", bad);
            m_line->style()->unpolish(m_line);
            m_line->style()->polish(m_line);
        }
    }

    Parameter m_parameter;
    QLineEdit* m_line;
    Value m_value;
    bool m_bad = false;
};

class ChoiceField final : public ValueField {
public:
    ChoiceField(const Parameter& parameter, QWidget* parent) : ValueField(parent) {
        m_box = new QComboBox(this);
        identify(m_box, parameter);
        m_box->setFixedHeight(metrics::control);
        m_box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        m_box->setMinimumContentsLength(4);
        m_box->setFocusPolicy(Qt::StrongFocus);
        m_box->installEventFilter(this);
        tightRow(this)->addWidget(m_box);
        setFocusProxy(m_box);
        if (parameter.optional) {
            add(tr("none"), Value());
        }
        if (parameter.kind == ParamKind::boolean) {
            add(tr("on"), Value(true));
            add(tr("off"), Value(false));
        }
        for (const std::string& choice : parameter.choices) {
            add(QString::fromStdString(choice), Value(choice));
        }
        connect(m_box, &QComboBox::activated, this, [this](int index) {
            Q_EMIT edited(m_values[static_cast<std::size_t>(index)]);
            Q_EMIT committed();
        });
    }

    void setValue(const Value& value) override {
        const auto found = std::find(m_values.begin(), m_values.end(), value);
        m_box->setCurrentIndex(found == m_values.end() ? -1 : static_cast<int>(found - m_values.begin()));
    }
    void setMixed() override {
        m_box->setPlaceholderText(tr("several values"));
        m_box->setCurrentIndex(-1);
    }

protected:
    /// The wheel scrolls the form; it must not change a value that happens to pass under the pointer.
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::Wheel && !m_box->hasFocus()) {
            event->ignore();
            return true;
        }
        return ValueField::eventFilter(watched, event);
    }

private:
    void add(const QString& text, const Value& value) {
        m_box->addItem(text);
        m_values.push_back(value);
    }
    QComboBox* m_box;
    std::vector<Value> m_values;
};

class SwitchField final : public ValueField {
public:
    SwitchField(const Parameter& parameter, const Appearance& appearance, QWidget* parent) : ValueField(parent) {
        m_switch = new Switch(appearance, this);
        identify(m_switch, parameter);
        QHBoxLayout* row = tightRow(this);
        row->addStretch(1);
        row->addWidget(m_switch);
        setFocusProxy(m_switch);
        connect(m_switch, &Switch::clicked, this, [this](bool on) {
            Q_EMIT edited(Value(on));
            Q_EMIT committed();
        });
    }
    void setValue(const Value& value) override {
        m_switch->setMixed(false);
        m_switch->setChecked(value.asBool() && *value.asBool());
    }
    void setMixed() override { m_switch->setMixed(true); }

private:
    Switch* m_switch;
};

} // namespace

ValueField* makeField(const Parameter& parameter, const Appearance& appearance, QWidget* parent) {
    switch (parameter.kind) {
    case ParamKind::boolean:
        if (!parameter.optional) {
            return new SwitchField(parameter, appearance, parent);
        }
        return new ChoiceField(parameter, parent);
    case ParamKind::choice:
        return new ChoiceField(parameter, parent);
    case ParamKind::object:
        if (editedInPlace(parameter.catalogue)) {
            return new LayerField(parameter, appearance, parent);
        }
        return new ObjectField(parameter, appearance, parent);
    case ParamKind::integer:
    case ParamKind::number:
    case ParamKind::text:
    case ParamKind::integers:
    case ParamKind::numbers:
        break;
    }
    return new LineField(parameter, parent);
}

} // namespace weft::ui
