// SPDX-License-Identifier: Apache-2.0
#include "engine/base/file.h"
#include "engine/graph/edits.h"
#include "engine/io/project_file.h"
#include "tests/integration/cli_support.h"

using namespace weft;
using namespace weft::test;

namespace {

/// A project, and the promise that a command that fails leaves it as it was.
class Unchanged {
public:
    explicit Unchanged(std::filesystem::path file) : m_file(std::move(file)), m_before(contents(m_file)) {}
    ~Unchanged() { CHECK(!m_before.empty() && contents(m_file) == m_before); }
    Unchanged(const Unchanged&) = delete;
    Unchanged& operator=(const Unchanged&) = delete;

private:
    std::filesystem::path m_file;
    std::string m_before;
};

std::string sourceName(const Workplace& at, const std::string& project) {
    return at.json("data " + project).at(0).at("name").get<std::string>();
}

/// An IDX file of bytes.
std::string idx(std::vector<std::uint32_t> dims, const std::string& bytes) {
    std::string out = {0, 0, 8, static_cast<char>(dims.size())};
    for (const std::uint32_t dim : dims) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            out += static_cast<char>(dim >> shift);
        }
    }
    return out + bytes;
}

LayerId layerNamed(const Graph& graph, const std::string& name) {
    for (const auto& [id, layer] : graph.layers) {
        if (layer.name == name) {
            return id;
        }
    }
    return {};
}

/// The template mnist_mlp, changed.
template <class Change>
void makeProject(const Workplace& at, const std::string& file, Change&& change) {
    at.done("new mnist_mlp -o " + file);
    ProjectFile project = loadProject(at / file);
    change(project.project.rootGraph());
    saveProject(at / file, project);
}

} // namespace

TEST("a letter in a column of numbers is named by file, row and column") {
    const Workplace at("letter");
    at.done("new iris -o i.weft");
    const Unchanged unchanged(at / "i.weft");
    const std::string bundled = loadProject(at / "i.weft").project.data.sources.at(0).path;
    std::string csv = contents(std::filesystem::path(WEFT_TESTS_DIR) / "../resources/data" / bundled.substr(bundled.find(':') + 1));
    const std::size_t thirdRow = csv.find('\n', csv.find('\n', csv.find('\n') + 1) + 1) + 1; // header, 1, 2
    csv[thirdRow] = 'x';
    writeText(at / "bad.csv", csv);
    at.refused("fit i.weft --data " + sourceName(at, "i.weft") + "=bad.csv", 1, {"bad.csv", "sepal_length", "line 4"});
}

TEST("an IDX file that ends early is refused with both sizes") {
    const Workplace at("truncated");
    at.done("new mnist_mlp -o m.weft");
    const Unchanged unchanged(at / "m.weft");
    writeText(at / "short-idx3-ubyte", idx({100, 28, 28}, std::string(1000, '\1')));
    at.refused("fit m.weft --data train_images=short-idx3-ubyte", 1, {"short-idx3-ubyte"});
    // One that promises more than any memory holds, too.
    writeText(at / "huge-idx3-ubyte", idx({0xFFFFFFFF, 0xFFFF, 0xFFFF}, std::string(1000, '\1')));
    at.refused("fit m.weft --data train_images=huge-idx3-ubyte", 1, {"huge-idx3-ubyte"});
}

TEST("a label out of range is named with its row") {
    const Workplace at("label");
    at.done("new mnist_mlp -o m.weft");
    const Unchanged unchanged(at / "m.weft");
    std::string labels(100, '\3');
    labels[41] = 10;
    writeText(at / "images-idx3-ubyte", idx({100, 28, 28}, std::string(100 * 28 * 28, '\1')));
    writeText(at / "labels-idx1-ubyte", idx({100}, labels));
    const std::string files =
        "train_images=images-idx3-ubyte train_labels=labels-idx1-ubyte test_images=images-idx3-ubyte test_labels=labels-idx1-ubyte";
    at.refused("fit m.weft --data " + files, 1, {"The target column \"", "predictions", "labels-idx1-ubyte), row 42", "is 10"});
    at.refused("fit m.weft --data train_labels=labels-idx1-ubyte", 1, {"100"}); // as many labels as images
}

TEST("an unwired box is reported by check and stops training") {
    const Workplace at("unwired");
    makeProject(at, "m.weft", [](Graph& graph) { disconnect(graph, graph.callsOf(layerNamed(graph, "dense_2")).front(), 0, false); });
    const Unchanged unchanged(at / "m.weft");
    const Ran check = at.weft("check m.weft");
    CHECK_EQUAL(check.status, 1);
    CHECK(check.out.find("error: dense_2") != std::string::npos);
    CHECK(at.weft("check m.weft --json").status == 1);
    at.refused("fit m.weft", 1, {"dense_2"});
}

TEST("a cycle is reported by check and stops training") {
    const Workplace at("cycle");
    makeProject(at, "m.weft", [](Graph& graph) {
        const CallId first = graph.callsOf(layerNamed(graph, "dense_1")).front();
        connect(graph, {graph.callsOf(layerNamed(graph, "dense_2")).front(), 0}, first, 0);
    });
    const Unchanged unchanged(at / "m.weft");
    const Ran check = at.weft("check m.weft");
    CHECK_EQUAL(check.status, 1);
    CHECK(check.out.find("error: dense_") != std::string::npos);
    at.refused("fit m.weft", 1, {"dense_"});
    CHECK(at.weft("summary m.weft").status <= 1); // ends
    at.refused("export m.weft --format weft -o out", 1, {"dense_"});
    CHECK(!std::filesystem::exists(at / "out"));
}

