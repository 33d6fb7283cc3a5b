// SPDX-License-Identifier: Apache-2.0
#include "tests/data/support.h"
#include "tests/support/check.h"

#include <cmath>

using namespace weft;
using namespace weft::test;

namespace {

Tensor tensorOf(Shape shape, std::vector<float> values, DType dtype = DType::float32) {
    return Tensor(std::move(shape), values).cast(dtype);
}

TensorSpec specOf(const Tensor& tensor) { return {tensor.shape().withBatch(kUnknown), tensor.dtype()}; }

Tensor applied(const Object& description, const Tensor& rows) {
    const auto step = makeStep(description, specOf(rows), rows);
    const TensorSpec spec = step->output(specOf(rows));
    Tensor out(spec.shape.withBatch(rows.shape()[0]), spec.dtype);
    step->apply(specOf(rows), rows.bytes(), out.bytes(), rows.shape()[0], 1);
    // Made again from its description it does the same without the rows.
    const auto again = makeStep(step->description(), specOf(rows));
    Tensor second(spec.shape.withBatch(rows.shape()[0]), spec.dtype);
    again->apply(specOf(rows), rows.bytes(), second.bytes(), rows.shape()[0], 1);
    CHECK(out == second);
    CHECK(again->description() == step->description());
    return out;
}

} // namespace

TEST("every step is described and its defaults are valid") {
    CHECK(!stepTypes().empty());
    for (const StepType& type : stepTypes()) {
        CHECK(!type.title.empty() && !type.help.empty());
        for (const Parameter& p : type.schema) {
            CHECK(!p.label.empty() && !p.help.empty());
            CHECK(!validate(p, p.defaultValue));
        }
    }
}

TEST("scale multiplies and adds, by default bytes to 0..1") {
    const Tensor bytes = tensorOf({3, 1}, {0, 51, 255}, DType::uint8);
    const Tensor out = applied({"scale", {}}, bytes);
    CHECK(out.dtype() == DType::float32);
    CHECK_NEAR(out.at(0), 0, 0);
    CHECK_NEAR(out.at(1), 0.2, 1e-7);
    CHECK_NEAR(out.at(2), 1, 1e-7);
    for (const DType dtype : {DType::float32, DType::int32, DType::int64, DType::float64, DType::uint8}) {
        CHECK(numbers(applied({"scale", {{"factor", 2}, {"offset", -1.5}}}, tensorOf({2}, {3, 4}, dtype))) ==
              (std::vector<double>{4.5, 6.5}));
    }
}

TEST("standardise gives each feature mean 0 and deviation 1, and leaves a constant one at 0") {
    const Tensor rows = tensorOf({4, 3}, {1, 5, 10, 2, 5, 20, 3, 5, 30, 6, 5, 40});
    const Tensor out = applied({"standardise", {}}, rows);
    // Feature 0: mean 3, population variance (4 + 1 + 0 + 9) / 4 = 3.5. Feature 2: mean 25, variance 125.
    CHECK_NEAR(out.at(0), -2 / std::sqrt(3.5), 1e-6);
    CHECK_NEAR(out.at(9), 3 / std::sqrt(3.5), 1e-6);
    CHECK_NEAR(out.at(2), -15 / std::sqrt(125.0), 1e-6);
    for (const std::int64_t at : {1, 4, 7, 10}) {
        CHECK_EQUAL(out.at(at), 0.0);
    }
    const Tensor all = applied({"standardise", {{"over", "everything"}}}, tensorOf({2, 2}, {1, 2, 3, 6}));
    CHECK_NEAR(all.at(3), 3 / std::sqrt(3.5), 1e-6);
    // Small changes of large numbers survive.
    Tensor large(Shape{2, 1}, DType::float64);
    large.data<double>()[0] = 1.6e9;
    large.data<double>()[1] = 1.6e9 + 2;
    CHECK_NEAR(applied({"standardise", {}}, large).at(1), 1.0, 1e-6);
    CHECK_THROWS_WITH("2 means and 2 standard deviations",
                      makeStep({"standardise", {{"mean", Value::List{1.0, 2.0}}, {"deviation", Value::List{1.0, 2.0}}}},
                               {{kUnknown, 3}, DType::float32}));
    CHECK_THROWS_WITH("there are none", makeStep({"standardise", {}}, {{kUnknown, 3}, DType::float32}));
    CHECK_THROWS_WITH("must be a list of numbers, each greater than 0", makeStep({"standardise", {{"mean", Value::List{1.0}}, {"deviation", Value::List{0.0}}}},
                                                      {{kUnknown, 1}, DType::float32}));
}

