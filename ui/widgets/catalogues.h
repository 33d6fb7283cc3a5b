// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/schema/parameter.h"

#include <QString>

#include <optional>
#include <vector>

namespace weft::ui {

/// One record of any catalogue that parameters choose objects from, as a form needs it.
struct CatalogueEntry {
    std::string name;
    QString title;
    QString help;
    QString formula;
    const Schema* schema = nullptr; ///< lives as long as the program
};

/// Records of the catalogue `initializers`, `losses`, `metrics`, `optimizers`, `steps`, `schedules`, `regularizers`, `constraints` or `layers`; empty
/// where there is none of that name. Of layers, those that another layer can hold.
std::vector<CatalogueEntry> entriesOf(std::string_view catalogue);
/// By the record's name or one of its aliases.
std::optional<CatalogueEntry> findEntry(std::string_view catalogue, std::string_view name);

/// True where what is chosen has so many parameters that it is edited in place, not behind a button.
bool editedInPlace(std::string_view catalogue);

} // namespace weft::ui
