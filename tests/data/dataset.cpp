// SPDX-License-Identifier: Apache-2.0
#include "engine/data/dataset.h"

#include "engine/base/error.h"
#include "engine/base/resources.h"
#include "engine/tensor/npy.h"
#include "tests/data/support.h"
#include "tests/support/check.h"
#include "tests/support/temporary_folder.h"

#include <algorithm>
#include <cmath>
#include <set>

using namespace weft;
using namespace weft::test;

namespace {

DataSource source(std::string name, std::string format, std::string path) {
    return {std::move(name), std::move(format), std::move(path), {}, 0, {}};
}
DataColumn column(std::string name, std::string from, std::vector<std::string> fields = {}, std::vector<Object> steps = {}) {
    return {std::move(name), std::move(from), {}, std::move(fields), std::move(steps)};
}

DataSpec irisSpec(DataSplit split = {}) {
    DataSpec spec;
    spec.sources = {source("iris", "csv", "bundled:iris/iris.csv")};
    spec.columns = {column("measures", "iris", {"sepal_length", "sepal_width", "petal_length", "petal_width"}, {{"standardise", {}}}),
                    column("species", "iris", {"species"}, {{"one_hot", {}}})};
    spec.split = std::move(split);
    return spec;
}

DataPlaces bundled() { return {{}, resourceFolder() / "data", {}}; }

} // namespace

TEST("the bundled images load in four files with their own test rows") {
    DataSpec spec;
    for (const std::string part : {"train", "t10k"}) {
        for (const std::string kind : {"images-idx3", "labels-idx1"}) {
            spec.sources.push_back(source(part + kind, "idx", "bundled:fashion_mnist/" + part + "-" + kind + "-ubyte.gz"));
        }
    }
    spec.columns = {{"images", "trainimages-idx3", "t10kimages-idx3", {}, {{"reshape", {{"shape", Value::List{784}}}}, {"scale", {}}}},
                    {"labels", "trainlabels-idx1", "t10klabels-idx1", {}, {{"one_hot", {}}}}};
    spec.split.kind = "separate";
    double last = 0;
    const Dataset data = loadDataset(spec, bundled(), {}, [&](double progress) {
        CHECK(progress >= last && progress <= 1);
        last = progress;
    });
    CHECK_EQUAL(last, 1.0);
    CHECK_EQUAL(data.trainRows, 6000);
    CHECK_EQUAL(data.testRows, 1000);
    CHECK((data.train.at("images").spec() == TensorSpec{{kUnknown, 784}, DType::float32}));
    CHECK((data.test.at("labels").spec() == TensorSpec{{kUnknown, 10}, DType::float32}));
    const Tensor images = data.test.at("images").tensor();
    const auto [least, most] = std::minmax_element(images.floats().begin(), images.floats().end());
    CHECK_EQUAL(*least, 0.0F);
    CHECK_NEAR(*most, 1.0, 1e-7);
}

TEST("splits are complete, without overlap, of the size asked for, and the same for the same seed") {
    for (const char* kind : {"last", "random", "stratified"}) {
        const DataSplit split{kind, 0.2, "species", 7};
        const Dataset data = loadDataset(irisSpec(split), bundled());
        CHECK_EQUAL(data.trainRows, 120);
        CHECK_EQUAL(data.testRows, 30);
        // Rows of iris by their raw numbers; three pairs of flowers are alike in all.
        std::multiset<std::vector<double>> rows;
        for (const auto* part : {&data.train, &data.test}) {
            for (std::int64_t i = 0; i < part->at("measures").rows(); ++i) {
                auto row = numbers(part->at("measures").rawRow(i));
                row.push_back(part->at("species").rawRow(i).at(0));
                rows.insert(std::move(row));
            }
        }
        std::multiset<std::vector<double>> all;
        const Tensor table = readSource(irisSpec().sources.front(), bundled()).values;
        for (std::int64_t i = 0; i < 150; ++i) {
            all.insert(numbers(table.rows(i, i + 1)));
        }
        CHECK(rows == all);
        CHECK(loadDataset(irisSpec(split), bundled()).test.at("measures").tensor() == data.test.at("measures").tensor());
    }
    const auto test = [](const DataSplit& split) { return loadDataset(irisSpec(split), bundled()).test.at("measures").tensor(); };
    CHECK(!(test({"random", 0.2, "", 1}) == test({"random", 0.2, "", 2})));
    const Dataset even = loadDataset(irisSpec({"stratified", 0.2, "species", 3}), bundled());
    std::vector<int> counts(3, 0);
    for (std::int64_t i = 0; i < 30; ++i) {
        ++counts.at(static_cast<std::size_t>(even.test.at("species").rawRow(i).at(0)));
    }
    CHECK(counts == std::vector<int>(3, 10));
}

