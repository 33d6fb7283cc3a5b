// SPDX-License-Identifier: Apache-2.0
#include "engine/regularizers/elementwise.h"

namespace weft::regularizers {
namespace {

struct L2 {
    double l2 = 0.01;

    static Binding<L2> binding() {
        Binding<L2> b;
        b("l2", &L2::l2, "L2 factor", "How strongly.").min(0);
        return b;
    }
};

} // namespace

RegularizerType l2() {
    RegularizerType type;
    type.name = "L2";
    type.title = "L2";
    type.help = "Keeps numbers small, large ones most of all; the usual guard against overfitting.";
    type.formula = "l2 · Σx²";
    type.aliases = {"l2"};
    auto binding = std::make_shared<const Binding<L2>>(L2::binding());
    type.schema = binding->schema();
    type.build = [binding](const ParamMap& params) {
        const L2 own = binding->read(params);
        return std::make_shared<Elementwise>(0.0, own.l2);
    };
    return type;
}

} // namespace weft::regularizers
