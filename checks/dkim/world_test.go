package dkim

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
	"mailauth/resolver/zone"
)

// world is a DNS made of zones, with the oddities of real servers on demand.
type world struct {
	zones   []*resolver.Zone
	listing bool            // the zones can be enumerated, as a zone file can
	fails   map[string]bool // "name TYPE" that get SERVFAIL
	denies  map[string]bool // names that get NXDOMAIN whatever is there
	compact bool            // NODATA for every name, RFC 9824
	mu      sync.Mutex
	asked   []resolver.Question
}

func newWorld(t *testing.T, zones map[string]string) *world {
	t.Helper()
	w := &world{fails: map[string]bool{}, denies: map[string]bool{}}
	for apex, text := range zones {
		parsed, err := zone.Parse(apex+".zone", strings.NewReader("$TTL 3600\n"+text), zone.Options{Origin: apex + "."})
		if err != nil {
			t.Fatal(err)
		}
		w.zones = append(w.zones, parsed...)
	}
	return w
}

func (w *world) Lookup(_ context.Context, q resolver.Question) (resolver.Answer, error) {
	w.mu.Lock()
	w.asked = append(w.asked, q)
	w.mu.Unlock()
	a := resolver.Answer{Question: q, OwnerExists: true}
	for name := q.Name; ; {
		if w.fails[name+" "+q.Type.String()] {
			return resolver.Answer{}, &resolver.Error{Kind: resolver.ServFail, Question: q}
		}
		f := w.find(resolver.Question{Name: name, Type: q.Type})
		a.Chain = append(a.Chain, f.Chain...)
		if f.Outcome == resolver.Away && f.Name != name {
			name = f.Name
			continue
		}
		a.Records, a.Status = f.Records, f.Status
		if f.Outcome != resolver.Authoritative || w.denies[name] {
			a.Records, a.Status = nil, resolver.NXDomain
		}
		if a.Status == resolver.NXDomain && w.compact {
			a.Status = resolver.NoData
		}
		a.OwnerExists = a.Status != resolver.NXDomain || len(a.Chain) > 0
		return a, nil
	}
}

func (w *world) find(q resolver.Question) resolver.Found {
	var best *resolver.Zone
	for _, z := range w.zones {
		if resolver.IsSubdomain(q.Name, z.Apex) && (best == nil || len(z.Apex) > len(best.Apex)) {
			best = z
		}
	}
	if best == nil {
		return resolver.Found{Outcome: resolver.Authoritative, Status: resolver.NXDomain, Name: q.Name}
	}
	return best.Find(q)
}

func (w *world) Exchange(_ context.Context, q resolver.Query) (resolver.Reply, error) {
	return resolver.Reply{}, &resolver.Error{Kind: resolver.Offline, Question: q.Question}
}

func (w *world) Names(below string) (names []string, complete bool) {
	if !w.listing {
		return nil, false
	}
	for _, z := range w.zones {
		if resolver.IsSubdomain(below, z.Apex) {
			return z.Names(below)
		}
	}
	return nil, false
}

const domain = "example.co.jp."

// audit runs the check over the world.
func (w *world) audit(t *testing.T, selectors ...string) (*checks.Report, *Facts) {
	t.Helper()
	w.asked = nil
	report, err := checks.Audit(context.Background(), domain, w, []*checks.Check{Check}, checks.Options{Selectors: selectors, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return report, report.Checks[0].Facts.(*Facts)
}

// raised writes findings as "severity rule owner", without the tempfails.
func raised(r *checks.Report) (lines []string) {
	for _, f := range r.Findings {
		if f.Rule != checks.TempFail {
			lines = append(lines, fmt.Sprintf("%s %s %s", f.Severity, f.Rule.ID, f.Name))
		}
	}
	slices.Sort(lines)
	return lines
}

// txt writes a TXT record for a zone file, split as it must be.
func txt(owner, text string) string {
	return owner + " IN TXT " + resolver.TXT{Strings: splitText(text)}.String() + "\n"
}