TEST("steps are fitted on the training rows alone") {
    const Dataset data = loadDataset(irisSpec({"last", 0.2, "", 0}), bundled());
    const Tensor train = data.train.at("measures").tensor();
    const Tensor test = data.test.at("measures").tensor();
    const auto meanOf = [](const Tensor& t) {
        double sum = 0;
        for (std::int64_t row = 0; row < t.shape()[0]; ++row) {
            sum += t.at(row * 4);
        }
        return sum / static_cast<double>(t.shape()[0]);
    };
    CHECK_NEAR(meanOf(train), 0, 1e-5);
    CHECK(meanOf(test) > 0.5); // the last rows are virginica, whose sepals are long
    // The exported description repeats what was fitted.
    const auto& step = *data.train.at("measures").steps().front();
    CHECK_EQUAL(step.description().params.at("mean").asNumbers()->size(), 4u);
}

TEST("a file on the command line stands in for a source, of another format too") {
    TemporaryFolder folder;
    writeNpy(folder.path() / "three.npy", Tensor(Shape{3, 5}));
    DataSpec spec;
    spec.sources = {source("x", "csv", "bundled:iris/iris.csv")};
    spec.columns = {column("x", "x")};
    DataPlaces places = bundled();
    places.rebound["x"] = folder.path() / "three.npy";
    CHECK_EQUAL(loadDataset(spec, places).trainRows, 3);
    places.rebound["y"] = folder.path() / "three.npy";
    CHECK_THROWS_WITH("no data source named \"y\"; there is x", loadDataset(spec, places));
}

TEST("each mistake gets a sentence that names the place") {
    TemporaryFolder folder;
    folder.file("good.csv", "a,b\n1,0\n2,1\n3,0\n");
    folder.file("letter.csv", "a,b\n1,0\nx,1\n");
    folder.file("label.csv", "a,b\n1,0\n\n2,3\n");
    folder.file("half.csv", "a,b\n1,0\n1,1\n2,0.5\n");
    folder.file("short.idx", idx(8, {3, 2}, "12345"));
    folder.file("two.idx", idx(8, {2}, "12"));
    folder.file("empty.csv", "");
    const DataPlaces places{folder.path(), resourceFolder() / "data", {}};
    const auto refuses = [&](std::string_view file, std::string_view format, std::vector<Object> steps, std::string_view how,
                             std::vector<std::string> fields = {}) {
        DataSpec spec;
        spec.sources = {source("s", std::string(format), std::string(file))};
        spec.columns = {column("c", "s", std::move(fields), std::move(steps))};
        CHECK_THROWS_WITH(how, loadDataset(spec, places));
    };
    refuses("letter.csv", "csv", {}, "letter.csv, line 3, column \"a\": \"x\" is no number.");
    refuses("label.csv", "csv", {{"one_hot", {{"classes", 2}}}}, "label.csv: the label 3 in row 4 is none of the 2 classes", {"b"});
    refuses("half.csv", "csv", {{"cast", {{"dtype", "int32"}}}}, "\"c\" from ", {"b"});
    refuses("half.csv", "csv", {{"cast", {{"dtype", "int32"}}}}, "half.csv: the number in row 4 cannot become int32: expected a whole number", {"b"});
    refuses("half.csv", "csv", {{"one_hot", {}}}, "half.csv: the label 0.5 in row 4 is none of the 2 classes; a whole number from 0 to 1", {"b"});
    refuses("half.csv", "csv", {{"cast", {{"dtype", "int32"}}}, {"one_hot", {}}}, "half.csv: the number in row 4 cannot become int32", {"b"});
    refuses("short.idx", "idx", {}, "must have 6 bytes of numbers; it has 5");
    refuses("none.csv", "csv", {}, "There is no file");
    refuses("empty.csv", "csv", {}, "is empty");
    refuses("", "csv", {}, "No file is chosen for the data source \"s\"");
    refuses("good.csv", "tiff", {}, "no reader for files of format \"tiff\"");
    refuses("good.csv", "csv", {}, "has no column \"z\" for the data column \"c\"; it has a, b", {"z"});
    refuses("two.idx", "idx", {}, "takes fields of a table", {"z"});
    refuses("good.csv", "csv", {{"reshape", {{"shape", Value::List{3}}}}}, "cannot make rows of shape (3,)");
    refuses("bundled:../../x", "csv", {}, "does not name a bundled file");
    refuses("bundled:/etc/passwd", "csv", {}, "does not name a bundled file");
    // A bad column that nobody uses hurts nobody.
    DataSpec spec;
    spec.sources = {source("s", "csv", "letter.csv"), source("t", "idx", "two.idx"), source("g", "csv", "good.csv")};
    spec.columns = {column("b", "s", {"b"})};
    CHECK_EQUAL(loadDataset(spec, places).trainRows, 2);
    spec.columns.push_back(column("t", "t"));
    CHECK_EQUAL(loadDataset(spec, places).trainRows, 2);
    spec.columns.push_back(column("g", "g"));
    CHECK_THROWS_WITH("do not have the same number of rows: \"b\" has 2", loadDataset(spec, places));
    spec.columns.pop_back();
    spec.split.kind = "half";
    CHECK_THROWS_WITH("no kind of split named \"half\"", loadDataset(spec, places));
    spec.split.kind = "separate";
    CHECK_THROWS_WITH("has no source for its test rows", loadDataset(spec, places));
    spec.split = {"last", 1.5, "", 0};
    CHECK_THROWS_WITH("more than 0 and less than 1", loadDataset(spec, places));
    spec.split = {"stratified", 0.5, "none", 0};
    CHECK_THROWS_WITH("one class number per row; \"none\" is none", loadDataset(spec, places));
}

