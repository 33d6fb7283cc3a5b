// SPDX-License-Identifier: Apache-2.0
#include "tests/data/support.h"
#include "tests/support/check.h"

using namespace weft;
using namespace weft::test;

namespace {

std::shared_ptr<const Tensor> counting(Shape shape, DType dtype) {
    Tensor out(std::move(shape));
    for (std::int64_t i = 0; i < out.size(); ++i) {
        out.data<float>()[i] = static_cast<float>(i % 256);
    }
    return std::make_shared<const Tensor>(out.cast(dtype));
}

std::vector<std::shared_ptr<const Step>> stepsFor(const Tensor& raw, const std::vector<Object>& descriptions) {
    TensorSpec spec{raw.shape().withBatch(kUnknown), raw.dtype()};
    std::vector<std::shared_ptr<const Step>> steps;
    for (const Object& description : descriptions) {
        steps.push_back(makeStep(description, spec, raw));
        spec = steps.back()->output(spec);
    }
    return steps;
}

} // namespace

TEST("rows are gathered in the order asked for, through every step") {
    const auto raw = counting({4, 2, 2}, DType::uint8);
    const Column column(
        raw, {3, 1, 0},
        stepsFor(*raw, {{"scale", {{"factor", 2.0}}}, {"reshape", {{"shape", Value::List{4}}}}, {"cast", {{"dtype", "int32"}}}}));
    CHECK_EQUAL(column.rows(), 3);
    CHECK((column.spec() == TensorSpec{{kUnknown, 4}, DType::int32}));
    CHECK((column.rawSpec() == TensorSpec{{kUnknown, 2, 2}, DType::uint8}));
    // Rows 0, 1 of the column are rows 3 (12..15) and 1 (4..7) of the file.
    const std::vector<std::int64_t> indices{1, 0, 1};
    CHECK(numbers(column.tensor(indices)) == (std::vector<double>{8, 10, 12, 14, 24, 26, 28, 30, 8, 10, 12, 14}));
    CHECK_EQUAL(column.tensor().shape()[0], 3);
    CHECK(column.selected(std::vector<std::int64_t>{2, 0}).tensor() == column.tensor(std::vector<std::int64_t>{2, 0}));
    CHECK(numbers(column.rawRow(1)) == (std::vector<double>{4, 5, 6, 7}));
}

TEST("without steps the bytes come as they are, and float64 as float32") {
    const auto raw = counting({300, 3}, DType::uint8);
    std::vector<std::int64_t> all(300);
    for (std::size_t i = 0; i < 300; ++i) {
        all[i] = static_cast<std::int64_t>(i);
    }
    CHECK(Column(raw, all, {}).tensor() == *raw);
    const auto wide = counting({300, 3}, DType::float64);
    const Column column(wide, all, {});
    CHECK(column.tensor() == wide->cast(DType::float32));
    CHECK_EQUAL(column.steps().size(), 1u);
}

TEST("only reshape: no copy through scratch, same numbers") {
    const auto raw = counting({5, 4}, DType::float32);
    const Column column(raw, {4, 0}, stepsFor(*raw, {{"reshape", {{"shape", Value::List{2, 2, 1}}}}}));
    CHECK((column.spec().shape == Shape{kUnknown, 2, 2, 1}));
    CHECK(numbers(column.tensor()) == (std::vector<double>{16, 17, 18, 19, 0, 1, 2, 3}));
}
