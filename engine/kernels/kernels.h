// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

/// The only place where numbers are crunched. Raw pointers, C order, NHWC; nothing here allocates, throws or starts a
/// thread: callers give scratch and split the work. Each function is compiled for several instruction sets; the best one
/// that this processor has is chosen at start (or the one named by WEFT_ISA=baseline|avx2|avx512).
namespace weft::kernels {

/// The instruction set in use: `baseline`, `avx2` or `avx512`.
std::string_view instructionSet();

// --- Elementwise functions that a layer can have as its activation -----------------------------------------------

enum class Activation : std::uint8_t {
    linear,
    relu,
    relu6,
    leaky_relu,
    elu,
    selu,
    celu,
    gelu,
    sigmoid,
    hard_sigmoid,
    log_sigmoid,
    tanh,
    hard_tanh,
    tanh_shrink,
    softmax,
    log_softmax,
    softplus,
    softsign,
    silu,
    hard_silu,
    mish,
    exponential,
    hard_shrink,
    soft_shrink,
    squareplus,
    sparse_plus,
    sparse_sigmoid,
    sparsemax,
};
// Keras' `glu` (halves the last axis) and `threshold` (has two parameters) are no functions of this kind.
// `sparsemax` is Keras 3's, whose threshold differs from the paper's where more than one number is in the support.

/// Keras' names, in the order of the enumeration, of those that are implemented.
const std::vector<std::string_view>& activationNames();
/// The activation with this name (also Keras' aliases such as `swish`); false if there is none.
bool activationNamed(std::string_view name, Activation& out);
/// True where the gradient needs the input `x`, not just the output `y`.
bool gradientNeedsInput(Activation a);
/// y = a(x) for `rows` rows of `columns`; softmax and its kind work along a row, all others elementwise. x may be y.
void activate(Activation a, const float* x, float* y, std::int64_t rows, std::int64_t columns);
/// dx = a'(.) dy; `x` may be null unless gradientNeedsInput(a). dx may be dy (then `accumulate` must be false).
void activateGradient(Activation a, const float* x, const float* y, const float* dy, float* dx, std::int64_t rows, std::int64_t columns,
                      bool accumulate);

// --- Products ------------------------------------------------------------------------------------------------------

/// C (m x n) = op(A) op(B), or += where `accumulate`. `lda`.. are row strides in elements. op transposes where asked:
/// A is m x k (or k x m stored, where transposeA), B is k x n (or n x k stored).
/// Epilogue, applied while C is in cache: adds `bias` (n numbers) if not null, then `activation` if it is elementwise
/// and not `linear` (not together with `accumulate`).
struct Gemm {
    bool transposeA = false, transposeB = false;
    std::int64_t m = 0, n = 0, k = 0;
    const float* a = nullptr;
    std::int64_t lda = 0;
    const float* b = nullptr;
    std::int64_t ldb = 0;
    float* c = nullptr;
    std::int64_t ldc = 0;
    bool accumulate = false;
    const float* bias = nullptr;
    Activation activation = Activation::linear;
};
/// Rows of C depend on m in no way: a product cut into row blocks gives the same bits.
void gemm(const Gemm& g);

/// out[j] (+)= sum over rows of x[row][j], for columns begin..end; `stride` is the length of a row.
void columnSums(const float* x, std::int64_t rows, std::int64_t stride, std::int64_t begin, std::int64_t end, float* out, bool accumulate);

// --- Elementwise -----------------------------------------------------------------------------------------------------

/// out = scale * x, or out += scale * x.
void scaled(float scale, const float* x, float* out, std::int64_t count, bool accumulate);
/// out = a * b, or out += a * b.
void multiplied(const float* a, const float* b, float* out, std::int64_t count, bool accumulate);
/// Sum of squares, in double.
double sumOfSquares(const float* x, std::int64_t count);
/// Inverted dropout: y = x / (1-rate) where the random number at `offset + i` of (seed, stream) is >= rate, else 0.
/// The same call on a gradient is its backward pass.
void dropout(const float* x, float* y, std::int64_t count, float rate, std::uint64_t seed, std::uint64_t stream, std::uint64_t offset,
             bool accumulate);

// --- Convolution and pooling, two dimensions, NHWC -------------------------------------------------------------------

/// Sizes of a 2-D window operation. Padding is what is added at the top and left; what is read beyond is zero.
struct Window2D {
    std::int64_t inHeight = 0, inWidth = 0, inChannels = 0;
    std::int64_t outHeight = 0, outWidth = 0, outChannels = 0;
    std::int64_t kernelHeight = 1, kernelWidth = 1;
    std::int64_t strideHeight = 1, strideWidth = 1;
    std::int64_t dilationHeight = 1, dilationWidth = 1;
    std::int64_t padTop = 0, padLeft = 0;
    std::int64_t groups = 1;
};
/// Floats of scratch that one worker needs for the convolution functions.
std::size_t convolutionScratch(const Window2D& w);
/// y = x * kernel (kh, kw, inChannels / groups, outChannels) + bias, then the elementwise activation.
void convolution(const Window2D& w, std::int64_t images, const float* x, const float* kernel, const float* bias, Activation activation,
                 float* y, float* scratch);
/// dx (+)= the gradient by x.
void convolutionInputGradient(const Window2D& w, std::int64_t images, const float* dy, const float* kernel, float* dx, bool accumulate,
                              float* scratch);
/// dKernel (+)= the gradient by the kernel, for rows begin..end of it seen as (kh * kw * inChannels / groups) x outChannels.
void convolutionKernelGradient(const Window2D& w, std::int64_t images, const float* x, const float* dy, std::int64_t begin,
                               std::int64_t end, float* dKernel, bool accumulate, float* scratch);
/// Largest of each window (padding never wins). `argmax`, if not null, keeps the place of the winner within its image
/// (first of equals), for the gradient. outChannels is inChannels.
void maxPooling(const Window2D& w, std::int64_t images, const float* x, float* y, std::int32_t* argmax);
/// dx (+)= dy at the winners.
void maxPoolingGradient(const Window2D& w, std::int64_t images, const std::int32_t* argmax, const float* dy, float* dx, bool accumulate);

// --- Optimizer steps, on a range of one weight -------------------------------------------------------------------------

/// w -= rate * g
void sgdStep(std::int64_t count, float rate, const float* g, float* w);
/// m = momentum*m - rate*g; w += m, or with Nesterov w += momentum*m - rate*g.
void momentumStep(std::int64_t count, float rate, float momentum, bool nesterov, const float* g, float* m, float* w);
struct RmspropStep {
    float rate, rho, momentum, epsilon;
};
/// v = rho v + (1-rho) g²; [centered: a = rho a + (1-rho) g, d = v - a²] ; step = rate g / sqrt(d + epsilon);
/// [momentum: m = momentum m + step, step = m]; w -= step. Null `m`: no momentum; null `a`: not centered.
void rmspropStep(std::int64_t count, const RmspropStep& s, const float* g, float* v, float* m, float* a, float* w);
struct AdamStep {
    float rate; ///< with the bias corrections in it: lr * sqrt(1 - beta2^t) / (1 - beta1^t)
    float beta1, beta2, epsilon;
};
/// m += (g-m)(1-beta1); v += (g²-v)(1-beta2); [vMax = max(vMax, v)]; w -= rate m / (sqrt(v) + epsilon). Null `vMax`: no amsgrad.
void adamStep(std::int64_t count, const AdamStep& s, const float* g, float* m, float* v, float* vMax, float* w);

} // namespace weft::kernels
