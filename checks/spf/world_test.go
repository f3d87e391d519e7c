package spf

import (
	"context"
	"strings"
	"sync"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
)

// world is a DNS in memory: one zone at the root, so that every name outside
// it is NXDOMAIN, and questions that fail.
type world struct {
	zone   *resolver.Zone
	faults map[resolver.Question]resolver.ErrorKind
	fails  func(resolver.Question) bool // these time out; may be nil

	mu    sync.Mutex
	asked map[resolver.Question]int
}

// newWorld reads lines of "owner type rdata"; a line "fault owner type KIND"
// makes a question fail.
func newWorld(t testing.TB, lines string) *world {
	t.Helper()
	w := &world{faults: map[resolver.Question]resolver.ErrorKind{}, asked: map[resolver.Question]int{}}
	var records []resolver.Record
	for line := range strings.Lines(lines) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		if fields[0] == "fault" {
			w.faults[question(t, fields[1], fields[2])] = resolver.ErrorKind(fields[3])
			continue
		}
		q := question(t, fields[0], fields[1])
		_, data, _ := strings.Cut(strings.TrimSpace(line), fields[1])
		rdata, err := resolver.ParseRData(q.Type, strings.TrimSpace(data))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		records = append(records, resolver.Record{Name: q.Name, TTL: 3600, Data: rdata})
	}
	zone, err := resolver.NewZone(".", records)
	if err != nil {
		t.Fatal(err)
	}
	w.zone = zone
	return w
}

func question(t testing.TB, name, rrtype string) resolver.Question {
	t.Helper()
	canonical, err := resolver.CanonicalName(name)
	if err != nil {
		t.Fatal(err)
	}
	typ, err := resolver.ParseType(rrtype)
	if err != nil {
		t.Fatal(err)
	}
	return resolver.Question{Name: canonical, Type: typ}
}

func (w *world) Lookup(_ context.Context, q resolver.Question) (resolver.Answer, error) {
	w.mu.Lock()
	w.asked[q]++
	w.mu.Unlock()
	if kind, ok := w.faults[q]; ok {
		return resolver.Answer{}, &resolver.Error{Kind: kind, Question: q}
	}
	if w.fails != nil && w.fails(q) {
		return resolver.Answer{}, &resolver.Error{Kind: resolver.Timeout, Question: q}
	}
	found := w.zone.Find(q)
	if found.Outcome != resolver.Authoritative {
		return resolver.Answer{}, &resolver.Error{Kind: resolver.BadReply, Question: q, Detail: found.Detail}
	}
	return resolver.Answer{Question: q, Status: found.Status, Records: found.Records, Chain: found.Chain,
		OwnerExists: found.Status != resolver.NXDomain || len(found.Chain) > 0, TTL: 3600}, nil
}

func (w *world) Exchange(_ context.Context, q resolver.Query) (resolver.Reply, error) {
	return resolver.Reply{}, &resolver.Error{Kind: resolver.Offline, Question: q.Question}
}

// audit runs the check alone over example.co.jp.
func (w *world) audit(t testing.TB) (*checks.Report, *Facts) {
	t.Helper()
	report, err := checks.Audit(context.Background(), "example.co.jp.", w, []*checks.Check{Check}, checks.Options{SkipTrials: true})
	if err != nil {
		t.Fatal(err)
	}
	return report, report.Checks[0].Facts.(*Facts)
}

func factsOf(t testing.TB, lines string) *Facts {
	t.Helper()
	_, facts := newWorld(t, lines).audit(t)
	return facts
}
