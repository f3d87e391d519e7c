package bimi

import (
	"net/url"
	"strings"

	"mailauth/checks"
	"mailauth/checks/taglist"
)

// Record is a BIMI assertion record as it was written (draft §4.3): every tag,
// what the known ones say, and everything that is wrong with it.
type Record struct {
	// Text is the record: the strings of a TXT record joined with nothing in
	// between.
	Text string
	// List is the text cut into its pieces; the first is the version.
	List taglist.List
	// Logo is l and Evidence is a.
	Logo, Evidence Location
	// Avatar is avp: "brand" or "personal"; "brand" too where the tag is absent
	// or says something else.
	Avatar string
	Faults []Fault
}

// Location is an l or a tag. Tag is nil if it is absent; URL is empty if the
// tag is absent, empty or not usable.
type Location struct {
	Tag *taglist.Tag
	URL string
}

// Present reports that the tag is there and has a value, usable or not.
func (l Location) Present() bool { return l.Tag != nil && l.Tag.Value != "" }

// FaultKind says in what way a record is not as the draft has it.
type FaultKind string

// The kinds of fault.
const (
	NotATag       FaultKind = "not-a-tag"   // a piece that is no name=value
	DuplicateTag  FaultKind = "duplicate"   // a name that stands twice (RFC 6376 §3.2)
	NoLocation    FaultKind = "no-l"        // a certificate, but no l tag, which is required
	NotHTTPS      FaultKind = "not-https"   // a URL with another scheme
	NotAURL       FaultKind = "not-a-url"   // no absolute URL with a host name
	SeveralURLs   FaultKind = "several"     // a list, where one URL may stand
	NotSVG        FaultKind = "not-svg"     // a URL that ends like another image format
	UnknownAvatar FaultKind = "unknown-avp" // an avp that is neither brand nor personal
)

// Fault is one thing that is wrong with a record, and where.
type Fault struct {
	Kind FaultKind
	Tag  string
	Span checks.Span
}

// IsBIMI reports whether receivers take a TXT record's text for a BIMI record:
// its first tag is exactly v=BIMI1 (draft §4.3; nothing is forgiven).
func IsBIMI(text string) bool {
	first, _, _ := strings.Cut(text, ";")
	name, value, ok := strings.Cut(first, "=")
	return ok && strings.TrimRight(name, " \t") == "v" && strings.Trim(value, " \t") == "BIMI1"
}

// Parse reads a record for which IsBIMI holds; of other texts it makes what it
// can. It never stops at a fault. Where a tag stands twice, the first counts.
func Parse(text string) *Record {
	r := &Record{Text: text, List: taglist.Parse(text), Avatar: "brand"}
	for _, f := range r.List.Faults() {
		switch f.Kind {
		case taglist.Blank: // an empty piece says nothing
		case taglist.Duplicate:
			r.fault(DuplicateTag, r.List.Tags[f.Tag].Name, f.Span)
		default:
			r.fault(NotATag, r.List.Tags[f.Tag].Name, f.Span)
		}
	}
	r.Logo = r.location("l")
	r.Evidence = r.location("a")
	if r.Logo.Tag == nil && r.Evidence.Present() {
		r.fault(NoLocation, "l", checks.Span{Start: 0, End: len(text)})
	}
	if avp := r.tag("avp"); avp != nil {
		switch avp.Value {
		case "brand", "personal":
			r.Avatar = avp.Value
		default:
			r.fault(UnknownAvatar, "avp", spanOf(avp))
		}
	}
	return r
}

func (r *Record) fault(kind FaultKind, tag string, span checks.Span) {
	r.Faults = append(r.Faults, Fault{kind, tag, span})
}

func (r *Record) tag(name string) *taglist.Tag {
	for i := range r.List.Tags {
		if t := &r.List.Tags[i]; t.Equals && t.Name == name {
			return t
		}
	}
	return nil
}

// spanOf is the span of a tag's value, or of its name if the value is empty.
func spanOf(t *taglist.Tag) checks.Span {
	if t.ValueSpan.Empty() {
		return t.NameSpan
	}
	return t.ValueSpan
}

// location reads l or a: empty, or one https URL with a host name. A comma
// parted several URLs in early drafts; within a URL it must be encoded.
func (r *Record) location(name string) Location {
	l := Location{Tag: r.tag(name)}
	if !l.Present() {
		return l
	}
	kind := locationFault(name, l.Tag.Value)
	if kind == "" || kind == NotSVG {
		l.URL = l.Tag.Value
	}
	if kind != "" {
		r.fault(kind, name, l.Tag.ValueSpan)
	}
	return l
}

func locationFault(name, value string) FaultKind {
	u, err := url.Parse(value)
	switch {
	case strings.Contains(value, ","):
		return SeveralURLs
	case strings.ContainsAny(value, " \t\r\n"), err != nil, u.Scheme == "", u.Hostname() == "" && u.Scheme == "https", u.Opaque != "", !strings.Contains(u.Hostname(), ".") && u.Scheme == "https":
		return NotAURL
	case !strings.EqualFold(u.Scheme, "https"):
		return NotHTTPS
	case name == "l" && otherImage(u.Path):
		return NotSVG
	}
	return ""
}

// otherImage reports a path that ends like an image of another format: such a
// record is a permanent error (draft §4.3.2).
func otherImage(path string) bool {
	i := strings.LastIndexByte(path, '.')
	if i < 0 {
		return false
	}
	switch strings.ToLower(path[i+1:]) {
	case "png", "jpg", "jpeg", "gif", "webp", "bmp", "ico", "tif", "tiff", "avif":
		return true
	}
	return false
}

// Declines reports a record that asks receivers to show no logo: neither l nor
// a has a value (draft §4.3.1).
func (r *Record) Declines() bool { return !r.Logo.Present() && !r.Evidence.Present() }

// Broken reports a fault for which receivers drop the record. An avp that they
// do not know they ignore.
func (r *Record) Broken() bool {
	for _, f := range r.Faults {
		if f.Kind != UnknownAvatar {
			return true
		}
	}
	return false
}

// String writes the record with one space after each semicolon and nothing
// else changed. Parsing that again gives the same record.
func (r *Record) String() string { return r.List.String() }

// Meant corrects a text that was meant to be a BIMI record and that receivers
// do not take for one: another case, white space or quotes before it, another
// sign for "=". ok is false for all other texts.
func Meant(text string) (corrected string, ok bool) {
	if IsBIMI(text) {
		return "", false
	}
	trimmed := strings.TrimLeft(text, " \t\r\n\"'\ufeff")
	first, rest, more := strings.Cut(trimmed, ";")
	squeezed := strings.Map(func(c rune) rune {
		switch c {
		case ' ', '\t', '=', ':', '-', '"', '\'':
			return -1
		}
		return c
	}, first)
	if !strings.EqualFold(squeezed, "vbimi1") && !strings.EqualFold(squeezed, "bimi1") {
		return "", false
	}
	corrected = "v=BIMI1"
	if more {
		corrected += ";" + strings.TrimRight(rest, "\"' \t")
	}
	return Parse(corrected).String(), true
}
