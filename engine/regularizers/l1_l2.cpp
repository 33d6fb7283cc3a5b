// SPDX-License-Identifier: Apache-2.0
#include "engine/regularizers/elementwise.h"

namespace weft::regularizers {
namespace {

struct L1L2 {
    double l1 = 0.0;
    double l2 = 0.0;

    static Binding<L1L2> binding() {
        Binding<L1L2> b;
        b("l1", &L1L2::l1, "L1 factor", "How strongly numbers are pulled to 0.").min(0);
        b("l2", &L1L2::l2, "L2 factor", "How strongly large numbers are made smaller.").min(0);
        return b;
    }
};

} // namespace

RegularizerType l1_l2() {
    RegularizerType type;
    type.name = "L1L2";
    type.title = "L1 and L2";
    type.help = "Both: pulls numbers to 0 and keeps large ones small.";
    type.formula = "l1 · Σ|x| + l2 · Σx²";
    type.aliases = {"l1l2"};
    auto binding = std::make_shared<const Binding<L1L2>>(L1L2::binding());
    type.schema = binding->schema();
    type.build = [binding](const ParamMap& params) {
        const L1L2 own = binding->read(params);
        return std::make_shared<Elementwise>(own.l1, own.l2);
    };
    return type;
}

} // namespace weft::regularizers
