package flatten

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mailauth/checks/spf"
	"mailauth/resolver"
)

// filler is a word of some length.
type filler string

func (f filler) text(string) string { return string(f) }
func (f filler) movable() bool      { return true }

// fillers are n words of a length that differ.
func fillers(n, length int) []word {
	words := make([]word, n)
	for i := range words {
		words[i] = filler(fmt.Sprintf("w%0*d", length-1, i))
	}
	return words
}

// spaced are n networks that cannot be joined, each a term of 17 octets.
func spaced(n int) string {
	var terms []string
	for i := range n {
		terms = append(terms, fmt.Sprintf("ip4:203.%d.%d.200", 100+i/50, 100+i%50*2))
	}
	return strings.Join(terms, " ")
}

// The domain's own record has a name of 13 octets and may have 450 with it.
func TestShareAtItsLimit(t *testing.T) {
	const vendor = "spf.vendor.example"
	for _, tt := range []struct {
		octets, records int
	}{{449, 1}, {450, 1}, {451, 2}} {
		text := "v=spf1 " + spaced(18) + " include:" + vendor + " -all"
		if len(text) > tt.octets-13 {
			t.Fatalf("%d octets before filling up", len(text))
		}
		long := strings.Repeat("x", tt.octets-13-len(text)) + vendor
		p := planOf(t, fmt.Sprintf("example.co.jp TXT \"%s\"\n%s TXT \"v=spf1 -all\"\n", strings.Replace(text, vendor, long, 1), long), options())
		if p.Verdict != Fits || len(p.Records) != tt.records || p.Records[0].Share > MaxShare {
			t.Errorf("%d octets: %s, %d records, share %d", tt.octets, p.Verdict, len(p.Records), p.Records[0].Share)
		}
		if tt.records == 1 && p.Records[0].Share != tt.octets {
			t.Errorf("%d octets: share is %d", tt.octets, p.Records[0].Share)
		}
	}
}

// A further record is as large as its answer may be: 12 octets of header, 4 and
// the name for the question, 12 for the record, 1 for each string.
func TestAnswerAtItsLimit(t *testing.T) {
	name := "_spf1.example.co.jp."
	room := 512 - 12 - (21 + 4) - 12 - 2 - len("v=spf1  -all")
	for _, tt := range []struct {
		length int
		fits   bool
	}{{room, true}, {room + 1, false}} {
		s := &sheet{name: name, parts: []*part{{words: []word{filler(strings.Repeat("a", 200)), filler(strings.Repeat("b", tt.length-201))}}}, end: []string{"-all"}}
		if got := (press{}).fits(s); got != tt.fits {
			t.Errorf("%d octets of terms, answer %d: fits is %v", tt.length, answerSize(name, nil, resolver.NewTXT(s.String())), got)
		}
	}
	if got := answerSize("example.co.jp.", nil, resolver.TXT{Strings: []string{"v=spf1 -all"}}); got != 12+15+4+12+12 {
		t.Errorf("the answer for a small record has %d octets, want 55", got)
	}
}

// The library that writes messages agrees about their size.
func TestAnswerSizeOnTheWire(t *testing.T) {
	w := newWorld(t, `example.co.jp TXT "v=spf1 -all"
example.co.jp TXT "`+strings.Repeat("long ", 100)+`"`)
	reply, err := w.Exchange(t.Context(), resolver.Query{Question: resolver.Question{Name: domain, Type: resolver.TypeTXT}})
	if err != nil {
		t.Fatal(err)
	}
	var data []resolver.TXT
	for _, r := range reply.Answer {
		data = append(data, r.Data.(resolver.TXT))
	}
	const edns = 11
	if got := answerSize(domain, nil, data...); got != reply.Size-edns {
		t.Errorf("%d octets, want %d", got, reply.Size-edns)
	}
}