TEST("a label of a test row that no training row has is found when data are loaded") {
    TemporaryFolder folder;
    folder.file("t.csv", "a\n0\n1\n1\n2\n");
    DataSpec spec;
    spec.sources = {source("s", "csv", "t.csv")};
    spec.columns = {column("c", "s", {}, {{"one_hot", {}}})};
    spec.split = {"last", 0.25, "", 0};
    CHECK_THROWS_WITH("the label 2 in row 5 is none of the 2 classes", loadDataset(spec, {folder.path(), {}, {}}));
}

TEST("loading stops when asked to") {
    std::stop_source stop;
    stop.request_stop();
    CHECK_EQUAL(loadDataset(irisSpec(), bundled(), stop.get_token()).trainRows, 0);
}

TEST("size and hash of files that are there are written down") {
    TemporaryFolder folder;
    folder.file("t.csv", "abc");
    DataSpec spec;
    spec.sources = {source("s", "csv", "t.csv"), source("none", "csv", "none.csv")};
    refreshSources(spec, {folder.path(), {}, {}});
    CHECK_EQUAL(spec.sources[0].size, 3u);
    CHECK_EQUAL(spec.sources[0].sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK_EQUAL(spec.sources[1].size, 0u);
    CHECK(refreshSources(spec, {folder.path(), {}, {}}).empty());
    folder.file("t.csv", "abd");
    CHECK(refreshSources(spec, {folder.path(), {}, {}}) == std::vector<std::string>{"s"});
    std::filesystem::remove(folder.path() / "t.csv");
    CHECK(refreshSources(spec, {folder.path(), {}, {}}).empty()); // what was known stays
    CHECK_EQUAL(spec.sources[0].size, 3u);
}

TEST("what steps found in the training rows is used again, and test rows in files of their own then need no others") {
    TemporaryFolder folder;
    folder.file("train.csv", "x,y\n0,0\n2,1\n4,2\n6,0\n"); // mean 3, population deviation sqrt(5)
    folder.file("test.csv", "x,y\n3,1\n8,0\n");
    const DataPlaces places{folder.path(), {}, {}};
    DataSpec spec;
    spec.sources = {source("a", "csv", "train.csv"), source("b", "csv", "test.csv")};
    spec.columns = {column("x", "a", {"x"}, {{"standardise", {}}}), column("y", "a", {"y"}, {{"one_hot", {}}})};
    spec.columns[0].testSource = spec.columns[1].testSource = "b";
    spec.split.kind = "separate";
    const Dataset whole = loadDataset(spec, places);
    const Dataset unfitted = loadDataset(spec, places, {}, {}, DataWanted::test); // still has to look at the training rows
    CHECK(unfitted.test.at("x").tensor() == whole.test.at("x").tensor());
    CHECK(unfitted.train.empty());

    const DataSpec fitted = withFitted(spec, fittedSteps(whole));
    std::filesystem::remove(folder.path() / "train.csv");
    CHECK_THROWS_WITH("train.csv", loadDataset(spec, places, {}, {}, DataWanted::test));
    const Dataset test = loadDataset(fitted, places, {}, {}, DataWanted::test);
    CHECK_EQUAL(test.testRows, 2);
    CHECK_NEAR(test.test.at("x").tensor().at(0), 0, 1e-7);
    CHECK_NEAR(test.test.at("x").tensor().at(1), 5 / std::sqrt(5.0), 1e-6);
    CHECK(numbers(test.test.at("y").tensor()) == (std::vector<double>{0, 1, 0, 1, 0, 0}));

    // A step that was changed since is not what was fitted.
    DataSpec changed = spec;
    changed.columns[0].steps = {{"standardise", {{"over", "everything"}}}};
    CHECK(needsRows(withFitted(changed, fittedSteps(whole)).columns[0].steps[0]));
    CHECK(!needsRows(withFitted(changed, fittedSteps(whole)).columns[1].steps[0]));
}
