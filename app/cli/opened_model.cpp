// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/opened_model.h"

#include "app/cli/console.h"
#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/text.h"
#include "engine/io/project_file.h"
#include "engine/io/weft_model.h"

#include <algorithm>

namespace weft::cli {

namespace {

ModelId chooseModel(const Graph& graph, const std::string& name, const std::filesystem::path& path) {
    std::vector<std::string> names;
    for (const auto& [id, def] : graph.models) {
        if (def.name == name || (name.empty() && graph.models.size() == 1)) {
            return id;
        }
        names.push_back(def.name);
    }
    if (names.empty()) {
        throw Error(cat(pathText(path), " holds no model; expected at least one."));
    }
    throw Error(name.empty() ? cat(pathText(path), " holds several models; choose one with --model: ", join(names, ", "), ".")
                             : cat(pathText(path), " holds no model \"", name, "\"; it has ", join(names, ", "), "."));
}

} // namespace

OpenedModel openModel(const Arguments& arguments) {
    OpenedModel opened;
    opened.path = arguments.operandPath();
    opened.isProject = !std::filesystem::is_directory(opened.path);
    opened.file = opened.isProject ? loadProject(opened.path) : readWeftModel(opened.path);
    opened.id = chooseModel(opened.graph(), arguments.text("--model"), opened.path);
    return opened;
}

std::shared_ptr<const Model> prepare(OpenedModel& opened) {
    auto model = Model::build(opened.file.project.graphs, opened.file.project.root, opened.id);
    const Weights& weights = opened.file.trained.weights;
    if (std::none_of(model->weights().begin(), model->weights().end(), [&](const Model::Weight& w) { return weights.contains(w.key); })) {
        note(cat("note: ", model->name(), " was never trained; its weights are initial ones."));
    }
    initialize(*model, opened.training().seed, opened.file.trained.weights);
    return model;
}

} // namespace weft::cli
