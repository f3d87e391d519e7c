package mtasts

import (
	"regexp"
	"strconv"
	"strings"

	"mailauth/checks"
	"mailauth/checks/fieldlist"
)

// Version begins every record, in exactly this form.
const Version = "v=STSv1"

// Record is a TXT record as RFC 8461 §3.1 defines it, valid or not.
type Record struct {
	fieldlist.List
	// ID is the first id; later ones are ignored (§3.2). Empty without one.
	ID string
}

// The faults of a record beside those of its grammar.
const (
	BadVersion fieldlist.Kind = "version" // does not begin with "v=STSv1;"
	NoID       fieldlist.Kind = "no-id"
	BadID      fieldlist.Kind = "bad-id" // not 1 to 32 letters and digits
)

// ParseRecord reads a text, which may be anything.
func ParseRecord(text string) *Record {
	r := &Record{List: fieldlist.Parse(text)}
	for _, f := range r.rest() {
		if f.Equals && f.Name == "id" {
			r.ID = f.Value
			break
		}
	}
	return r
}

// rest is the fields behind the version.
func (r *Record) rest() []fieldlist.Field { return r.Fields[min(1, len(r.Fields)):] }

// Faults lists why senders find no policy by the record; none if they do.
func (r *Record) Faults() (faults []fieldlist.Fault) {
	if !fieldlist.Begins(r.Text, Version) {
		span := checks.Span{End: len(r.Text)}
		if len(r.Fields) > 0 {
			span = r.Fields[0].Span
		}
		faults = append(faults, fieldlist.Fault{Kind: BadVersion, Span: span})
	}
	seen := false
	for _, f := range r.rest() {
		first := f.Name == "id" && !seen
		seen = seen || f.Equals && f.Name == "id"
		switch fault := f.Fault(); {
		case first && f.Equals && (f.Value == "" || len(f.Value) > 32 || !fieldlist.Alphanumeric(f.Value)):
			faults = append(faults, fieldlist.Fault{Kind: BadID, Span: f.Span})
		case fault != nil:
			faults = append(faults, *fault)
		}
	}
	if !seen {
		faults = append(faults, fieldlist.Fault{Kind: NoID, Span: checks.Span{End: len(r.Text)}})
	}
	return faults
}

// meantID finds an id in text that senders find none in.
var meantID = regexp.MustCompile(`(?i)(?:^|[^a-z0-9])id[ \t]*[=:][ \t]*([a-z0-9][^;,"']*)`)

// Corrected is the record as it was meant: the version, an id, and the
// extensions that are well-formed. Without a trace of an id it takes the one given.
func (r *Record) Corrected(id string) string {
	if m := meantID.FindStringSubmatch(r.Text); m != nil {
		if found := alphanumericOf(m[1]); found != "" {
			id = found
		}
	}
	text := Version + "; id=" + id
	for _, f := range r.rest() {
		if !strings.EqualFold(strings.TrimSpace(f.Name), "id") && f.Fault() == nil {
			text += "; " + f.String()
		}
	}
	return text + ";"
}

func alphanumericOf(text string) string {
	kept := strings.Map(func(c rune) rune {
		if c < 0x80 && fieldlist.Alphanumeric(string(c)) {
			return c
		}
		return -1
	}, text)
	return kept[:min(len(kept), 32)]
}

// WithID is the record with another id in the first one's place.
func (r *Record) WithID(id string) string {
	list := fieldlist.List{Closed: r.Closed, Fields: append([]fieldlist.Field{}, r.Fields...)}
	for i, f := range list.Fields {
		if i > 0 && f.Equals && f.Name == "id" {
			list.Fields[i].Value = id
			break
		}
	}
	return list.String()
}

// NextID is an id that differs from the one before in a way that a person
// would choose: counted up at its end.
func NextID(id string) string {
	digits := len(id) - len(strings.TrimRight(id, "0123456789"))
	digits = min(digits, 18)
	stem, end := id[:len(id)-digits], id[len(id)-digits:]
	n, _ := strconv.ParseUint(end, 10, 64)
	next := strconv.FormatUint(n+1, 10)
	next = strings.Repeat("0", max(0, digits-len(next))) + next
	return stem[:min(len(stem), 32-len(next))] + next
}