TEST("one-hot puts a single 1 in each row; a last dimension of 1 makes room") {
    for (const Shape& shape : {Shape{3}, Shape{3, 1}}) {
        const Tensor out = applied({"one_hot", {}}, tensorOf(shape, {2, 0, 1}, DType::uint8));
        CHECK(out.shape() == (Shape{3, 3}));
        CHECK(numbers(out) == (std::vector<double>{0, 0, 1, 1, 0, 0, 0, 1, 0}));
    }
    CHECK(applied({"one_hot", {{"classes", 5}}}, tensorOf({1, 2}, {4, 0})).shape() == (Shape{1, 2, 5}));
    CHECK_THROWS_WITH("the label 5 in row 2 is none of the 5 classes; a whole number from 0 to 4",
                      applied({"one_hot", {{"classes", 5}}}, tensorOf({2}, {4, 5}, DType::int64)));
    CHECK_THROWS_WITH("the label -1 in row 1", applied({"one_hot", {{"classes", 5}}}, tensorOf({1}, {-1})));
    CHECK_THROWS_WITH("the label 1.5 in row 1", applied({"one_hot", {{"classes", 5}}}, tensorOf({1}, {1.5})));
    CHECK_THROWS_WITH("the label nan in row 1", applied({"one_hot", {{"classes", 5}}}, tensorOf({1}, {NAN})));
    CHECK_THROWS_WITH("too large", applied({"one_hot", {}}, tensorOf({1}, {1e9F})));
    CHECK_THROWS_WITH("Classes must be a whole number from 1 to ",
                      applied({"one_hot", {{"classes", std::int64_t{1} << 40}}}, tensorOf({1}, {0})));
}

TEST("reshape keeps the numbers, finds one open size, and refuses what does not fit") {
    const Tensor rows = tensorOf({1, 6}, {1, 2, 3, 4, 5, 6});
    CHECK(applied({"reshape", {{"shape", Value::List{2, 3}}}}, rows).shape() == (Shape{1, 2, 3}));
    CHECK(applied({"reshape", {{"shape", Value::List{-1, 2}}}}, rows) == rows.reshaped({1, 3, 2}));
    CHECK(applied({"reshape", {{"shape", Value::List{Value(), 1}}}}, rows).shape() == (Shape{1, 6, 1}));
    CHECK_THROWS_WITH("cannot make rows of shape (4,)", makeStep({"reshape", {{"shape", Value::List{4}}}}, specOf(rows)));
    CHECK_THROWS_WITH("needs a value for shape", makeStep({"reshape", {}}, specOf(rows)));
    CHECK_THROWS(makeStep({"reshape", {{"shape", Value::List{-1, -1}}}}, specOf(rows)));
    CHECK_THROWS(makeStep({"reshape", {{"shape", Value::List{std::int64_t{1} << 62, std::int64_t{1} << 62}}}}, specOf(rows)));
}

TEST("cast keeps numbers that the type has, and refuses fractions and numbers beyond it with row, expected and got") {
    const Tensor rows = tensorOf({4}, {1, 0, 250, 7});
    CHECK(numbers(applied({"cast", {{"dtype", "int32"}}}, rows)) == (std::vector<double>{1, 0, 250, 7}));
    CHECK(numbers(applied({"cast", {{"dtype", "uint8"}}}, rows)) == (std::vector<double>{1, 0, 250, 7}));
    CHECK(numbers(applied({"cast", {{"dtype", "bool"}}}, tensorOf({2}, {0, 0.5}))) == (std::vector<double>{0, 1}));
    CHECK(numbers(applied({"cast", {{"dtype", "float32"}}}, tensorOf({2}, {1, 0}, DType::boolean))) == (std::vector<double>{1, 0}));
    const auto refused = [](const char* dtype, const Tensor& values, std::string_view how) {
        CHECK_THROWS_WITH(how, applied({"cast", {{"dtype", dtype}}}, values));
    };
    refused("int32", tensorOf({3}, {1, 2, 0.5}), "row 3 cannot become int32: expected a whole number from -2147483648 to 2147483647, got 0.5.");
    refused("int32", tensorOf({2, 2}, {1, 2, 3, -1.5}), "row 2 cannot become int32");
    refused("uint8", tensorOf({2}, {255, 256}), "row 2 cannot become uint8: expected a whole number from 0 to 255, got 256.");
    refused("uint8", tensorOf({1}, {-1}, DType::int32), "got -1.");
    refused("int32", tensorOf({1}, {2147483648.0F}), "got 2147483648.");
    refused("int64", tensorOf({1}, {9223372036854775808.0F}), "cannot become int64");
    refused("int32", tensorOf({1}, {NAN}), "got nan.");
    refused("bool", tensorOf({1}, {NAN}), "got nan.");
    CHECK_EQUAL(applied({"cast", {{"dtype", "int64"}}}, tensorOf({1}, {4611686018427387904.0F})).data<std::int64_t>()[0], std::int64_t{1} << 62);
    CHECK_THROWS_WITH("must be one of", makeStep({"cast", {{"dtype", "complex"}}}, specOf(rows)));
    CHECK_THROWS_WITH("no preprocessing step named \"fold\"", makeStep({"fold", {}}, specOf(rows)));
    CHECK_THROWS_WITH("no parameter named \"x\"", makeStep({"cast", {{"x", 1}}}, specOf(rows)));
}
