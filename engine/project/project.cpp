// SPDX-License-Identifier: Apache-2.0
#include "engine/project/project.h"

namespace weft {

Project emptyProject() {
    Project project;
    project.root = project.ids.next<GraphTag>();
    project.graphs[project.root].name = "graph";
    return project;
}

} // namespace weft
