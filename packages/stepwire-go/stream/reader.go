package stream

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
)

// Event is an event of a stream.
type Event struct {
	// Number is greater than that of the event before.
	Number uint64
	// Bytes is the event message in binary, in a buffer of its own.
	Bytes []byte
}

// Read returns the events of a stream, each as soon as it has arrived. If the stream is
// not complete, the last pair has an error: an [*Error] if the stream is malformed or
// exceeds a limit, a [*Failure] if its writer reported one, or the error of the source.
// The sequence can be used once. Read does not close the source.
func Read(source io.Reader, options ...Option) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		reader, err := newReader(source, options)
		if err != nil {
			yield(Event{}, err)
			return
		}
		defer reader.input.close()
		for {
			event, err := reader.next()
			if err == io.EOF {
				return
			}
			if !yield(event, err) || err != nil {
				return
			}
		}
	}
}

// refusal is the reason of an [Error], without the place.
type refusal struct {
	code            Code
	expected, found string
	cause           error
}

func (refused *refusal) Error() string { return string(refused.code) }

type reader struct {
	input    *input
	restorer restorer
	options  options
	shape    shape
	history  history
	texts    textList
	copies   []part
	// number is that of the next event, unless the stream jumps.
	number   uint64
	started  bool
	ended    bool
	restored int64
	// offset is the offset of the current record.
	offset int64
}

func newReader(source io.Reader, given []Option) (*reader, error) {
	options, err := resolve(given)
	if err != nil {
		return nil, err
	}
	input, err := newInput(source, options)
	if err != nil {
		return nil, err
	}
	return &reader{
		input:    input,
		restorer: restorer{state: newState(options.maxStateBytes), maxEventBytes: options.maxEventBytes},
		options:  options,
		number:   options.firstNumber,
	}, nil
}

// next returns the next event, or io.EOF at the end of a complete stream.
func (reader *reader) next() (Event, error) {
	for {
		reader.offset = reader.input.taken
		event, err := reader.record()
		if err == nil && event == nil {
			continue
		}
		if err == nil {
			return *event, nil
		}
		return Event{}, reader.place(err)
	}
}

// place adds the place to a refusal.
func (reader *reader) place(err error) error {
	if reader.ended && err == io.EOF {
		return err
	}
	var refused *refusal
	if err == io.EOF {
		found := "the end of the input"
		if size := reader.input.read - reader.offset; size > 0 {
			found = fmt.Sprintf("the end of the input within a record, after %d bytes of it", size)
		}
		refused = &refusal{CutOff, "the end mark", found, nil}
	} else if !errors.As(err, &refused) {
		return err
	}
	return &Error{
		Code:     refused.code,
		Offset:   reader.offset,
		Event:    reader.number,
		Expected: refused.expected,
		Found:    refused.found,
		cause:    refused.cause,
	}
}

// record reads a record. It returns nil if the record has no event.
func (reader *reader) record() (*Event, error) {
	if reader.ended {
		if _, err := reader.input.byte(); err != nil {
			return nil, err
		}
		expected := "the end of the input after the end mark"
		return nil, &refusal{TrailingBytes, expected, "more bytes", nil}
	}
	if !reader.started {
		return nil, reader.readHeader()
	}
	head, err := reader.input.varint()
	switch {
	case err != nil:
		return nil, err
	case head == controlHead:
		return nil, reader.readControl()
	}
	hasShape := head&headShape != 0
	reader.copies = reader.copies[:0]
	if hasShape {
		if err := reader.readShape(); err != nil {
			return nil, err
		}
	}
	take := reader.takeBody
	if head&headText != 0 {
		take = reader.takeText
	}
	body, err := take(head >> headShift)
	if err != nil {
		return nil, err
	}
	bytes, refused := reader.restorer.restore(&reader.shape, hasShape, body)
	if refused == nil {
		reader.restored += int64(len(bytes))
		refused = reader.input.checkExpansion(reader.restored)
	}
	if refused != nil {
		return nil, refused
	}
	reader.number++
	return &Event{reader.number - 1, bytes}, nil
}

