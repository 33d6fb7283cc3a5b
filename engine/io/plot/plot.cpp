// SPDX-License-Identifier: Apache-2.0
#include "engine/io/plot/plot.h"

#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/text.h"

#include <graphviz/cgraph.h>
#include <graphviz/gvc.h>

#include <memory>

namespace weft {
namespace {

struct FreeContext {
    void operator()(GVC_t* context) const { gvFreeContext(context); }
};
struct CloseGraph {
    void operator()(Agraph_t* graph) const { agclose(graph); }
};

std::string rendered(const std::string& dot, const std::string& format) {
    const std::unique_ptr<GVC_t, FreeContext> context(gvContext());
    const std::unique_ptr<Agraph_t, CloseGraph> graph(agmemread(dot.c_str()));
    if (graph && format == "png") {
        std::string name = "dpi", value = "144";
        agattr(graph.get(), AGRAPH, name.data(), value.data());
    }
    if (!context || !graph || gvLayout(context.get(), graph.get(), "dot") != 0) {
        throw Error("Graphviz could not arrange the drawing of the model.");
    }
    char* bytes = nullptr;
    unsigned length = 0;
    const int status = gvRenderData(context.get(), graph.get(), format.c_str(), &bytes, &length);
    const std::string out = status == 0 && bytes ? std::string(bytes, length) : std::string();
    if (bytes) {
        gvFreeRenderData(bytes);
    }
    gvFreeLayout(context.get(), graph.get());
    if (out.empty()) {
        throw Error(cat("Graphviz cannot draw ", format, " on this machine."));
    }
    return out;
}

} // namespace

void plotModel(const Graphs& graphs, GraphId graph, ModelId model, const PlotOptions& options, const std::filesystem::path& file) {
    const std::string ending = lowered(file.extension().string());
    if (ending != ".svg" && ending != ".png" && ending != ".pdf" && ending != ".dot") {
        throw Error(cat("A drawing is written as .svg, .png, .pdf or .dot, not as ", pathText(file.filename()), "."));
    }
    const std::string dot = plotDot(graphs, graph, model, options);
    writeFile(file, ending == ".dot" ? dot : rendered(dot, ending.substr(1)));
}

} // namespace weft
