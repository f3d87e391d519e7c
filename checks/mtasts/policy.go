package mtasts

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Mode is what a policy asks of senders (RFC 8461 §5).
type Mode string

// The modes.
const (
	Enforce Mode = "enforce" // do not deliver where TLS or the certificate fails
	Testing Mode = "testing" // deliver, and report
	Off     Mode = "none"    // as if there were no policy
)

// Policy is a policy document (RFC 8461 §3.2), valid or not.
type Policy struct {
	// Lines are those that are not empty.
	Lines []Line
	// Mode is empty if it is missing or no mode at all.
	Mode Mode
	// MX are the patterns as written, good ones alone.
	MX []string
	// MaxAge is in seconds; -1 if it is missing or no number.
	MaxAge int64
	// Faults are why senders take it for no policy; Doubled are keys that stand
	// twice, of which the first counts.
	Faults, Doubled []PolicyFault
}

// Line is one line: a key and its value, without the white space around it.
type Line struct {
	Number     int // from 1
	Key, Value string
	// Text is the whole line; Pair says that it is a key and a value.
	Text string
	Pair bool
}

// PolicyFaultKind says what is wrong with a policy.
type PolicyFaultKind string

// The faults of a policy. Their texts are part of catalogue ids.
const (
	NotPolicy  PolicyFaultKind = "not-a-policy" // none of its lines is one of a policy
	ByteOrder  PolicyFaultKind = "byte-order"   // begins with a byte order mark
	BadLine    PolicyFaultKind = "line"         // no key and value
	KeyCase    PolicyFaultKind = "key-case"     // a key in capitals
	NoVersion  PolicyFaultKind = "no-version"
	OddVersion PolicyFaultKind = "version" // not STSv1
	NoMode     PolicyFaultKind = "no-mode"
	OddMode    PolicyFaultKind = "mode"
	NoMaxAge   PolicyFaultKind = "no-max-age"
	OddMaxAge  PolicyFaultKind = "max-age"
	LongMaxAge PolicyFaultKind = "max-age-long"
	NoMX       PolicyFaultKind = "no-mx"
	OddMX      PolicyFaultKind = "mx"
	Twice      PolicyFaultKind = "twice"
)

// PolicyFault is one thing that is wrong, with the line it is in, if any.
type PolicyFault struct {
	Kind PolicyFaultKind
	Line int
	// Found is the value, key or line at fault.
	Found string
}

// MaxMaxAge is the longest max_age, in seconds: a year (RFC 8461 §3.2).
const MaxMaxAge = 31557600

const byteOrderMark = "\ufeff"

// ParsePolicy reads a document, which may be anything. Lines end with CRLF or
// LF; keys that it does not know are ignored (RFC 8461 §3.2).
func ParsePolicy(text string) *Policy {
	p := &Policy{MaxAge: -1}
	if strings.HasPrefix(text, byteOrderMark) {
		p.fault(ByteOrder, 1, "")
		text = strings.TrimPrefix(text, byteOrderMark)
	}
	known := false
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(strings.TrimSuffix(line, "\r"), " \t")
		if line == "" {
			continue // no sender minds, though the grammar has no empty line
		}
		l := parseLine(i+1, line)
		p.Lines = append(p.Lines, l)
		known = known || l.names("version", "mode", "mx", "max_age")
		if !l.Pair {
			p.fault(BadLine, l.Number, l.Text)
		}
	}
	if !known {
		p.Faults = []PolicyFault{{Kind: NotPolicy}}
		return p
	}
	p.readVersion()
	p.readMode()
	p.readMaxAge()
	p.readMX()
	return p
}

func (p *Policy) fault(kind PolicyFaultKind, line int, found string) {
	p.Faults = append(p.Faults, PolicyFault{kind, line, found})
}

func parseLine(number int, text string) Line {
	key, value, ok := strings.Cut(text, ":")
	value = strings.TrimLeft(value, " \t")
	return Line{Number: number, Text: text, Key: key, Value: value, Pair: ok && isKey(key) && isValue(value)}
}

