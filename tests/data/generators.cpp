// SPDX-License-Identifier: Apache-2.0
#include "engine/data/generator_type.h"

#include "engine/base/error.h"
#include "tests/data/support.h"
#include "tests/support/check.h"

#include <cmath>
#include <set>

using namespace weft;
using namespace weft::test;

namespace {

DataSource source(const std::string& part, std::int64_t rows = 40, std::int64_t seed = 1) {
    return {"s", "generated", "generated:" + part, {{"rows", rows}, {"seed", seed}}, 0, {}};
}

} // namespace

TEST("every generator describes itself, and gives all its parts as many rows as asked for, the same for the same seed") {
    std::set<std::string> names;
    for (const GeneratorType& generator : generatorTypes()) {
        CHECK(names.insert(generator.name).second);
        CHECK(!generator.title.empty() && generator.help.ends_with("."));
        const std::vector<Tensor> made = generator.generate(40, 1);
        const std::vector<Tensor> other = generator.generate(40, 2);
        REQUIRE(made.size() == generator.parts.size());
        bool differs = false;
        for (std::size_t i = 0; i < made.size(); ++i) {
            CHECK_EQUAL(made[i].shape()[0], 40);
            CHECK(generator.parts[i].fields.empty() ||
                  (made[i].dtype() == DType::float64 && made[i].shape() == (Shape{40, static_cast<std::int64_t>(generator.parts[i].fields.size())})));
            CHECK(readSource(source(generator.name + "/" + generator.parts[i].name), {}).values == made[i]);
            differs = differs || !(made[i] == other[i]);
            for (std::int64_t n = 0; n < made[i].size(); ++n) {
                CHECK(std::isfinite(made[i].at(n)));
            }
        }
        CHECK(differs);
    }
    CHECK(!names.empty());
}

TEST("what cannot be generated is refused with what can") {
    CHECK_THROWS_WITH("names no data that Weft can generate; expected generated:NAME/PART with a name among ", readSource(source("nothing/x"), {}));
    CHECK_THROWS_WITH("have no part \"x\"; they have wave, pitch", readSource(source("waves/x"), {}));
    CHECK_THROWS_WITH("have no part \"\"", readSource(source("waves"), {}));
    CHECK_THROWS_WITH("Rows must be a whole number from 1 to 20,000; it is 0.", readSource(source("waves/wave", 0), {}));
    CHECK_THROWS_WITH("from 1 to 20,000", readSource(source("waves/wave", 1'000'000'000), {}));
    DataSource file = source("waves/wave");
    file.path = "waves/wave";
    CHECK_THROWS_WITH("names no data that Weft can generate", readSource(file, {}));
}

TEST("a source's own file is told from what comes with Weft") {
    CHECK(!source("waves/wave").isFile());
    CHECK(!DataSource({"s", "idx", "bundled:a/b", {}, 0, {}}).isFile());
    CHECK(DataSource({"s", "idx", "a/b", {}, 0, {}}).isFile());
}
