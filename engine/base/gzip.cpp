// SPDX-License-Identifier: Apache-2.0
#include "engine/base/gzip.h"

#include "engine/base/error.h"
#include "engine/base/text.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>

namespace weft {
namespace {

constexpr int kWindowBits = 15;
constexpr int kGzipHeader = 16; // added to the window bits

uInt pieceOf(std::size_t size) { return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max())); }

} // namespace

bool looksLikeGzip(std::string_view bytes) { return bytes.size() >= 3 && bytes.substr(0, 3) == std::string_view("\x1f\x8b\x08"); }

struct Inflater::State {
    z_stream stream{};
    Format format = Format::gzip;
    std::string what;
    bool ended = false;
    ~State() { inflateEnd(&stream); }
};

Inflater::Inflater(Format format, std::string what) : m_state(std::make_unique<State>()) {
    m_state->format = format;
    m_state->what = std::move(what);
    if (inflateInit2(&m_state->stream, format == Format::gzip ? kWindowBits + kGzipHeader : -kWindowBits) != Z_OK) {
        throw std::bad_alloc();
    }
}

Inflater::~Inflater() = default;

std::size_t Inflater::inflate(std::string_view& input, char* out, std::size_t size) {
    z_stream& z = m_state->stream;
    std::size_t done = 0;
    // Without input, too: what it makes may have been held back for want of room.
    while (done < size) {
        if (m_state->ended) {
            if (input.empty() || m_state->format == Format::raw) {
                break;
            }
            // Another member; gzip programs pass over zeros that pad the end.
            if (input.front() == '\0') {
                input.remove_prefix(1);
                continue;
            }
            inflateReset(&z);
            m_state->ended = false;
        }
        // zlib's interface is older than const.
        z.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(input.data()));
        z.avail_in = pieceOf(input.size());
        z.next_out = reinterpret_cast<Bytef*>(out + done);
        z.avail_out = pieceOf(size - done);
        const uInt offered = z.avail_in;
        const uInt room = z.avail_out;
        const int result = ::inflate(&z, Z_NO_FLUSH);
        input.remove_prefix(offered - z.avail_in);
        done += room - z.avail_out;
        if (result == Z_STREAM_END) {
            m_state->ended = true;
        } else if (result == Z_MEM_ERROR) {
            throw std::bad_alloc();
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            throw Error(cat("The compressed data in ", m_state->what, " are damaged (", z.msg ? z.msg : "wrong header", ")."));
        } else if (offered == z.avail_in && room == z.avail_out) {
            break; // no progress without more input or room
        }
    }
    return done;
}

bool Inflater::ended() const { return m_state->ended; }

void Inflater::requireEnd() const {
    if (!m_state->ended) {
        throw Error(cat("The compressed data in ", m_state->what, " end early: the file is cut off."));
    }
}

std::string gunzip(std::string_view bytes, std::uint64_t limit, std::string_view what) {
    Inflater inflater(Inflater::Format::gzip, std::string(what));
    std::string out;
    std::array<char, 1 << 16> block;
    for (std::size_t got = 1; got != 0;) {
        got = inflater.inflate(bytes, block.data(), block.size());
        if (out.size() + got > limit) {
            throw Error(cat("The compressed data in ", what, " unpack to more than the ", limit, " bytes that were expected."));
        }
        out.append(block.data(), got);
    }
    inflater.requireEnd();
    return out;
}

std::string gzip(std::string_view bytes) {
    z_stream z{};
    if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, kWindowBits + kGzipHeader, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::bad_alloc();
    }
    std::string out;
    std::array<char, 1 << 16> block;
    int result = Z_OK;
    while (result != Z_STREAM_END) {
        if (z.avail_in == 0) {
            z.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
            z.avail_in = pieceOf(bytes.size());
            bytes.remove_prefix(z.avail_in);
        }
        z.next_out = reinterpret_cast<Bytef*>(block.data());
        z.avail_out = static_cast<uInt>(block.size());
        result = deflate(&z, bytes.empty() ? Z_FINISH : Z_NO_FLUSH);
        out.append(block.data(), block.size() - z.avail_out);
    }
    deflateEnd(&z);
    return out;
}

} // namespace weft
