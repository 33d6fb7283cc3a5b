// SPDX-License-Identifier: Apache-2.0
#include "engine/data/split.h"

#include "engine/base/error.h"
#include "engine/base/random.h"
#include "engine/base/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

namespace weft {
namespace {

using RowList = std::vector<std::int64_t>;

void shuffle(RowList& rows, std::uint64_t seed, std::uint64_t stream) {
    const Random random(seed, stream);
    for (std::size_t i = rows.size(); i > 1; --i) {
        std::swap(rows[i - 1], rows[random.below(i, i)]);
    }
}

/// So many of `count` go to the test part, at least one and not all where there are two.
std::size_t testCount(std::size_t count, double fraction) {
    const auto wanted = static_cast<std::size_t>(std::llround(static_cast<double>(count) * fraction));
    return count < 2 ? 0 : std::clamp<std::size_t>(wanted, 1, count - 1);
}

/// Moves the end of `all` to the test part.
void cut(const RowList& all, double fraction, SplitRows& parts) {
    const auto border = all.end() - static_cast<std::ptrdiff_t>(testCount(all.size(), fraction));
    parts.train.insert(parts.train.end(), all.begin(), border);
    parts.test.insert(parts.test.end(), border, all.end());
}

using Splitter = void (*)(const DataSplit&, RowList all, const Tensor* classes, SplitRows&);

void keepAll(const DataSplit&, RowList all, const Tensor*, SplitRows& parts) { parts.train = std::move(all); }

void takeLast(const DataSplit& split, RowList all, const Tensor*, SplitRows& parts) { cut(all, split.testFraction, parts); }

void takeRandom(const DataSplit& split, RowList all, const Tensor*, SplitRows& parts) {
    shuffle(all, split.seed, 0);
    cut(all, split.testFraction, parts);
}

void takeOfEachClass(const DataSplit& split, RowList all, const Tensor* classes, SplitRows& parts) {
    if (!classes || classes->size() != static_cast<std::int64_t>(all.size())) {
        throw Error(cat("A stratified split needs a column with one class number per row; \"", split.by, "\" is none."));
    }
    std::map<double, RowList> byClass;
    for (const std::int64_t row : all) {
        const double value = classes->at(row);
        if (std::isnan(value)) {
            throw Error(cat("A stratified split needs a class number in every row of \"", split.by, "\"; row ", row + 1, " has none."));
        }
        byClass[value].push_back(row);
    }
    std::uint64_t stream = 1;
    for (auto& [value, rows] : byClass) {
        shuffle(rows, split.seed, stream++);
        cut(rows, split.testFraction, parts);
    }
    // Else classes would come one after the other.
    shuffle(parts.train, split.seed, stream);
    shuffle(parts.test, split.seed, stream + 1);
}

struct Kind {
    std::string_view name;
    Splitter split;
};
constexpr std::array<Kind, 4> kKinds{{{"none", keepAll}, {"last", takeLast}, {"random", takeRandom}, {"stratified", takeOfEachClass}}};

} // namespace

SplitRows splitRows(const DataSplit& split, std::int64_t rows, const Tensor* classes) {
    const auto kind = std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& k) { return k.name == split.kind; });
    if (kind == kKinds.end()) {
        throw Error(cat("There is no kind of split named \"", split.kind, "\"; expected none, separate, last, random or stratified."));
    }
    if (!(split.testFraction > 0 && split.testFraction < 1)) {
        throw Error(
            cat("The test part of a split must be more than 0 and less than 1 of the rows; it is ", shortest(split.testFraction), "."));
    }
    RowList all(static_cast<std::size_t>(rows));
    std::iota(all.begin(), all.end(), std::int64_t{0});
    SplitRows parts;
    kind->split(split, std::move(all), classes, parts);
    if (kind->split != keepAll && parts.test.empty()) {
        throw Error(cat("A split into training and test rows needs more rows than there are (", rows, ")."));
    }
    return parts;
}

} // namespace weft
