// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/model/model.h"
#include "engine/runtime/keras_architecture.h"
#include "tests/conformance/case.h"

namespace weft::conformance {

/// The model of a case with its stored weights, checked against what the case says of both.
struct ModelOfCase {
    explicit ModelOfCase(Case& c);

    /// Index of the input or output that a key of a dictionary names: its key in model.json, or the model's own name.
    std::size_t inputNamed(const std::string& key) const;
    std::size_t outputNamed(const std::string& key) const;
    /// `{index, path, file, ...}` entries against weights in the model's order; entries with file null say that there is nothing.
    void compareByIndex(Case& c, const Json& entries, const std::vector<Tensor>& got, const std::string& where) const;

    /// Fails where a weight that is trained is not among entries by index.
    void requireListed(Case& c, const Json& entries, const std::string& where) const;

    ReadModel read;
    std::shared_ptr<const Model> model;
    Weights weights;
    std::vector<std::string> inputKeys, outputKeys; ///< of dictionaries, sorted; else the names of inputs and outputs
};

/// In the model's order; throws Error where one is missing.
std::vector<Tensor> inOrder(const Model& model, const Weights& weights);

} // namespace weft::conformance