TEST("a file that is not there is named") {
    const Workplace at("missing");
    at.done("new iris -o i.weft");
    const Unchanged unchanged(at / "i.weft");
    for (const char* command : {"check", "summary", "data", "fit", "evaluate"}) {
        at.refused(std::string(command) + " nowhere.weft", 1, {"nowhere.weft"});
    }
    at.refused("fit i.weft --data " + sourceName(at, "i.weft") + "=nowhere.csv", 1, {"nowhere.csv"});
    at.refused("fit i.weft --epochs 1 -o no/such/folder/o.weft", 1, {"folder"});
}

TEST("a damaged project is refused, whatever is damaged, and left alone") {
    const Workplace at("damaged");
    at.done("new iris -o i.weft");
    const std::string whole = contents(at / "i.weft");
    const auto refuse = [&](const std::string& bytes) {
        writeText(at / "d.weft", bytes);
        const Unchanged unchanged(at / "d.weft");
        at.refused("summary d.weft", 1, {"d.weft"});
        at.refused("fit d.weft", 1, {"d.weft"});
    };
    refuse(whole.substr(0, whole.size() / 2));
    refuse(whole.substr(0, 1));
    refuse("not a project at all");
    for (const std::size_t at : {whole.size() / 3, whole.size() / 2}) {
        std::string flipped = whole;
        flipped[at] = static_cast<char>(flipped[at] ^ 0x20);
        refuse(flipped);
    }
    writeText(at / "empty.weft", "");
    at.refused("summary empty.weft", 1, {"empty.weft"});
}

TEST("a damaged export is refused") {
    const Workplace at("damaged_export");
    at.done("new iris -o i.weft");
    at.done("export i.weft --format weft -o out");
    const std::string weights = contents(at / "out" / "weights.safetensors");
    writeText(at / "out" / "weights.safetensors", weights.substr(0, weights.size() - 4));
    at.refused("summary out", 1, {"weights.safetensors"});
    std::filesystem::remove(at / "out" / "model.json");
    at.refused("evaluate out", 1, {"model.json"});
}

TEST("stored preprocessing of the wrong kind is refused, not applied") {
    const Workplace at("damaged_steps");
    at.done("new iris -o i.weft");
    at.done("export i.weft --format weft -o out");
    writeText(at / "rows.csv", "a,b,c,d\n1,2,3,4\n");
    const std::string file = "out/model.json";
    const nlohmann::json whole = parseJson(contents(at / file), file);
    CHECK_EQUAL(whole.at("inputs").at(0).at("preprocessing").at(0).at("over").get<std::string>(), "rows");
    at.done("predict out --input rows.csv -o good");
    for (const nlohmann::json& wrong : {nlohmann::json(0.5), nlohmann::json("columns"), nlohmann::json::array({1})}) {
        nlohmann::json broken = whole;
        broken["inputs"][0]["preprocessing"][0]["over"] = wrong;
        writeText(at / file, broken.dump());
        at.refused("predict out --input rows.csv -o bad", 1, {"model.json", "Over"});
    }
}

TEST("predictions into a file that is no folder are refused in a sentence") {
    const Workplace at("no_folder");
    at.done("new iris -o i.weft");
    writeText(at / "rows.csv", "a,b,c,d\n1,2,3,4\n");
    writeText(at / "taken", "here");
    at.done("export i.weft --format weft -o out");
    at.refused("predict out --input rows.csv -o taken", 1, {"taken", "Not a directory"});
    CHECK_EQUAL(contents(at / "taken"), "here");
}

TEST("fit asks before training whether its outputs can be written") {
    const Workplace at("outputs");
    at.done("new iris -o i.weft");
    const Unchanged unchanged(at / "i.weft");
    const auto early = [&](const std::string& outputs, int status, const std::string& part) {
        at.refused("fit i.weft --epochs 1 " + outputs, status, {part});
        CHECK(at.weft("fit i.weft --epochs 1 " + outputs).out.empty());
    };
    early("-o nowhere/o.weft", 1, "nowhere/o.weft");
    early("--history nowhere/h.csv", 1, "nowhere/h.csv");
    std::filesystem::create_directory(at / "folder");
    early("--history folder", 1, "folder");
    early("-o ./i.weft", 2, "i.weft");
    early("--history i.weft", 2, "i.weft");
    early("-o o.weft --history folder/../o.weft", 2, "o.weft");
    CHECK(!std::filesystem::exists(at / "o.weft"));
}

TEST("a history that cannot be written is a failure, and a device stays a device") {
    if (!std::filesystem::is_character_file("/dev/full")) {
        std::printf("not checked: this machine has no device /dev/full\n");
        return;
    }
    const Workplace at("full");
    at.done("new iris -o i.weft");
    const Ran fit = at.weft("fit i.weft --epochs 1 --history /dev/full");
    CHECK_EQUAL(fit.status, 1);
    CHECK(fit.err.find("Cannot write /dev/full") != std::string::npos);
    CHECK(std::filesystem::is_character_file("/dev/full"));
}
