// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/schema/parameter.h"

#include <QString>

#include <optional>

namespace weft::ui {

/// A value as its field shows it: `32`, `0.001`, `28 × 28 × 1`, `? × 3`; empty for none.
QString fieldText(const Parameter& parameter, const Value& value);

/// The other way round, checked against the schema; without a value `reason` is a sentence.
std::optional<Value> parseField(const Parameter& parameter, const QString& text, QString& reason);

/// A value as a sentence names it: `none`, `Glorot uniform`, `3 × 3`.
QString spokenText(const Parameter& parameter, const Value& value);

/// Sets a parameter, or forgets it where it is the default.
void setParam(const Schema& schema, ParamMap& params, std::string_view name, const Value& value);

/// Words of a schema, translated.
QString translated(const std::string& text);

/// `1,234,567`, `1.2 M`: of counts.
QString countText(std::int64_t count);
QString shortCount(double count);
/// `3.4 MB`.
QString bytesText(double bytes);
/// `0.4127`: four digits that matter.
QString scoreText(double value);
/// `0:42`, `1:02:10`.
QString durationText(double seconds);

} // namespace weft::ui
