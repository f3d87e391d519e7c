package dmarc

import (
	"strings"

	"mailauth/checks"
	"mailauth/checks/taglist"
)

// Record is a DMARC policy record as it was written (RFC 9989 §4.7): every tag,
// what the known ones say, and everything that is wrong with it.
type Record struct {
	// Text is the record: the strings of a TXT record joined with nothing in
	// between (RFC 9989 §4.5).
	Text string
	// List is the text cut into its pieces; the first is the version.
	List taglist.List

	P, SP, NP   Request
	ADKIM, ASPF Alignment
	// Testing is t=y: receivers apply one level less than published.
	Testing bool
	// PSD is 'y', 'n' or the default 'u'.
	PSD byte
	// RUA and RUF are the addresses for aggregate and failure reports, with
	// those that receivers cannot use.
	RUA, RUF []URI
	// FO is the failure reporting options, nil without the tag.
	FO *taglist.Tag

	Faults []Fault

	before []string // the name of the last known tag before each piece, as far as asked for
}

// Request is a p, sp or np tag. Tag is nil if it is absent; Policy is empty if
// it is absent or its value is no policy.
type Request struct {
	Tag    *taglist.Tag
	Policy Policy
}

// Alignment is an adkim or aspf tag. A value that is neither r nor s leaves the
// default, relaxed (RFC 9989 §4.8: syntax errors are discarded in favour of
// default values).
type Alignment struct {
	Tag    *taglist.Tag
	Strict bool
}

// The tags of RFC 9989 §4.7, and those of RFC 7489 that it made historic.
var (
	activeTags   = []string{"v", "p", "sp", "np", "psd", "t", "adkim", "aspf", "rua", "ruf", "fo"}
	historicTags = []string{"pct", "rf", "ri"}
)

// IsDMARC reports whether receivers take a TXT record's text for a DMARC
// record: its first tag is v, and its value exactly DMARC1 (RFC 9989 §4.8). The
// tag's name has no case; nothing may stand before it.
func IsDMARC(text string) bool {
	rest, ok := cutVersionName(text)
	if !ok {
		return false
	}
	rest, ok = strings.CutPrefix(strings.TrimLeft(rest, " \t"), "DMARC1")
	rest = strings.TrimLeft(rest, " \t")
	return ok && (rest == "" || rest[0] == ';')
}

func cutVersionName(text string) (rest string, ok bool) {
	if text == "" || text[0]|0x20 != 'v' {
		return "", false
	}
	return strings.CutPrefix(strings.TrimLeft(text[1:], " \t"), "=")
}

// Parse reads a record for which IsDMARC holds; of other texts it makes what
// it can. It never stops at a fault. Where a tag stands twice, the first counts.
func Parse(text string) *Record {
	r := &Record{Text: text, List: taglist.Parse(text), PSD: 'u'}
	r.faultsOfText()
	for i := range r.List.Tags {
		if i == 0 || r.List.Tags[i].Blank() {
			continue // receivers skip an empty piece
		}
		r.piece(i)
	}
	return r
}

// piece reads one tag after the version.
func (r *Record) piece(i int) {
	tag := &r.List.Tags[i]
	if uris := r.strayURIs(i); uris != nil {
		span := r.trimmed(tag.Span)
		*uris = append(*uris, URI{Raw: span.Of(r.Text), Span: span, Fault: AfterSemicolon})
		return
	}
	if r.faultsOfPiece(i) {
		return
	}
	first := r.first(tag.Name) == i
	if !first {
		r.fault(Duplicate, i, tag.NameSpan)
		return
	}
	switch key := strings.ToLower(tag.Name); key {
	case "p":
		r.P = request(tag)
	case "sp":
		r.SP = request(tag)
	case "np":
		r.NP = request(tag)
	case "adkim":
		r.ADKIM = Alignment{tag, strings.EqualFold(tag.Value, "s")}
	case "aspf":
		r.ASPF = Alignment{tag, strings.EqualFold(tag.Value, "s")}
	case "t":
		r.Testing = strings.EqualFold(tag.Value, "y")
		if !r.Testing && !strings.EqualFold(tag.Value, "n") {
			r.fault(BadValue, i, valueOrName(tag))
		}
	case "psd":
		r.psd(i, tag)
	case "rua":
		r.RUA = parseURIs(r.Text, tag.ValueSpan)
	case "ruf":
		r.RUF = parseURIs(r.Text, tag.ValueSpan)
	case "fo":
		r.FO = tag
	}
}

func request(tag *taglist.Tag) Request {
	p, _ := ParsePolicy(tag.Value)
	return Request{tag, p}
}

func (r *Record) psd(i int, tag *taglist.Tag) {
	if v := strings.ToLower(tag.Value); v == "y" || v == "n" || v == "u" {
		r.PSD = v[0]
		return
	}
	r.fault(BadValue, i, valueOrName(tag))
}

// first is the index of the first tag of the name, without regard to case.
func (r *Record) first(name string) int {
	for i, t := range r.List.Tags {
		if t.Equals && strings.EqualFold(t.Name, name) {
			return i
		}
	}
	return -1
}

// Tag returns the first tag of the name, in any case, or nil.
func (r *Record) Tag(name string) *taglist.Tag {
	if i := r.first(name); i >= 0 {
		return &r.List.Tags[i]
	}
	return nil
}

// String writes the record with one space after each semicolon and nothing
// else changed. Parsing that again gives the same record.
func (r *Record) String() string { return r.List.String() }

// valueOrName is the span of a tag's value, or of its name if the value is empty.
func valueOrName(tag *taglist.Tag) checks.Span {
	if tag.ValueSpan.Empty() {
		return tag.NameSpan
	}
	return tag.ValueSpan
}

// Reports reports whether there is an address for aggregate reports that
// receivers can use.
func (r *Record) Reports() bool {
	for _, uri := range r.RUA {
		if uri.Usable() {
			return true
		}
	}
	return false
}

func validAlignment(value string) bool {
	return strings.EqualFold(value, "r") || strings.EqualFold(value, "s")
}

// validFO tells the options of fo: each of 0, 1, d and s at most once, with
// colons in between, and not 0 and 1 together (RFC 9989 §4.7).
func validFO(value string) bool {
	seen := map[string]bool{}
	for _, option := range strings.Split(strings.ToLower(value), ":") {
		if len(option) != 1 || !strings.Contains("01ds", option) || seen[option] {
			return false
		}
		seen[option] = true
	}
	return !(seen["0"] && seen["1"])
}