// takeText returns the text in a place, which is the body of the event.
func (reader *reader) takeText(place uint64) ([]byte, error) {
	if !reader.hasOneValue() || len(reader.copies) > 0 {
		return nil, &refusal{Malformed, "a text as the only value of an event", "another shape", nil}
	}
	text := reader.texts.get(place)
	if len(text) == 0 {
		return nil, &refusal{MissingReference, fmt.Sprintf("a text with the number %d", place), "none", nil}
	}
	reader.history.add(text)
	return text, nil
}

// takeBody returns the body of an event, from its size + 1.
func (reader *reader) takeBody(number uint64) ([]byte, error) {
	if number == 0 {
		return nil, &refusal{Malformed, "a control record or a size", "a head without a size", nil}
	}
	size, copied, before := number-1, uint64(0), uint64(0)
	for _, part := range reader.copies {
		copied += uint64(part.length)
		before += uint64(part.gap)
	}
	if err := reader.checkSize(size+copied, "an event"); err != nil {
		return nil, err
	}
	if before > size {
		expected := fmt.Sprintf("a body of at least %d bytes", before)
		return nil, &refusal{Malformed, expected, fmt.Sprintf("%d bytes", size), nil}
	}
	written, err := reader.input.take(int(size))
	if err != nil {
		return nil, err
	}
	body := written
	if len(reader.copies) > 0 {
		body = reader.insertCopies(written, int(copied))
	}
	if reader.hasOneValue() {
		reader.texts.add(body)
	}
	reader.history.add(written)
	return body, nil
}

// insertCopies returns the written bytes with the copied ones.
func (reader *reader) insertCopies(written []byte, copied int) []byte {
	body := make([]byte, 0, len(written)+copied)
	recent := reader.history.recent()
	for _, part := range reader.copies {
		body = append(body, written[:part.gap]...)
		written = written[part.gap:]
		start := len(recent) - part.distance
		body = append(body, recent[start:start+part.length]...)
	}
	return append(body, written...)
}

func (reader *reader) hasOneValue() bool {
	return reader.shape.kind == kindValues && reader.shape.count == 1
}

func (reader *reader) readHeader() error {
	var found []byte
	for index := range len(magic) {
		each, err := reader.input.byte()
		if err != nil {
			return err
		}
		found = append(found, each)
		if each != magic[index] {
			return reader.badMagic(found)
		}
	}
	given, err := reader.input.varint()
	switch {
	case err != nil:
		return err
	case given > version:
		expected := fmt.Sprintf("version %d of the format", version)
		return &refusal{NewerVersion, expected, fmt.Sprintf("version %d", given), nil}
	case given == 0:
		return &refusal{Malformed, "a version", "0", nil}
	}
	reader.started = true
	return reader.readNumber()
}

// badMagic says what a stream starts with, as far as that has arrived.
func (reader *reader) badMagic(start []byte) error {
	rest := reader.input.buffer[reader.input.position:reader.input.limit]
	start = append(start, rest...)
	start = start[:min(len(start), 4)]
	text := hex.EncodeToString(start)
	switch {
	case strings.HasPrefix(text, "1f8b"):
		text += ", which is gzip"
	case text == "28b52ffd":
		text += ", which is zstd"
	}
	return &refusal{BadMagic, "the bytes 895357", text, nil}
}

func (reader *reader) readControl() error {
	code, err := reader.input.varint()
	if err != nil {
		return err
	}
	switch code {
	case controlEnd:
		reader.ended = true
		reader.restorer.state.clear()
		reader.history = history{}
		return nil
	case controlJump:
		return reader.readNumber()
	case controlAlive:
		return nil
	case controlFailure:
		return reader.readFailure()
	default:
		return &refusal{Malformed, "a control record", fmt.Sprintf("the code %d", code), nil}
	}
}