func pressed(t *testing.T, p press, words []word, end string) layout {
	t.Helper()
	p.domain = domain
	p.names = func(n int) string { return fmt.Sprintf("_spf%d.example.co.jp.", n+1) }
	first := &sheet{name: domain, parts: []*part{{words: words}}, end: []string{end}}
	for !p.firstFits(first) {
		part := first.widest()
		if part == nil {
			break
		}
		if !first.move(part, p.next(), p.dense, p.fits) {
			part.full = true
		}
	}
	first.takeBack(first.parts[0], p.firstFits)
	return layout{first, first.chain()}
}

// Words keep their order, over the records too, and none is lost.
func TestChainInOrder(t *testing.T) {
	words := fillers(90, 20)
	l := pressed(t, press{}, words, "-all")
	l.number(press{domain: domain, names: func(n int) string { return fmt.Sprintf("_spf%d.example.co.jp.", n+1) }})
	got := slices.Clone(l.first.parts[0].words)
	for i, s := range l.chain {
		if want := fmt.Sprintf("_spf%d.example.co.jp.", i+1); s.name != want {
			t.Errorf("record %d is %s", i+1, s.name)
		}
		if !(press{}).fits(s) {
			t.Errorf("%s does not fit", s.name)
		}
		got = append(got, s.parts[0].words...)
	}
	if !slices.Equal(got, words) {
		t.Errorf("got %v", got)
	}
	if len(l.chain) != 4 || l.first.lookups() != 4 {
		t.Errorf("%d records, %d look-ups", len(l.chain), l.first.lookups())
	}
	if share(domain, l.first.String()) <= MaxShare-21 {
		t.Errorf("the first record has room left: %s", l.first)
	}
}

// Long words leave gaps where short ones would fit: packed densely, they need
// fewer records.
func TestDensePacking(t *testing.T) {
	var words []word
	for i := range 18 {
		words = append(words, filler(strings.Repeat(string(rune('a'+i)), 220)), filler(strings.Repeat(string(rune('A'+i)), 240)))
	}
	ordered := pressed(t, press{}, words, "-all")
	dense := pressed(t, press{dense: true}, words, "-all")
	if len(dense.chain) > len(ordered.chain) {
		t.Errorf("%d records densely packed, %d in order", len(dense.chain), len(ordered.chain))
	}
	count := len(dense.first.parts[0].words)
	for _, s := range dense.chain {
		count += len(s.parts[0].words)
	}
	if count != len(words) {
		t.Errorf("%d of %d words are left", count, len(words))
	}
}

// Every string fits its length octet, every record its limits, and look-ups are
// counted, with as many networks as there can be.
func TestLargePolicies(t *testing.T) {
	for _, tt := range []struct {
		networks, records int
		verdict           Verdict
	}{{21, 1, Fits}, {24, 2, Fits}, {48, 3, Fits}, {200, 10, Fits}, {216, 11, Fits}, {300, 15, TooBig}} {
		p := planOf(t, "example.co.jp TXT \"v=spf1 "+spaced(tt.networks)+" ~all\"", options())
		if p.Verdict != tt.verdict || len(p.Records) != tt.records || p.Networks != [2]int{tt.networks, 0} {
			t.Errorf("%d networks: %s, %d records, %v", tt.networks, p.Verdict, len(p.Records), p.Networks)
		}
		for i, r := range p.Records {
			for _, s := range r.Data.Strings {
				if len(s) > 255 {
					t.Errorf("%d networks: %s has a string of %d octets", tt.networks, r.Name, len(s))
				}
			}
			if i == 0 && r.Share > MaxShare || i > 0 && r.Answer > MaxAnswer {
				t.Errorf("%d networks: %s has %d and %d octets", tt.networks, r.Name, r.Share, r.Answer)
			}
		}
		if p.After.Lookups != tt.records-1 {
			t.Errorf("%d networks: %d look-ups", tt.networks, p.After.Lookups)
		}
		if tt.verdict == TooBig && !slices.Contains(p.Over, Over{What: "lookups", Have: 14, Limit: spf.MaxLookups}) || tt.verdict == TooBig && len(p.Over) != 1 {
			t.Errorf("%d networks: over %v", tt.networks, p.Over)
		}
	}
}
