package consensus

// flagsSlot holds the two s lines met last of those that fall to it. With one only, two common ones of one beginning would
// push each other out all the time.
type flagsSlot [2]flagsLine

// flagsLine is an s line and what it means. The zero flagsLine is none.
//
// It is found and compared without looking for its end: how long an s line is, the processor cannot guess, and two loops
// that go as far as it is long would cost more than all the work here.
type flagsLine struct {
	text  [8]uint64 // the line with its end, and zeros
	size  int
	flags Flags
}

// begins reports whether text, of which there are 64 bytes at least, begins with the line.
func (l *flagsLine) begins(text []byte) bool {
	t, mask := (*[64]byte)(text), &firstBytes[l.size&127]
	return l.size > 0 &&
		(word(t[0:])&mask[0]^l.text[0])|(word(t[8:])&mask[1]^l.text[1])|
			(word(t[16:])&mask[2]^l.text[2])|(word(t[24:])&mask[3]^l.text[3])|
			(word(t[32:])&mask[4]^l.text[4])|(word(t[40:])&mask[5]^l.text[5])|
			(word(t[48:])&mask[6]^l.text[6])|(word(t[56:])&mask[7]^l.text[7]) == 0
}

// remembered is the s line of size bytes, at most 64, that text begins with.
func remembered(text []byte, size int, flags Flags) flagsLine {
	l := flagsLine{size: size, flags: flags}
	for i := range l.text {
		l.text[i] = word(text[8*i:]) & firstBytes[size][i]
	}
	return l
}

// firstBytes holds, for each number up to 64, the mask of so many bytes in eight words.
var firstBytes = func() (masks [128][8]uint64) {
	for n := range 64 + 1 {
		for i := range n {
			masks[n][i/8] |= 0xff << (i % 8 * 8)
		}
	}
	return masks
}()

// s reads an s line with flags and tells its size, 0 if it has to be read otherwise.
func (q *quickReader) s(e *Entry, text []byte) int {
	// So many bytes tell nearly all lines apart; behind a short one the beginning of the next line comes in, which differs
	// little. The factors are odd numbers without a pattern.
	hash := (word(text[2:])*0x9e3779b97f4a7c15 ^ word(text[10:])*0xff51afd7ed558ccd ^ word(text[18:])*0xbf58476d1ce4e5b9 ^
		word(text[22:])) * 0xc4ceb9fe1a85ec53
	slot := &q.flags[hash>>57]
	for i := range slot {
		if slot[i].begins(text) {
			e.Flags = slot[i].flags
			return slot[i].size
		}
	}
	size := plainLine(text, len("s "))
	if size == 0 || e.parseS(text[2:size-1], q.header).sentinel != nil {
		return 0
	}
	if size <= len(slot[0].text)*8 {
		copy(slot[1:], slot[:])
		slot[0] = remembered(text, size, e.Flags)
	}
	return size
}