// readNumber reads the number of the next event.
func (reader *reader) readNumber() error {
	number, err := reader.input.varint()
	if err != nil {
		return err
	}
	if number < reader.number {
		expected := fmt.Sprintf("an event number of at least %d", reader.number)
		return &refusal{NumberOrder, expected, fmt.Sprint(number), nil}
	}
	reader.number = number
	return nil
}

func (reader *reader) readFailure() error {
	size, err := reader.input.varint()
	if err != nil {
		return err
	}
	if err := reader.checkSize(size, "the description of a failure"); err != nil {
		return err
	}
	detail, err := reader.input.take(int(size))
	if err != nil {
		return err
	}
	return &Failure{append([]byte{}, detail...)}
}

func (reader *reader) readShape() error {
	reader.shape = shape{}
	first, err := reader.input.varint()
	if err != nil {
		return err
	}
	if arm := first >> armShift; arm > 0 {
		if err := reader.readForm(arm); err != nil {
			return err
		}
	}
	if first&armCopies != 0 {
		return reader.readCopies()
	}
	return nil
}

// readForm reads the parts of a shape after the arm.
func (reader *reader) readForm(arm uint64) error {
	form, err := reader.input.varint()
	if err != nil {
		return err
	}
	slot := arm
	if form&formSlot != 0 {
		if slot, err = reader.input.varint(); err != nil {
			return err
		}
	}
	if arm >= fieldNumbers || slot >= fieldNumbers {
		return &refusal{Malformed, "a field number", fmt.Sprint(max(arm, slot)), nil}
	}
	content := form >> formShift
	reader.shape = shape{arm: arm, slot: slot, kind: form & formKinds}
	switch reader.shape.kind {
	case kindValues:
		return reader.readPaths(content)
	case kindEvent, kindPayload:
		if content >= 1<<maxFields {
			return &refusal{Malformed, fmt.Sprintf("a mask of %d fields", maxFields), "a larger one", nil}
		}
		reader.shape.mask = content
		return nil
	default:
		return &refusal{Malformed, "a kind of shape", fmt.Sprint(reader.shape.kind), nil}
	}
}

func (reader *reader) readPaths(count uint64) error {
	if count < 1 || count > maxValues {
		expected := fmt.Sprintf("1 to %d changed values", maxValues)
		return &refusal{Malformed, expected, fmt.Sprint(count), nil}
	}
	reader.shape.count = int(count)
	for index := range reader.shape.count {
		path, err := reader.input.varint()
		if err != nil {
			return err
		}
		reader.shape.paths[index] = path
	}
	return nil
}

// readCopies reads which parts of the body are copied.
func (reader *reader) readCopies() error {
	count, err := reader.input.varint()
	if err != nil {
		return err
	}
	if count < 1 || count > maxCopies {
		expected := fmt.Sprintf("1 to %d copies", maxCopies)
		return &refusal{Malformed, expected, fmt.Sprint(count), nil}
	}
	copied, size := uint64(0), uint64(reader.history.size())
	for range count {
		var numbers [3]uint64
		for index := range numbers {
			if numbers[index], err = reader.input.varint(); err != nil {
				return err
			}
		}
		gap, length, distance := numbers[0], numbers[1], numbers[2]
		if length < 1 {
			return &refusal{Malformed, "a copy of at least one byte", "an empty copy", nil}
		}
		if distance > size || length > distance {
			expected := fmt.Sprintf("a copy from the last %d bytes", size)
			found := fmt.Sprintf("%d bytes that start %d back", length, distance)
			return &refusal{MissingReference, expected, found, nil}
		}
		copied += length
		if err := reader.checkSize(copied, "an event"); err != nil {
			return err
		}
		reader.copies = append(reader.copies, part{int(gap), int(length), int(distance)})
	}
	return nil
}

func (reader *reader) checkSize(size uint64, what string) error {
	if size <= uint64(reader.options.maxEventBytes) {
		return nil
	}
	expected := fmt.Sprintf("%s of at most %d bytes", what, reader.options.maxEventBytes)
	return &refusal{TooLarge, expected, fmt.Sprintf("%d bytes", size), nil}
}
