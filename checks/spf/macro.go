package spf

import (
	"strconv"
	"strings"

	"mailauth/checks"
)

// MacroString is text with macros in it, RFC 7208 §7.1.
type MacroString struct {
	Parts []Part
}

// DomainSpec is a macro-string that stands for a domain name, RFC 7208 §7.1.
type DomainSpec struct {
	MacroString
	Span checks.Span // place in Record.Text
}

// Part is a piece of a macro-string: literal text, or one macro.
type Part struct {
	Text    string // as written: "_spf.", "%{ir}", "%%"
	Letter  byte   // macro letter in lower case; '%', '_' or '-' for %%, %_, %-; 0 for literal text
	Escape  bool   // the letter is upper case: the value is URL-escaped
	Digits  int    // number of right-hand parts to keep, 0 = all
	Reverse bool   // "r": the parts are reversed
	Delims  string // delimiters that split the value, "" = "."
}

// String returns the text as written.
func (m *MacroString) String() string {
	var b strings.Builder
	for _, p := range m.Parts {
		b.WriteString(p.Text)
	}
	return b.String()
}

// Uses reports whether one of the macro letters (lower case) occurs.
func (m *MacroString) Uses(letters string) bool {
	for _, p := range m.Parts {
		if p.Letter != 0 && strings.IndexByte(letters, p.Letter) >= 0 {
			return true
		}
	}
	return false
}

// Macros reports whether anything has to be expanded at all; %%, %_ and %-
// count.
func (m *MacroString) Macros() bool {
	for _, p := range m.Parts {
		if p.Letter != 0 {
			return true
		}
	}
	return false
}

// Dynamic reports whether the expansion depends on the message: on the client
// address, the sender, the HELO name. %{d} does not, and neither does %{v},
// which has one value per address family.
func (m *MacroString) Dynamic() bool { return m.Uses("sloiphcrt") }

const (
	macroLetters   = "slodiphcrtv"
	expOnlyLetters = "crt" // RFC 7208 §7.2: only in explanation text
	delimiters     = ".-+,/_="
)

// The faces of MacroSyntax and MacroExpOnly.
const (
	MacroPercent    Reason = "percent"     // % before something else than { % _ -
	MacroUnbalanced Reason = "unbalanced"  // no closing brace
	MacroLetter     Reason = "letter"      // no such macro letter
	MacroZero       Reason = "zero"        // %{d0}
	MacroTransform  Reason = "transformer" // junk behind the letter
)

// parseMacros reads a macro-string. Explanation text may have spaces and the
// letters c, r and t. It returns what it could read, and the first fault with
// its place in text.
func parseMacros(text string, explain bool) (MacroString, *SyntaxError) {
	var m MacroString
	for i := 0; i < len(text); {
		if text[i] != '%' {
			end := i
			for end < len(text) && text[end] != '%' {
				end++
			}
			if f := visible(text[i:end], explain); f != nil {
				return m, moved(f, i)
			}
			m.Parts = append(m.Parts, Part{Text: text[i:end]})
			i = end
			continue
		}
		p, reason := parseMacro(text[i:])
		if reason != "" {
			return m, fault(MacroSyntax, reason, i, i+len(p.Text))
		}
		if !explain && strings.IndexByte(expOnlyLetters, p.Letter) >= 0 {
			return m, fault(MacroExpOnly, "", i, i+len(p.Text))
		}
		m.Parts = append(m.Parts, p)
		i += len(p.Text)
	}
	return m, nil
}

// visible checks macro-literal: visible ASCII, and in explanations spaces.
func visible(text string, explain bool) *SyntaxError {
	for i := range len(text) {
		switch c := text[i]; {
		case c > '~' && c != 0x7F:
			return fault(NonASCII, "", i, i+1)
		case c == ' ' && explain:
		case c <= ' ' || c == 0x7F:
			return fault(ControlChar, "", i, i+1)
		}
	}
	return nil
}

// parseMacro reads the macro at the beginning of text. With a reason, the
// Part has only the Text that is wrong.
func parseMacro(text string) (Part, Reason) {
	if len(text) < 2 {
		return Part{Text: text}, MacroPercent
	}
	switch c := text[1]; c {
	case '%', '_', '-':
		return Part{Text: text[:2], Letter: c}, ""
	case '{':
	default:
		return Part{Text: text[:2]}, MacroPercent
	}
	end := strings.IndexByte(text, '}')
	if end < 0 {
		return Part{Text: text}, MacroUnbalanced
	}
	p := Part{Text: text[:end+1]}
	body := text[2:end]
	if body == "" || strings.IndexByte(macroLetters, lower(body[0])) < 0 {
		return p, MacroLetter
	}
	p.Letter, p.Escape = lower(body[0]), isUpper(body[0])
	return parseTransformers(p, body[1:])
}

// parseTransformers reads *DIGIT ["r"] *delimiter.
func parseTransformers(p Part, body string) (Part, Reason) {
	n := 0
	for n < len(body) && isDigit(body[n]) {
		n++
	}
	if n > 0 {
		// RFC 7208 §7.3: a DIGIT MUST be nonzero; more than there are parts
		// means all of them, so a number too large to hold is no mistake.
		v, err := strconv.Atoi(body[:n])
		if err != nil {
			v = 1 << 30
		}
		if v == 0 {
			return Part{Text: p.Text}, MacroZero
		}
		p.Digits = v
	}
	if n < len(body) && lower(body[n]) == 'r' {
		p.Reverse = true
		n++
	}
	p.Delims = body[n:]
	if strings.Trim(p.Delims, delimiters) != "" {
		return Part{Text: p.Text}, MacroTransform
	}
	return p, ""
}

// ParseExplanation reads the text of an exp= record (RFC 7208 §6.2,
// explain-string): a macro-string that may have spaces and the letters c, r
// and t. The error, if any, is the first place where it is none; receivers
// then send no explanation.
func ParseExplanation(text string) (*MacroString, *SyntaxError) {
	m, f := parseMacros(text, true)
	return &m, f
}

func fault(p Problem, reason Reason, start, end int) *SyntaxError {
	return &SyntaxError{Problem: p, Reason: reason, Span: checks.Span{Start: start, End: end}, Term: -1}
}

func lower(c byte) byte {
	if isUpper(c) {
		return c + 'a' - 'A'
	}
	return c
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isAlpha(c byte) bool { return 'a' <= lower(c) && lower(c) <= 'z' }
func isAlnum(c byte) bool { return isAlpha(c) || isDigit(c) }
