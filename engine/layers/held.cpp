// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/held.h"

#include "engine/base/text.h"

namespace weft::layers {

std::optional<Held> heldLayer(Inference& out, std::string_view wrapper, const Object& object, std::string_view parameter) {
    Held held{findLayerType(object.type), object.params, true};
    const std::string name(parameter);
    if (!held.type || !held.type->build) {
        out.problems.push_back({"held_layer",
                                cat("The layer inside ", wrapper, " must be one that calculates, such as Dense or LSTM, but it is \"", object.type, "\"."), -1, name, {}});
        return std::nullopt;
    }
    held.params.erase("name");
    if (const auto trainable = held.params.find("trainable"); trainable != held.params.end()) {
        held.trainable = !trainable->second.asBool() || *trainable->second.asBool();
        held.params.erase(trainable);
    }
    const auto problems = validate(held.type->schema, held.params);
    for (const ParamProblem& problem : problems) {
        Object mended = object;
        mended.params.erase(problem.parameter);
        out.problems.push_back({"parameter", cat("In the ", held.type->name, " inside ", wrapper, ": ", problem.message), -1, name,
                                {setParameter(cat("Leave ", problem.parameter, " as it is by default"), name, std::move(mended))}});
    }
    return problems.empty() ? std::optional(std::move(held)) : std::nullopt;
}

void adoptProblems(Inference& out, const std::vector<Problem>& problems, const Object& object, std::string_view parameter, bool sameInput) {
    for (Problem problem : problems) {
        std::vector<FixHint> fixes;
        for (FixHint& fix : problem.fixes) {
            if (fix.kind == FixHint::Kind::setParameter) {
                Object mended = object;
                mended.params[fix.name] = fix.value;
                fixes.push_back(setParameter(fix.text, std::string(parameter), std::move(mended)));
            } else if (sameInput) {
                fixes.push_back(std::move(fix));
            }
        }
        problem.fixes = std::move(fixes);
        problem.parameter = problem.parameter.empty() ? std::string() : std::string(parameter);
        out.problems.push_back(std::move(problem));
    }
}

} // namespace weft::layers
