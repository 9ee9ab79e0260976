package stream

import "bytes"

// textList has the last short texts that were written as the only changed value of an
// event.
type textList struct {
	texts [textCount][]byte
	next  int
}

// add adds a text in place of the oldest one, unless it is empty or too long.
func (list *textList) add(text []byte) {
	if len(text) > 0 && len(text) <= textBytes {
		list.texts[list.next] = append(list.texts[list.next][:0], text...)
		list.next = (list.next + 1) % textCount
	}
}

// find returns the place of a text, or -1.
func (list *textList) find(text []byte) int {
	if len(text) > 0 && len(text) <= textBytes {
		for place, each := range list.texts {
			if bytes.Equal(each, text) {
				return place
			}
		}
	}
	return -1
}

// get returns the text in a place. It is empty if there is none.
func (list *textList) get(place uint64) []byte {
	if place >= textCount {
		return nil
	}
	return list.texts[place]
}
