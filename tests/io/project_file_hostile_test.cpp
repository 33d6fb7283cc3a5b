// SPDX-License-Identifier: Apache-2.0
#include "engine/base/file.h"
#include "engine/base/sha256.h"
#include "engine/base/zip.h"
#include "engine/io/project_file.h"
#include "engine/model/analysis.h"
#include "engine/project/project_json.h"
#include "engine/schema/value_json.h"
#include "tests/support/check.h"
#include "tests/support/temporary_folder.h"

#include <nlohmann/json.hpp>

using namespace weft;
using weft::test::TemporaryFolder;

namespace {

ProjectFile small() {
    ProjectFile file;
    file.project = emptyProject();
    const auto layer = file.project.ids.next<LayerTag>();
    file.project.rootGraph().layers[layer] = {"Dense", "dense", {{"units", 1}}, true, {}, {}};
    file.trained.weights[{{layer}, "kernel"}] = std::make_shared<const Tensor>(Shape{1});
    return file;
}

std::string number(std::uint32_t value, int bytes) {
    std::string out;
    for (int i = 0; i < bytes; ++i) {
        out += static_cast<char>(value >> 8 * i & 255);
    }
    return out;
}

/// A ZIP with one member that says it is deflated from `size` bytes.
std::string bomb(std::uint32_t packed, std::uint32_t size) {
    const std::string common = number(20, 2) + number(0, 2) + number(8, 2) + number(0, 2) + number(33, 2) + number(0, 4) +
                               number(packed, 4) + number(size, 4) + number(8, 2) + number(0, 2);
    const std::string local = "PK\3\4" + common + "mimetype" + std::string(packed, '\0');
    const std::string central = "PK\1\2" + number(20, 2) + common + std::string(10, '\0') + number(0, 4) + "mimetype";
    return local + central + "PK\5\6" + number(0, 4) + number(1, 2) + number(1, 2) + number(static_cast<std::uint32_t>(central.size()), 4) +
           number(static_cast<std::uint32_t>(local.size()), 4) + number(0, 2);
}

std::vector<ZipMember> membersOf(const std::filesystem::path& path) {
    const ZipArchive archive(readFile(path), "x");
    std::vector<ZipMember> out;
    for (const ZipArchive::Member& member : archive.members()) {
        out.push_back({member.name, std::string(member.bytes)});
    }
    return out;
}

} // namespace

