package mtasts

import (
	"context"

	"mailauth/checks"
	"mailauth/checks/fieldlist"
	"mailauth/resolver"
)

// lookup asks for the record and for what decides whether mail comes to the
// domain: its MX set, without one its addresses; then for the policy, if a record says that there is
// one and mail comes at all.
func lookup(ctx context.Context, p *checks.Pass) (any, error) {
	f := &Facts{
		Owner: resolver.Join(p.Domain, "_mta-sts"), Host: resolver.Join(p.Domain, "mta-sts"),
		Exchanges: []string{}, MX: []string{}, Receives: checks.Open, On: checks.Open, day: p.Now().UTC().Format("20060102"),
	}
	f.URL = "https://" + f.Host[:len(f.Host)-1] + "/.well-known/mta-sts.txt"
	if _, err := resolver.CanonicalName(f.Owner); err != nil { // too long to exist
		f.Known, f.On = true, checks.No
		return f, nil
	}
	results := p.AskTagged(ctx, []checks.Tagged{
		{Input: InRecord, Question: resolver.Question{Name: f.Owner, Type: resolver.TypeTXT}},
		{Input: InMX, Question: resolver.Question{Name: p.Domain, Type: resolver.TypeMX}},
	})
	f.readRecords(results[0])
	own := make([]checks.Result, 2)
	if !results[1].Unknown() && !results[1].Is(resolver.Data) {
		own = p.AskAll(ctx, InMX, []resolver.Question{{Name: p.Domain, Type: resolver.TypeA}, {Name: p.Domain, Type: resolver.TypeAAAA}})
	}
	f.readExchanges(p.Domain, results[1], own[0], own[1])
	if f.ID != "" && f.Receives == checks.Yes && f.askHost(ctx, p) {
		f.fetch(ctx, p)
	}
	f.decide()
	return f, nil
}

// readRecords sorts the TXT records at the name. RFC 8461 §3.1: those that do
// not begin with the version are discarded, also what a wildcard put there.
func (f *Facts) readRecords(r checks.Result) {
	f.Known = !r.Unknown()
	if !f.Known {
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
	if len(f.Records) == 1 {
		text, _ := f.Records[0].Text()
		f.Record = ParseRecord(text)
		if len(f.Record.Faults()) == 0 {
			f.ID = f.Record.ID
		}
	}
}

// readExchanges finds the mail servers: those of the MX set, or without one the
// domain itself if it has an address (RFC 5321 §5.1).
func (f *Facts) readExchanges(domain string, mx, a, aaaa checks.Result) {
	switch {
	case mx.Unknown():
		return
	case mx.Is(resolver.Data):
		seen := map[string]bool{}
		for _, rr := range mx.Answer.Records {
			data, ok := rr.Data.(resolver.MX)
			if ok && data.Host != "." && !seen[data.Host] {
				seen[data.Host] = true
				f.Exchanges = append(f.Exchanges, data.Host)
			}
		}
		f.Null = len(f.Exchanges) == 0
		f.Receives = checks.TriOf(!f.Null, true)
	case a.Is(resolver.Data) || aaaa.Is(resolver.Data):
		f.Exchanges, f.Receives = []string{domain}, checks.Yes
	case !a.Unknown() && !aaaa.Unknown():
		f.Receives = checks.No
	}
}

// askHost finds out whether the policy host has an address, as the fetch asks
// anyway: that it has none can be told of a zone that nobody serves yet.
func (f *Facts) askHost(ctx context.Context, p *checks.Pass) (has bool) {
	results := p.AskAll(ctx, InHost, []resolver.Question{{Name: f.Host, Type: resolver.TypeA}, {Name: f.Host, Type: resolver.TypeAAAA}})
	f.Outcome = NoAddress
	for _, r := range results {
		switch {
		case r.Unknown():
			f.Outcome = Unsure
		case len(r.Answer.Chain) > 0:
			f.Alias = r.Answer.Canonical()
		}
	}
	for _, r := range results {
		has = has || r.Is(resolver.Data)
	}
	return has
}
