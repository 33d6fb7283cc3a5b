// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/data/dataset.h"

#include <string>
#include <vector>

namespace weft::test {

/// A file through the reader of its format.
inline ReaderType::Contents readAs(std::string_view format, const std::filesystem::path& path, const ParamMap& options = {}) {
    return findReaderType(format)->read(path, options, {});
}

inline std::vector<double> numbers(const Tensor& tensor) {
    std::vector<double> out;
    for (std::int64_t i = 0; i < tensor.size(); ++i) {
        out.push_back(tensor.at(i));
    }
    return out;
}

/// An IDX file by its description (LeCun's MNIST page): 0, 0, type, rank, big-endian sizes, big-endian numbers.
inline std::string idx(char type, const std::vector<std::uint32_t>& dims, std::string_view data) {
    std::string out{0, 0, type, static_cast<char>(dims.size())};
    for (const std::uint32_t dim : dims) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            out += static_cast<char>(dim >> shift & 255);
        }
    }
    return out + std::string(data);
}

} // namespace weft::test