TEST("a project that says it unpacks to far more than it holds is refused before memory is taken") {
    TemporaryFolder folder;
    CHECK_THROWS_WITH("at most 268,435,456", loadProject(folder.file("bomb.weft", bomb(2'000'000, 2'000'000'000))));
}

TEST("runs that could not be read again are not saved, and the file before stays") {
    TemporaryFolder folder;
    const auto path = folder.path() / "p.weft";
    ProjectFile file = small();
    saveProject(path, file);
    const std::string before = readFile(path);
    for (const char* id : {"", "../x", "a/b", "a:b", "run 1\n"}) {
        file.trained.runs = {{id, {1}, "m", {}, {}, "", false}};
        CHECK_THROWS_WITH("A run cannot be saved", saveProject(path, file));
    }
    file.trained.runs = {{"run-1", {1}, "m", {}, {}, "", false}, {"run-1", {1}, "m", {}, {}, "", false}};
    CHECK_THROWS_WITH("run-1", saveProject(path, file));
    CHECK(readFile(path) == before);
    CHECK_EQUAL(folder.count(), 1);
    file.trained.runs.back().id = "run-2";
    saveProject(path, file);
    CHECK_EQUAL(loadProject(path).trained.runs.back().id, "run-2");
}

TEST("names of weights and slots come back whatever they hold") {
    TemporaryFolder folder;
    const auto path = folder.path() / "p.weft";
    ProjectFile file = small();
    const LayerId layer = file.trained.weights.begin()->first.path.front();
    for (const char* name : {"forward/kernel", "7", "100%", "%2F", "7/kernel"}) {
        const WeightKey key{{layer}, name};
        file.trained.weights[key] = std::make_shared<const Tensor>(Shape{2});
        file.trained.optimizers[{9}].slots[key]["a/b%"] = file.trained.weights[key];
    }
    file.trained.optimizers[{9}].type = "SGD";
    saveProject(path, file);
    const Trained back = loadProject(path).trained;
    REQUIRE(back.weights.size() == file.trained.weights.size() && back.optimizers.contains({9}));
    for (const auto& [key, tensor] : file.trained.weights) {
        CHECK(back.weights.contains(key) && *back.weights.at(key) == *tensor);
    }
    for (const auto& [key, slots] : file.trained.optimizers[{9}].slots) {
        const auto found = back.optimizers.at({9}).slots.find(key);
        CHECK(found != back.optimizers.at({9}).slots.end() && found->second.contains("a/b%"));
    }
}

TEST("a member that the manifest does not list is refused, also where it lists another twice") {
    TemporaryFolder folder;
    const auto path = folder.path() / "p.weft";
    saveProject(path, small());
    std::vector<ZipMember> members = membersOf(path);
    nlohmann::json manifest = nlohmann::json::parse(members.back().bytes);
    manifest["members"].push_back(manifest["members"][0]);
    members.back().bytes = manifest.dump();
    members.push_back({"runs/extra.json", "{}"});
    CHECK_THROWS_WITH("is damaged", loadProject(folder.file("q.weft", zipBytes(members))));
}

TEST("an id that something still names is not handed out, even where nothing has it") {
    nlohmann::json json = projectToJson(small().project);
    json.erase("last_id");
    json["layout"] = {{{"call", 900}, {"x", 0}, {"y", 0}}};
    CHECK(projectFromJson(json, "x").ids.last() >= 900);
    json["graphs"][0]["models"] = {{{"id", 12}, {"name", "m"}, {"inputs", {800}}, {"outputs", {{1000, 0}}}}};
    CHECK(projectFromJson(json, "x").ids.last() >= 1000);
    json["training"] = {{{"model", 1100}}};
    CHECK(projectFromJson(json, "x").ids.last() >= 1100);
}

TEST("a class is named by a whole number and nothing else") {
    for (const char* label : {"1x", " 1", "+1", "", "1.5", "99999999999999999999"}) {
        nlohmann::json json = projectToJson(small().project);
        json["training"] = {{{"model", 5}, {"outputs", {{"o", {{"class_weights", {{label, 2.0}}}}}}}}};
        CHECK_THROWS_WITH("not the number of a class", projectFromJson(json, "x"));
    }
}

TEST("data inside the project's folder are named relative to it when it is saved") {
    TemporaryFolder folder;
    const auto path = folder.path() / "p.weft";
    ProjectFile file = small();
    const auto outside = folder.path().parent_path() / "elsewhere.csv";
    file.project.data.sources = {{"in", "csv", pathText(folder.path() / "data" / "t.csv"), {}, 0, ""},
                                 {"out", "csv", pathText(outside), {}, 0, ""},
                                 {"bundled", "csv", "bundled:iris/iris.csv", {}, 0, ""},
                                 {"relative", "csv", "t.csv", {}, 0, ""}};
    saveProject(path, file);
    const auto& sources = loadProject(path).project.data.sources;
    CHECK_EQUAL(sources[0].path, "data/t.csv");
    CHECK_EQUAL(sources[1].path, pathText(outside));
    CHECK_EQUAL(sources[2].path, "bundled:iris/iris.csv");
    CHECK_EQUAL(sources[3].path, "t.csv");
}

TEST("a drawing that leads nowhere opens, and the analysis says so") {
    nlohmann::json json = projectToJson(small().project);
    const auto layer = json["graphs"][0]["layers"][0]["id"];
    json["graphs"][0]["calls"] = {{{"id", 50}, {"layer", layer}, {"inputs", {{777, 3}}}},
                                  {{"id", 51}, {"layer", layer}, {"inputs", {{51, 0}}}}};
    json["graphs"][0]["models"] = {{{"id", 60}, {"name", "m"}, {"inputs", {778}}, {"outputs", {{779, 4}}}}};
    const Project project = projectFromJson(json, "x");
    CHECK(!analyze(project.graphs, project.root).diagnostics.empty());
}
