// SPDX-License-Identifier: Apache-2.0
#include "engine/project/templates.h"

#include "engine/base/resources.h"
#include "engine/model/analysis.h"
#include "engine/model/model.h"
#include "engine/training/train.h"
#include "tests/support/check.h"

#include <algorithm>
#include <cmath>

using namespace weft;

namespace {

// As the canvas draws a box with few ports.
constexpr double kBoxWidth = 176, kBoxHeight = 60;

bool keepApart(Point a, Point b) { return std::fabs(a.x - b.x) >= kBoxWidth + 16 || std::fabs(a.y - b.y) >= kBoxHeight + 16; }

} // namespace

TEST("every template says in a title and a sentence what it shows") {
    CHECK(templates().size() >= 4);
    for (const Template& entry : templates()) {
        CHECK(!entry.title.empty() && entry.title.size() <= 42 && !entry.title.ends_with("."));
        CHECK(entry.description.ends_with(".") || entry.description.ends_with("?"));
        CHECK(entry.description.size() <= 156); // three lines of a card on the start page
    }
}

TEST("every template opens without a problem and is ready to train") {
    for (const Template& entry : templates()) {
        const Project project = openTemplate(entry.name);
        for (const Diagnostic& problem : diagnose(project.graphs, project.root)) {
            test::report(false, entry.name.c_str(), 0, problem.place + ": " + problem.message);
        }
        CHECK(!project.training.empty());
        for (const auto& [id, config] : project.training) {
            REQUIRE(project.rootGraph().model(id));
            const auto model = Model::build(project.graphs, project.root, id);
            for (const std::string& sentence : obstacles(*model, config, project.data)) {
                test::report(false, entry.name.c_str(), 0, sentence);
            }
            CHECK(proposeTraining(*model, config, project.data) == config); // nothing is left to be guessed
        }
    }
}

TEST("in every template each box has its place, apart from all others and below those that it takes") {
    for (const Template& entry : templates()) {
        const Project project = openTemplate(entry.name);
        for (const auto& [graphId, graph] : project.graphs) {
            for (const auto& [id, call] : graph.calls) {
                REQUIRE(project.layout.contains(id));
                const Point at = project.layout.at(id);
                for (const auto& [other, ignored] : graph.calls) {
                    const bool apart = other == id || keepApart(at, project.layout.at(other));
                    test::report(apart, entry.name.c_str(), 0, graph.layerOf(id)->name + " and " + graph.layerOf(other)->name + " overlap");
                }
                for (const auto& input : call.inputs) {
                    CHECK(!input || project.layout.at(input->call).y + kBoxHeight < at.y);
                }
            }
        }
    }
}

TEST("in every template the data load, with rows to train on and rows to test on") {
    const DataPlaces places{{}, resourceFolder() / "data", {}};
    for (const Template& entry : templates()) {
        const Dataset data = loadDataset(openTemplate(entry.name).data, places);
        CHECK(data.trainRows >= 100);
        CHECK(data.testRows >= 30);
    }
}
