package stream

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
)

const (
	// zstdWindow is the window of a writer. Larger ones cost memory for each stream and
	// save nothing, because nearly all of what repeats was left out.
	zstdWindow = 128 << 10
	// maxZstdWindow is the largest window that is read. It bounds the memory.
	maxZstdWindow = 8 << 20
)

// decompress returns a reader of the decompressed stream. It returns each block as soon
// as it has arrived. If it is an io.Closer, Close frees its memory.
func decompress(source io.Reader, encoding Encoding) (io.Reader, error) {
	switch encoding {
	case Identity:
		return source, nil
	case Gzip:
		return &gzipReader{source: bufio.NewReader(source)}, nil
	case Zstd:
		decoder, err := zstd.NewReader(source, zstd.WithDecoderConcurrency(1),
			zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxZstdWindow))
		if err != nil {
			return nil, err
		}
		return decoder.IOReadCloser(), nil
	default:
		return nil, fmt.Errorf("stepwire: there is no encoding %q", encoding)
	}
}

// gzipReader decompresses gzip. Unlike compress/gzip, it returns data after each block,
// as after a partial flush of zlib, and not only after a sync flush.
type gzipReader struct {
	source   *bufio.Reader
	deflated io.ReadCloser
	checksum uint32
	size     uint32
}

func (reader *gzipReader) Read(buffer []byte) (int, error) {
	if reader.deflated == nil {
		if _, err := gzip.NewReader(reader.source); err != nil {
			return 0, err
		}
		reader.deflated = flate.NewReaderOpts(reader.source, flate.WithPartialBlock())
		reader.checksum, reader.size = 0, 0
	}
	count, err := reader.deflated.Read(buffer)
	reader.checksum = crc32.Update(reader.checksum, crc32.IEEETable, buffer[:count])
	reader.size += uint32(count)
	if err == io.EOF {
		err = reader.end()
	}
	return count, err
}

// end checks what follows the data. Other gzip data may follow.
func (reader *gzipReader) end() error {
	var trailer [8]byte
	if _, err := io.ReadFull(reader.source, trailer[:]); err != nil {
		return io.ErrUnexpectedEOF
	}
	if binary.LittleEndian.Uint32(trailer[:4]) != reader.checksum ||
		binary.LittleEndian.Uint32(trailer[4:]) != reader.size {
		return gzip.ErrChecksum
	}
	reader.deflated = nil
	return nil
}

// compressor compresses the blocks of a stream in one context.
type compressor struct {
	output *bytes.Buffer
	writer flusher
}

type flusher interface {
	io.WriteCloser
	Flush() error
}

func newCompressor(encoding Encoding) (*compressor, error) {
	output := &bytes.Buffer{}
	switch encoding {
	case Identity:
		return nil, nil
	case Gzip:
		return &compressor{output, gzip.NewWriter(output)}, nil
	case Zstd:
		encoder, err := zstd.NewWriter(output, zstd.WithEncoderConcurrency(1),
			zstd.WithWindowSize(zstdWindow), zstd.WithLowerEncoderMem(true))
		return &compressor{output, encoder}, err
	default:
		return nil, fmt.Errorf("stepwire: there is no encoding %q", encoding)
	}
}

// compress returns the compressed block. Everything so far can be decompressed then.
func (compressor *compressor) compress(block []byte, isLast bool) ([]byte, error) {
	compressor.output.Reset()
	if _, err := compressor.writer.Write(block); err != nil {
		return nil, err
	}
	finish := compressor.writer.Flush
	if isLast {
		finish = compressor.writer.Close
	}
	err := finish()
	return compressor.output.Bytes(), err
}
