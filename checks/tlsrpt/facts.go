package tlsrpt

import (
	"context"

	"mailauth/checks"
	"mailauth/checks/fieldlist"
	"mailauth/resolver"
)

// Facts is what is known of the domain's TLS reporting.
type Facts struct {
	// Owner is where the record belongs.
	Owner string `json:"owner"`
	// Known says that the question was answered.
	Known bool `json:"known"`
	// Records are those that senders count, Meant others that were meant to be one.
	Records []resolver.Record `json:"-"`
	Meant   []resolver.Record `json:"-"`
	// Record is the one record, if there is exactly one, valid or not.
	Record *Record `json:"-"`
	// Reports are the addresses that reports can be sent to.
	Reports []string `json:"reports"`
	// On says whether senders are asked for reports.
	On checks.Tri `json:"on"`
}

// Missing says whether there is no record, and none that was meant to be one.
func (f *Facts) Missing() checks.Tri {
	return checks.TriOf(len(f.Records)+len(f.Meant) == 0, f.Known)
}

func lookup(ctx context.Context, p *checks.Pass) (any, error) {
	f := &Facts{Owner: resolver.Join(p.Domain, "_smtp", "_tls"), Reports: []string{}, On: checks.Open}
	if _, err := resolver.CanonicalName(f.Owner); err != nil { // too long to exist
		f.Known, f.On = true, checks.No
		return f, nil
	}
	f.read(p.Ask(ctx, InRecord, resolver.Question{Name: f.Owner, Type: resolver.TypeTXT}))
	return f, nil
}

// read sorts the TXT records at the name. RFC 8460 §3: those that do not begin
// with the version are discarded, also what a wildcard put there.
func (f *Facts) read(r checks.Result) {
	if f.Known = !r.Unknown(); !f.Known {
		return
	}
	for _, rr := range r.Answer.Records {
		switch text, ok := rr.Text(); {
		case !ok:
		case fieldlist.Begins(text, Version):
			f.Records = append(f.Records, rr)
		case fieldlist.Means(text, Version):
			f.Meant = append(f.Meant, rr)
		}
	}
	f.On = checks.No
	if len(f.Records) != 1 {
		return
	}
	text, _ := f.Records[0].Text()
	f.Record = ParseRecord(text)
	if len(f.Record.Faults()) > 0 {
		return
	}
	for _, u := range f.Record.URIs {
		if u.Fault == "" {
			f.Reports = append(f.Reports, u.Raw)
		}
	}
	f.On = checks.TriOf(len(f.Reports) > 0, true)
}
