// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>

#include <cstdint>
#include <map>
#include <optional>

namespace weft::ui {

/// Weights of classes as text: `0: 1, 1: 2.5`. Classes that are not named weigh 1.
class ClassWeightsField : public QLineEdit {
    Q_OBJECT
public:
    using Weights = std::map<std::int64_t, double>;
    explicit ClassWeightsField(QWidget* parent = nullptr);
    /// What is being typed stays as it is typed while it means the same.
    void setWeights(const Weights& weights);
    static std::optional<Weights> parse(const QString& text, QString& reason);

Q_SIGNALS:
    void edited(const std::map<std::int64_t, double>& weights);
    /// Why what is typed is none; empty when all is well again.
    void refused(const QString& reason);

protected:
    void focusOutEvent(QFocusEvent* event) override;

private:
    void take(const QString& text);
    void setBad(bool bad);
    Weights m_weights;
    bool m_bad = false;
};

} // namespace weft::ui
