package flatten

import (
	"context"
	"strings"
	"testing"

	"mailauth/resolver"
)

// world is a DNS of a few lines: names outside it do not exist.
type world struct {
	resolver.Resolver
	faults map[resolver.Question]resolver.ErrorKind
}

func (w world) Lookup(ctx context.Context, q resolver.Question) (resolver.Answer, error) {
	if kind, ok := w.faults[q]; ok {
		return resolver.Answer{}, &resolver.Error{Kind: kind, Question: q}
	}
	return w.Resolver.Lookup(ctx, q)
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// newWorld reads lines of "owner type rdata"; a line "fault owner type KIND"
// makes a question fail. An owner without a dot at its end is one all the same.
func newWorld(t failer, lines string) world {
	t.Helper()
	w := world{faults: map[resolver.Question]resolver.ErrorKind{}}
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
		_, data, _ := strings.Cut(strings.TrimSpace(line), " "+fields[1]+" ")
		if q.Type == resolver.TypeTXT && !strings.Contains(data[1:len(data)-1], `"`) {
			data = resolver.NewTXT(strings.Trim(data, `"`)).String() // strings of any length
		}
		rdata, err := resolver.ParseRData(q.Type, data)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		records = append(records, resolver.Record{Name: q.Name, TTL: 3600, Data: rdata})
	}
	zone, err := resolver.NewZone(".", records)
	if err != nil {
		t.Fatalf("%v", err)
	}
	w.Resolver = resolver.Overlay([]*resolver.Zone{zone}, resolver.NoResolver())
	return w
}

func question(t failer, name, rrtype string) resolver.Question {
	t.Helper()
	canonical, err := resolver.CanonicalName(name)
	if err != nil {
		t.Fatalf("%v", err)
	}
	typ, err := resolver.ParseType(rrtype)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return resolver.Question{Name: canonical, Type: typ}
}

const domain = "example.co.jp."

// options are those of a user who gives none.
func options() Options {
	return Options{Names: []string{NamePattern(domain)}, Source: SourceName(domain)}
}

func planOf(t *testing.T, lines string, o Options) *Plan {
	t.Helper()
	return planFor(t, newWorld(t, lines), o)
}

func planFor(t failer, r resolver.Resolver, o Options) *Plan {
	t.Helper()
	p, err := Flatten(context.Background(), r, domain, o)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return p
}

// shown are the records of a plan, one a line.
func shown(p *Plan) string {
	var b strings.Builder
	for _, r := range p.Records {
		b.WriteString(bare(r.Name) + " " + r.Text + "\n")
	}
	return b.String()
}