// isKey tells (ALPHA / DIGIT) *31(ALPHA / DIGIT / "_" / "-" / ".").
func isKey(key string) bool {
	for i := 0; i < len(key); i++ {
		c := key[i]
		alphanumeric := '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
		if !alphanumeric && (i == 0 || c != '_' && c != '-' && c != '.') {
			return false
		}
	}
	return key != "" && len(key) <= 32
}

// isValue tells visible characters, also beyond ASCII, with spaces inside.
func isValue(value string) bool {
	return utf8.ValidString(value) && !strings.ContainsFunc(value, func(c rune) bool { return c < ' ' || c == 0x7f })
}

// names reports whether the line was meant to have one of the keys.
func (l Line) names(keys ...string) bool {
	key := strings.ToLower(strings.Trim(l.Key, " \t"))
	for _, k := range keys {
		if key == k && len(l.Text) > len(l.Key) {
			return true
		}
	}
	return false
}

// first is the first line of a key; later ones are ignored (RFC 8461 §3.2).
func (p *Policy) first(key string) (line Line, ok bool) {
	for _, l := range p.Lines {
		switch {
		case !l.Pair || l.Key != key:
		case !ok:
			line, ok = l, true
		default:
			p.Doubled = append(p.Doubled, PolicyFault{Twice, l.Number, l.Text})
		}
	}
	return line, ok
}

// missing is the fault of a policy without a key: that of the line that was
// meant to have it, if there is one.
func (p *Policy) missing(key string, kind PolicyFaultKind) {
	for _, l := range p.Lines {
		if !l.names(key) {
			continue
		}
		if l.Pair {
			p.fault(KeyCase, l.Number, l.Key)
		}
		return // what is no pair has its fault already
	}
	p.fault(kind, 0, "")
}

func (p *Policy) readVersion() {
	switch l, ok := p.first("version"); {
	case !ok:
		p.missing("version", NoVersion)
	case l.Value != "STSv1":
		p.fault(OddVersion, l.Number, l.Value)
	}
}

func (p *Policy) readMode() {
	l, ok := p.first("mode")
	if !ok {
		p.missing("mode", NoMode)
		return
	}
	switch m := Mode(l.Value); m {
	case Enforce, Testing, Off:
		p.Mode = m
	default:
		p.fault(OddMode, l.Number, l.Value)
	}
}

func (p *Policy) readMaxAge() {
	l, ok := p.first("max_age")
	if !ok {
		p.missing("max_age", NoMaxAge)
		return
	}
	seconds, err := strconv.ParseUint(l.Value, 10, 63)
	switch {
	case err != nil || len(l.Value) > 10 || strings.Trim(l.Value, "0123456789") != "":
		p.fault(OddMaxAge, l.Number, l.Value)
	case seconds > MaxMaxAge:
		p.fault(LongMaxAge, l.Number, l.Value)
	default:
		p.MaxAge = int64(seconds)
	}
}

func (p *Policy) readMX() {
	lines := 0
	for _, l := range p.Lines {
		switch {
		case !l.Pair || l.Key != "mx":
			continue
		case isPattern(l.Value):
			p.MX = append(p.MX, l.Value)
		default:
			p.fault(OddMX, l.Number, l.Value)
		}
		lines++
	}
	if lines == 0 && p.Mode != Off { // §3.2: required, except when the mode is none
		p.missing("mx", NoMX)
	}
}

// Valid reports whether senders take it for a policy.
func (p *Policy) Valid() bool { return len(p.Faults) == 0 }

// extensions are the lines that later standards may have defined.
func (p *Policy) extensions() (lines []string) {
	for _, l := range p.Lines {
		if l.Pair && l.Value != "" && !l.names("version", "mode", "mx", "max_age") {
			lines = append(lines, l.Key+": "+l.Value)
		}
	}
	return lines
}

// String writes a policy that senders read as this one, with CRLF line ends.
// What is missing is left out.
func (p *Policy) String() string {
	lines := []string{"version: STSv1"}
	if p.Mode != "" {
		lines = append(lines, "mode: "+string(p.Mode))
	}
	for _, pattern := range p.MX {
		lines = append(lines, "mx: "+pattern)
	}
	if p.MaxAge >= 0 {
		lines = append(lines, "max_age: "+strconv.FormatInt(p.MaxAge, 10))
	}
	return strings.Join(append(lines, p.extensions()...), "\r\n") + "\r\n"
}
