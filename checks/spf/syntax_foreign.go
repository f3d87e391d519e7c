package spf

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// The faces of NonASCII.
const (
	SmartDash   Reason = "dash"       // a dash that is not the hyphen-minus
	WideSpace   Reason = "space"      // a space that is not U+0020
	ZeroWidth   Reason = "zero-width" // nothing to see: BOM, zero width space
	FullWidth   Reason = "full-width" // the wide forms of Japanese input
	BadEncoding Reason = "encoding"   // not UTF-8
)

// foreign recognises octets that are not visible ASCII.
func (m *mistake) foreign() bool {
	at := strings.IndexFunc(m.raw, func(r rune) bool { return r <= ' ' || r > '~' })
	if at < 0 {
		return false
	}
	end := at
	for end < len(m.raw) && (m.raw[end] <= ' ' || m.raw[end] > '~') {
		end++
	}
	m.at(at, end)
	folded, reason := fold(m.raw)
	switch first, _ := utf8.DecodeRuneInString(m.raw[at:]); {
	case first < 0x80:
		m.is(ControlChar, "")
	case smartQuotes[first]:
		m.is(Quotes, "")
		folded = strings.ReplaceAll(folded, `"`, "")
	case !isASCII(folded) && utf8.ValidString(m.raw) && m.takesDomain():
		m.idn(folded)
		return true
	default:
		m.is(NonASCII, reason)
	}
	if isASCII(folded) {
		m.foreignMended(strings.TrimSpace(folded))
	}
	return true
}

// foreignMended suggests the ASCII form; it may be several terms, or a
// qualifier whose mechanism is the next token.
func (m *mistake) foreignMended(folded string) {
	if len(folded) == 1 && oneOf(folded, "+-~?") && len(m.rest) > 0 {
		t, f := parseTerm(m.rest[0])
		if f == nil && t.Kind.Mechanism() && !t.Explicit {
			m.took = 1
			m.certain(folded + m.rest[0])
		}
		return
	}
	terms := strings.Fields(folded)
	for i, raw := range terms {
		good, ok := mended(raw)
		if !ok {
			return
		}
		terms[i] = good
	}
	m.certain(strings.Join(terms, " "))
}

func (m *mistake) takesDomain() bool {
	switch m.term.Kind {
	case Include, A, MX, PTR, Exists, Redirect, Exp:
		return strings.ContainsAny(m.raw, ":=")
	}
	return false
}

// idn turns the labels of a name into their ASCII form. RFC 7208 §4.3: a
// record has A-labels only.
func (m *mistake) idn(folded string) {
	from := strings.IndexAny(folded, ":=") + 1
	to := len(folded)
	if m.term.Kind == A || m.term.Kind == MX {
		to = cutCIDR(folded, from)
	}
	m.is(IDN, "")
	m.at(strings.IndexAny(m.raw, ":=")+1, len(m.raw))
	labels := strings.Split(folded[from:to], ".")
	for i, label := range labels {
		if isASCII(label) {
			continue
		}
		ascii, err := idna.Lookup.ToASCII(label)
		if err != nil {
			return
		}
		labels[i] = ascii
	}
	m.certain(folded[:from] + strings.Join(labels, ".") + folded[to:])
}

// quoted recognises quotation marks that are part of the data.
func (m *mistake) quoted() bool {
	at := strings.IndexByte(m.raw, '"')
	if at < 0 || m.out.Problem == AllArg || strings.HasPrefix(strings.ToLower(m.body()), "all") {
		return false
	}
	m.is(Quotes, "")
	m.at(at, at+1)
	bare := strings.NewReplacer(`\"`, "", `"`, "").Replace(m.raw)
	if bare == "" {
		return m.certain("")
	}
	m.tryAs(bare)
	return true
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

var smartQuotes = map[rune]bool{'“': true, '”': true, '„': true, '‟': true, '«': true, '»': true, '″': true, '＂': true, '「': true, '」': true}

// fold writes what a keyboard, an editor or a web form turned into something
// else as the ASCII that was meant; other characters stay. Text that is not
// UTF-8 is read as Windows-1252, the usual source of stray dashes and quotes.
// The reason names the first replacement.
func fold(s string) (string, Reason) {
	if !utf8.ValidString(s) {
		return foldRunes(fromWindows1252(s)), BadEncoding
	}
	return foldRunes([]rune(s)), foldReason(s)
}

func foldRunes(runes []rune) string {
	var b strings.Builder
	for i, r := range runes {
		switch {
		case r == '\t' || r == '\r' || r == '\n':
			b.WriteByte(' ')
		case r < ' ' || r == 0x7F:
		case r == 'ー' && (i+1 < len(runes) && runes[i+1] < 0x80) && (i == 0 || runes[i-1] < 0x80):
			b.WriteByte('-') // the Japanese vowel sign looks like a dash and sits on its key
		default:
			b.WriteString(foldRune(r))
		}
	}
	return b.String()
}

func foldRune(r rune) string {
	switch {
	case r < 0x80:
		return string(r)
	case isDash(r):
		return "-"
	case r == '〜' || r == '～' || r == '∼' || r == '˜':
		return "~"
	case unicode.IsSpace(r) || unicode.Is(unicode.Zs, r):
		return " "
	case isZeroWidth(r):
		return ""
	case smartQuotes[r]:
		return `"`
	case r == '‘' || r == '’':
		return "'"
	case r == '。' || r == '｡':
		return "."
	case r == '、':
		return ","
	}
	if plain := norm.NFKC.String(string(r)); isASCII(plain) {
		return plain
	}
	return string(r)
}

func isDash(r rune) bool {
	return unicode.Is(unicode.Pd, r) || r == '−' || r == '⁃' || r == '─' || r == '━' || r == '\u00AD'
}

func isZeroWidth(r rune) bool {
	return unicode.Is(unicode.Cf, r) || r == '\u034F' || r == '\uFE0F'
}

func foldReason(s string) Reason {
	for _, r := range s {
		switch {
		case r < 0x80:
			continue
		case r >= 0xFF01 && r <= 0xFF5E:
			return FullWidth
		case isDash(r) || r == 'ー':
			return SmartDash
		case isZeroWidth(r):
			return ZeroWidth
		case unicode.IsSpace(r) || unicode.Is(unicode.Zs, r):
			return WideSpace
		}
		return ""
	}
	return ""
}

// fromWindows1252 decodes the octets that matter here: dashes, quotes, the
// no-break space. Others become U+FFFD.
func fromWindows1252(s string) []rune {
	known := map[byte]rune{0x91: '‘', 0x92: '’', 0x93: '“', 0x94: '”', 0x96: '–', 0x97: '—', 0xA0: '\u00A0', 0xAD: '\u00AD'}
	runes := make([]rune, 0, len(s))
	for i := range len(s) {
		switch r, ok := known[s[i]]; {
		case s[i] < 0x80:
			runes = append(runes, rune(s[i]))
		case ok:
			runes = append(runes, r)
		default:
			runes = append(runes, utf8.RuneError)
		}
	}
	return runes
}
