// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/catalogues.h"

#include "engine/constraints/constraint_type.h"
#include "engine/data/step_type.h"
#include "engine/initializers/initializer_type.h"
#include "engine/layers/layer_type.h"
#include "engine/losses/loss_type.h"
#include "engine/metrics/metric_type.h"
#include "engine/optimizers/optimizer_type.h"
#include "engine/regularizers/regularizer_type.h"
#include "engine/schedules/schedule_type.h"
#include "ui/widgets/value_text.h"

#include <algorithm>
#include <functional>

namespace weft::ui {

namespace {

struct Catalogue {
    const char* name;
    std::function<std::vector<CatalogueEntry>()> entries;
    std::function<std::optional<CatalogueEntry>(std::string_view)> find;
    bool inPlace = false;
};

template <class Record>
CatalogueEntry entryOf(const Record& record) {
    CatalogueEntry entry{record.name, QString::fromStdString(record.name), translated(record.help), {}, &record.schema};
    if constexpr (requires { record.title; }) {
        entry.title = translated(record.title);
    }
    if constexpr (requires { record.formula; }) {
        entry.formula = QString::fromStdString(record.formula);
    }
    return entry;
}

template <class Record>
bool canBeHeld(const Record&) {
    return true;
}

bool canBeHeld(const LayerType& type) {
    return !type.isInput && !type.isModel;
}

template <class Record>
Catalogue catalogue(const char* name, const std::vector<Record>& (*all)(), const Record* (*find)(std::string_view), bool inPlace = false) {
    return {name,
            [all] {
                std::vector<CatalogueEntry> entries;
                for (const Record& record : all()) {
                    if (canBeHeld(record)) {
                        entries.push_back(entryOf(record));
                    }
                }
                return entries;
            },
            [find](std::string_view type) -> std::optional<CatalogueEntry> {
                const Record* record = find(type);
                return record ? std::optional(entryOf(*record)) : std::nullopt;
            },
            inPlace};
}

const std::vector<Catalogue>& catalogues() {
    static const std::vector<Catalogue> all = {
        catalogue("initializers", &initializerTypes, &findInitializerType), catalogue("losses", &lossTypes, &findLossType),
        catalogue("metrics", &metricTypes, &findMetricType),                catalogue("optimizers", &optimizerTypes, &findOptimizerType),
        catalogue("steps", &stepTypes, &findStepType),                      catalogue("schedules", &scheduleTypes, &findScheduleType),
        catalogue("regularizers", &regularizerTypes, &findRegularizerType), catalogue("constraints", &constraintTypes, &findConstraintType),
        catalogue("layers", &layerTypes, &findLayerType, true),
    };
    return all;
}

} // namespace

std::vector<CatalogueEntry> entriesOf(std::string_view name) {
    for (const Catalogue& c : catalogues()) {
        if (c.name == name) {
            return c.entries();
        }
    }
    return {};
}

bool editedInPlace(std::string_view name) {
    const auto found = std::find_if(catalogues().begin(), catalogues().end(), [&](const Catalogue& c) { return c.name == name; });
    return found != catalogues().end() && found->inPlace;
}

std::optional<CatalogueEntry> findEntry(std::string_view name, std::string_view type) {
    for (const Catalogue& c : catalogues()) {
        if (c.name == name) {
            return c.find(type);
        }
    }
    return std::nullopt;
}

} // namespace weft::ui
