// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/optimizer_state.h"

#include "engine/base/text.h"
#include "engine/training/updater.h"

namespace weft::conformance {
namespace {

/// One run over all steps; `whole`: weights at once, else element by element in two halves.
void runSteps(Case& c, const Object& optimizer, bool whole) {
    const Json& json = c.json();
    const std::string how = whole ? ", all at once" : ", in parts";
    const std::vector<Tensor> variables = c.arrays(json.at("variables"));
    const std::vector<Tensor> gradients = c.arrays(json.at("gradients"));
    const std::vector<Tensor> values = c.arrays(json.at("values"));
    std::vector<UpdaterWeight> weights;
    std::vector<WeightKey> keys;
    for (std::size_t i = 0; i < variables.size(); ++i) {
        c.expectKeys(json["variables"][i], {"file", "shape", "dtype", "name"}, "variables");
        keys.push_back({{LayerId{i + 1}}, json["variables"][i].at("name").get<std::string>()});
        weights.push_back({keys.back(), std::make_shared<const Tensor>(variables[i]), true});
    }
    Updater updater(optimizer, weights);
    if (!whole && !updater.updatesByPart()) {
        return;
    }
    ThreadPool pool(2);
    const Json& rates = json.at("learning_rate_before_step");
    const Json& iterations = json.at("iterations_after_step");
    const auto steps = static_cast<std::int64_t>(rates.size());
    for (std::int64_t step = 0; step < steps; ++step) {
        const std::string where = cat("step ", step + 1, how);
        c.compare(updater.learningRate(), rates[static_cast<std::size_t>(step)].get<double>(), cat(where, ", learning rate"), {1e-6, 1e-9});
        std::vector<Tensor> now;
        std::vector<float*> pointers;
        for (const Tensor& stacked : gradients) {
            now.push_back(stacked.rows(step, step + 1));
        }
        for (Tensor& gradient : now) {
            pointers.push_back(gradient.data<float>());
        }
        updater.begin();
        if (whole) {
            updater.updateAll(pool, pointers.data());
        } else {
            for (std::size_t i = 0; i < now.size(); ++i) {
                updater.update(i, {0, now[i].size() / 2}, pointers[i]);
                updater.update(i, {now[i].size() / 2, now[i].size()}, pointers[i]);
            }
        }
        updater.end();
        const auto after = updater.values();
        for (std::size_t i = 0; i < after.size(); ++i) {
            c.compare(*after[i], values[i].rows(step, step + 1).reshaped(variables[i].shape()), cat(where, ", variable ", i));
        }
        const auto steppedTo = updater.iteration() / accumulationOf(optimizer);
        if (iterations[static_cast<std::size_t>(step)] != steppedTo) {
            c.fail(cat(where, ": ", steppedTo, " updates done, expected ", iterations[static_cast<std::size_t>(step)].dump()));
        }
    }
    compareOptimizerState(c, json.at("slots"), updater.state(), keys, updater.learningRate());
    if (json.contains("after_finalize")) {
        updater.finish();
        const auto after = updater.values();
        const std::vector<Tensor> expected = c.arrays(json["after_finalize"]);
        for (std::size_t i = 0; i < after.size(); ++i) {
            c.compare(*after[i], expected[i], cat("finished", how, ", variable ", i));
        }
    }
}

} // namespace

void runOptimizer(Case& c) {
    c.expectCaseKeys({"optimizer", "variables", "gradients", "values", "layout", "learning_rate_before_step", "iterations_after_step", "slots", "after_finalize"});
    const Object optimizer = readKerasObject(c.json().at("optimizer"), "optimizer", "optimizers", allCatalogues);
    runSteps(c, optimizer, true);
    runSteps(c, optimizer, false);
}

} // namespace weft::conformance
