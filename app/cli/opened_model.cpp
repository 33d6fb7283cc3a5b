// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/opened_model.h"

#include "app/cli/console.h"
#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/text.h"
#include "engine/io/keras_json.h"
#include "engine/io/project_file.h"
#include "engine/io/weft_model.h"

#include <algorithm>

namespace weft::cli {

namespace {

bool isTrained(const Project& project, ModelId model) {
    const auto config = project.training.find(model);
    return config != project.training.end() && std::any_of(config->second.outputs.begin(), config->second.outputs.end(),
                                                           [](const auto& output) { return output.second.loss.has_value(); });
}

ModelId chooseModel(const Project& project, const std::string& name, const std::filesystem::path& path) {
    const Graph& graph = project.rootGraph();
    std::vector<std::string> names;
    std::vector<ModelId> trained;
    for (const auto& [id, def] : graph.models) {
        if (def.name == name || (name.empty() && graph.models.size() == 1)) {
            return id;
        }
        names.push_back(def.name);
        if (isTrained(project, id)) {
            trained.push_back(id);
        }
    }
    if (name.empty() && trained.size() == 1) {
        return trained.front();
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
    if (std::filesystem::is_directory(opened.path)) {
        opened.kind = OpenedModel::Kind::folder;
        opened.file = readWeftModel(opened.path);
    } else if (opened.path.extension() == ".json") {
        opened.kind = OpenedModel::Kind::kerasJson;
        opened.file = readKerasJson(opened.path);
    } else {
        opened.file = loadProject(opened.path);
    }
    opened.id = chooseModel(opened.file.project, arguments.text("--model"), opened.path);
    return opened;
}

void useFittedSteps(OpenedModel& opened) {
    const std::vector<Run>& runs = opened.file.trained.runs;
    const auto last = std::find_if(runs.rbegin(), runs.rend(), [&](const Run& run) { return run.model == opened.id && !run.steps.empty(); });
    if (last != runs.rend()) {
        opened.file.project.data = withFitted(std::move(opened.file.project.data), last->steps);
    }
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
