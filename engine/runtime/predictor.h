// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/error.h"
#include "engine/tensor/tensor.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace weft {

/// Tensors by name.
using Tensors = std::map<std::string, Tensor>;

class Model;

/// A trained model, loaded from a folder that Weft exported, ready to predict. Holds no training code.
///
///     const auto model = weft::Predictor::load("digits");
///     const weft::Tensors out = model.predict({{"digits", image}});
///
/// `predict` is const and may be called from any number of threads at once. Copies share the model.
class Predictor {
public:
    /// A place where tensors go in or out.
    struct Port {
        std::string name;
        TensorSpec spec; ///< dimension 0 is the batch, of any size
        std::vector<std::string> labels; ///< of an output: names of its last axis' entries; may be empty
    };

    /// Reads `model.json` and `weights.safetensors`. `threads`: for one call of `predict`; 0: as many as the machine has.
    /// Throws Error with a whole sentence where a file is missing, damaged, newer than this program or does not fit the other.
    static Predictor load(const std::filesystem::path& folder, int threads = 0);

    const std::string& name() const;
    const std::vector<Port>& inputs() const;
    const std::vector<Port>& outputs() const;

    /// One tensor per output, by name. Every input must be given, with equal numbers of rows; numbers of another type are cast.
    /// Throws Error naming the input whose name, shape or number of rows does not fit.
    Tensors predict(const Tensors& inputs) const;

    /// The largest absolute difference between what this model gives for the inputs in `check.safetensors` and the outputs that stand
    /// there. Throws Error where the folder has no such file.
    double check() const;
    /// What `check` may give, from `model.json`.
    double tolerance() const;

private:
    struct Impl;
    explicit Predictor(std::shared_ptr<const Impl> impl) : m_impl(std::move(impl)) {}
    std::shared_ptr<const Impl> m_impl;
};

} // namespace weft
