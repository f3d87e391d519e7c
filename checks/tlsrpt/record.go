package tlsrpt

import (
	"strings"

	"mailauth/checks"
	"mailauth/checks/fieldlist"
)

// Version begins every record, in exactly this form.
const Version = "v=TLSRPTv1"

// Record is a TXT record as RFC 8460 §3 defines it, valid or not.
type Record struct {
	fieldlist.List
	// URIs are the addresses of all rua fields, good or not.
	URIs []URI
}

// The faults of a record beside those of its grammar. What is wrong with an
// address is told apart: see URI.
const (
	BadVersion fieldlist.Kind = "version"   // does not begin with "v=TLSRPTv1;"
	NoRUA      fieldlist.Kind = "no-rua"    // no address at all
	EmptyRUA   fieldlist.Kind = "empty-rua" // rua=
	Separator  fieldlist.Kind = "separator" // a semicolon between addresses
)

// ParseRecord reads a text, which may be anything.
func ParseRecord(text string) *Record {
	r := &Record{List: fieldlist.Parse(text)}
	for _, f := range r.rest() {
		if isRUA(f) {
			r.URIs = append(r.URIs, parseURIs(text, f.ValueSpan)...)
		}
	}
	return r
}

// rest is the fields behind the version.
func (r *Record) rest() []fieldlist.Field { return r.Fields[min(1, len(r.Fields)):] }

func isRUA(f fieldlist.Field) bool { return f.Equals && f.Name == "rua" }

// Faults lists why senders take it for no record; none if they do.
func (r *Record) Faults() (faults []fieldlist.Fault) {
	add := func(kind fieldlist.Kind, span checks.Span) {
		faults = append(faults, fieldlist.Fault{Kind: kind, Span: span})
	}
	if !fieldlist.Begins(r.Text, Version) {
		span := checks.Span{End: len(r.Text)}
		if len(r.Fields) > 0 {
			span = r.Fields[0].Span
		}
		add(BadVersion, span)
	}
	rua := false
	for _, f := range r.rest() {
		named := f.Named()
		switch fault := f.Fault(); {
		case isRUA(f) && named == nil:
			rua = true
			if strings.Trim(f.Value, ", \t") == "" {
				add(EmptyRUA, f.Span)
			}
		case rua && isAddress(f.String()):
			add(Separator, f.Span)
		case fault != nil:
			rua = rua || strings.EqualFold(strings.TrimSpace(f.Name), "rua")
			add(fault.Kind, fault.Span)
		}
	}
	if !rua {
		add(NoRUA, checks.Span{End: len(r.Text)})
	}
	return faults
}

// isAddress reports whether a piece is an address, and no field of its own.
func isAddress(piece string) bool {
	lower := strings.ToLower(piece)
	return strings.HasPrefix(lower, "mailto:") || strings.HasPrefix(lower, "https:")
}

// Corrected is the record as it was meant, ok is false where it has no address
// that can be used: then <address> stands in its place.
func (r *Record) Corrected() (text string, ok bool) {
	var addresses, others []string
	add := func(uris []URI) {
		for _, u := range uris {
			if meant, ok := u.Corrected(); ok {
				addresses = append(addresses, meant)
			}
		}
	}
	pieces := r.rest()
	if rest, glued := afterVersion(r.Text); glued {
		pieces = append(fieldlist.Parse(rest).Fields, pieces...)
	}
	for _, f := range pieces {
		name, value := strings.ToLower(strings.TrimSpace(f.Name)), strings.Trim(f.Value, " \t\"'")
		switch {
		case f.Equals && name == "rua":
			add(parseURIs(value, checks.Span{End: len(value)}))
		case isAddress(f.String()):
			add(parseURIs(f.String(), checks.Span{End: len(f.String())}))
		case f.Fault() == nil:
			others = append(others, f.String())
		}
	}
	ok = len(addresses) > 0
	if !ok {
		addresses = []string{"mailto:<address>"}
	}
	text = Version + "; rua=" + strings.Join(unique(addresses), ",")
	for _, other := range others {
		text += "; " + other
	}
	return text + ";", ok
}

// afterVersion is what stands behind a version that no semicolon ends.
func afterVersion(text string) (rest string, glued bool) {
	first, _, _ := strings.Cut(strings.TrimLeft(text, " \t\"'"), ";")
	if len(first) <= len(Version) {
		return "", false
	}
	return strings.TrimLeft(first[len(Version):], " \t,"), true
}

func unique(list []string) (kept []string) {
	seen := map[string]bool{}
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			kept = append(kept, s)
		}
	}
	return kept
}
