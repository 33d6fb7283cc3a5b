// SPDX-License-Identifier: Apache-2.0
#include "engine/tensor/npy.h"
#include "tests/support/check.h"
#include "tests/support/process.h"

using namespace weft;
using namespace weft::test;

namespace {

namespace fs = std::filesystem;

const fs::path work = fs::path(WEFT_WORK_DIR) / "work";
const fs::path program = work / "build" / "consumer";

void require(const Ran& result) {
    if (result.status != 0) {
        report(false, "command", 0, result.out + result.err);
        throw Ended{};
    }
}

std::string cmake() { return quoted(WEFT_CMAKE); }

/// Installs the runtime, builds the program, exports a model: once for all tests here.
void prepare() {
    static const bool done = [] {
        freshFolder(work.parent_path(), "work");
        require(ran(cmake() + " --install " + quoted(WEFT_BUILD_DIR) + " --component runtime --prefix " + quoted(work / "prefix"), work));
        require(ran(cmake() + " -S " + quoted(fs::path(WEFT_TESTS_DIR) / "consumer/program") + " -B " + quoted(work / "build") +
                        " -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER=" + quoted(WEFT_CXX) +
                        " -DCMAKE_PREFIX_PATH=" + quoted(work / "prefix"),
                    work));
        require(ran(cmake() + " --build " + quoted(work / "build"), work));
        const std::string weft = quoted(WEFT_BIN);
        require(ran(weft + " new mnist_mlp -o m.weft", work));
        require(ran(weft + " fit m.weft --epochs 1", work));
        require(ran(weft + " export m.weft --format weft -o digits/", work));
        return true;
    }();
    static_cast<void>(done);
}

} // namespace

TEST("ten lines of C++ against the installed runtime predict what `weft predict` predicts") {
    prepare();
    const Ran consumer = ran(quoted(program) + " digits", work);
    require(consumer);
    Tensor image(Shape{1, 784});
    for (std::int64_t i = 0; i < image.size(); ++i) {
        image.data<float>()[i] = static_cast<float>(i % 17) / 16.0F; // as in program/main.cpp
    }
    writeNpy(work / "image.npy", image);
    for (const char* model : {"m.weft", "digits"}) {
        require(ran(quoted(WEFT_BIN) + " predict " + model + " --input digits=image.npy -o out", work));
        const Tensor expected = readNpy(work / "out" / "predictions.npy");
        CHECK(expected.shape() == Shape({1, 10}));
        std::istringstream numbers(consumer.out);
        std::int64_t count = 0;
        double spread = 0;
        for (double number = 0; numbers >> number && count < expected.size(); ++count) {
            CHECK_NEAR(number, expected.at(count), 1e-6);
            spread += std::fabs(number);
        }
        CHECK_EQUAL(count, 10);
        CHECK(spread > 0.1); // not ten zeros
    }
}

TEST("the program links neither Qt nor Graphviz nor training") {
    prepare();
#ifdef __linux__
    const Ran libraries = ran("ldd " + quoted(program), work);
    require(libraries);
    CHECK(libraries.out.find("libc.so") != std::string::npos);
    for (const char* library : {"libQt", "libcgraph", "libgvc", "qcustomplot"}) {
        CHECK(libraries.out.find(library) == std::string::npos);
    }
    const auto symbols = [](const fs::path& file) { return ran("nm -C " + quoted(file), work).out; };
    const std::string names = symbols(program);
    CHECK(names.find("weft::Predictor::predict") != std::string::npos);
    // What is looked for is there in a program that does train, so looking for it can find it.
    const std::string trainer = symbols(WEFT_BIN);
    for (const char* name : {"weft::train(", "weft::lossTypes(", "weft::optimizerTypes(", "weft::loadDataset("}) {
        CHECK(trainer.find(name) != std::string::npos);
        CHECK(names.find(name) == std::string::npos);
    }
#endif
}

TEST("the installed headers are the runtime's alone") {
    prepare();
    int headers = 0;
    for (const auto& entry : fs::recursive_directory_iterator(work / "prefix" / "include")) {
        if (entry.is_regular_file()) {
            ++headers;
            const std::string path = entry.path().lexically_relative(work / "prefix" / "include").generic_string();
            for (const char* folder : {"training", "losses", "metrics", "optimizers", "data", "project", "io", "ui"}) {
                CHECK(path.find(std::string("/") + folder + "/") == std::string::npos);
            }
        }
    }
    CHECK(headers > 0);
}
