package report

import (
	"net/netip"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/simulate"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

// moved is what a change does to an address, by what it gets before and after.
func moved(text string, before, after *simulate.Verdict) simulate.Change {
	return simulate.Change{Target: target(text), Before: single(text, before), After: single(text, after), Throughout: checks.Yes}
}

// sampleChanges have every movement.
func sampleChanges() []simulate.Change {
	unknown := verdictOf(spf.ResultUnknown, spf.CauseDNS, failed(resolver.Offline))
	wavering := moved("198.51.100.9", verdictPass(), verdictPass())
	wavering.Throughout, wavering.Wavering = checks.No, []netip.Prefix{wavering.Target.Prefix}
	before, after := partly(), partly()
	after.Regions[0].Prefixes = prefixes("203.0.113.0/26", "203.0.113.65/32", "203.0.113.66/31", "203.0.113.68/30", "203.0.113.72/29", "203.0.113.80/28", "203.0.113.96/27", "203.0.113.128/25")
	after.Regions[1].Prefixes = prefixes("203.0.113.64/32")
	return []simulate.Change{
		moved("198.51.100.7", verdictPass(), verdictPass()),
		moved("203.0.113.99", verdictPass(), verdictFail()),
		moved("203.0.113.98", verdictFail(), verdictPass()),
		moved("203.0.113.97", verdictFail(), verdictFail()),
		moved("192.0.2.11", verdictPass(), unknown),
		wavering,
		{Target: before.Target, Before: before, After: after, Throughout: checks.Open},
	}
}

var sampleTransition = simulate.Transition{
	Sets: []resolver.Changed{
		{Name: "example.co.jp.", Type: resolver.TypeTXT, TTL: 3600},
		{Name: "_spf.example.co.jp.", Type: resolver.TypeTXT, TTL: 900, Absent: true, Cached: true},
	},
	MaxTTL: 3600, AtLeast: true, Mixtures: 4,
}

// The zone of a new name told nothing about how long its absence is kept.
func TestChangeOfUnknownTTL(t *testing.T) {
	unknown := simulate.Transition{Mixtures: 2, AtLeast: true, Sets: []resolver.Changed{{Name: "_spf.example.co.jp.", Type: resolver.TypeTXT, Absent: true, TTLUnknown: true}}}
	wavering := moved("198.51.100.9", verdictPass(), verdictPass())
	wavering.Throughout, wavering.Wavering = checks.No, []netip.Prefix{wavering.Target.Prefix}
	for lang, suffix := range map[string]string{"en": "", "ja": "-ja"} {
		got := compared(t, lang, unknown, nil, wavering, moved("203.0.113.98", verdictFail(), verdictPass()))
		golden(t, "change-unknown"+suffix, got)
	}
	mixed := unknown
	mixed.Sets = append(mixed.Sets, sampleTransition.Sets[0])
	mixed.MaxTTL = 3600
	built := NewChangeBuilder(texts(t, "en"), sampleMail, "spf", 7, 8, mixed)
	if sets := built.Transition(mixed).Sets; !sets[0].TTLUnknown || sets[1].TTLUnknown {
		t.Errorf("%+v, want only the first to be unknown", sets)
	}
	if got := compared(t, "en", mixed, nil, wavering); !strings.Contains(got, "receivers may see old answers for at least 60 minutes after the") || !strings.Contains(got, "nobody told how long") {
		t.Errorf("an unknown TTL beside a known one:\n%s", got)
	}
}

func compared(t *testing.T, lang string, transition simulate.Transition, change func(*SimulationOptions), list ...simulate.Change) string {
	t.Helper()
	var b strings.Builder
	o := SimulationOptions{TextOptions: options(t, lang, nil), Require: "spf", Targets: len(list)}
	for _, c := range list {
		o.AddressWidth = max(o.AddressWidth, AddressWidth(c.Target.Prefix))
	}
	if change != nil {
		change(&o)
	}
	page := NewSimulationText(&b, o)
	built := NewChangeBuilder(texts(t, lang), sampleMail, o.Require, 7, 8, transition)
	for _, c := range list {
		if err := page.Change(built.Change(c)); err != nil {
			t.Fatal(err)
		}
	}
	between := built.Transition(transition)
	if err := page.Close(SimulationEnd{Transition: &between}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestChangeGolden(t *testing.T) {
	all := sampleChanges()
	tests := []struct {
		name       string
		transition simulate.Transition
		change     func(*SimulationOptions)
		list       []simulate.Change
	}{
		{"change-several", sampleTransition, nil, all},
		{"change-verbose", sampleTransition, func(o *SimulationOptions) { o.Verbose = true }, all},
		{"change-quiet", sampleTransition, func(o *SimulationOptions) { o.Quiet = true }, all},
		{"change-dmarc", sampleTransition, func(o *SimulationOptions) { o.Require = "dmarc" }, all[:3]},
		{"change-single", sampleTransition, nil, all[1:2]},
		{"change-nothing", simulate.Transition{}, nil, all[:1]},
		{"change-many", simulate.Transition{Sets: sampleTransition.Sets, MaxTTL: 3600, TooMany: true}, nil, all[6:]},
	}
	for _, tt := range tests {
		for lang, suffix := range map[string]string{"en": "", "ja": "-ja"} {
			t.Run(tt.name+suffix, func(t *testing.T) {
				golden(t, tt.name+suffix, compared(t, lang, tt.transition, tt.change, tt.list...))
			})
		}
	}
}

// A change for a part of a prefix lets that part pass, and is said to do no more.
func TestChangeTriesWhatIsLost(t *testing.T) {
	before, after := wholly("203.0.113.0/28", verdictPass()), partly()
	after.Target, after.Fix, after.FixCovers = before.Target, verdictFail().Fix, prefixes("203.0.113.9/32")
	c := simulate.Change{Target: before.Target, Before: before, After: after, Throughout: checks.Yes}
	for lang, want := range map[string]string{"en": "tried: with it 203.0.113.9 passes\n", "ja": "適用して再検査済み: 203.0.113.9 はpassになります\n"} {
		if got := compared(t, lang, sampleTransition, nil, c); !strings.Contains(got, want) {
			t.Errorf("%s: no %q in\n%s", lang, want, got)
		}
		one := moved("203.0.113.99", verdictPass(), verdictFail())
		if got := compared(t, lang, sampleTransition, nil, c, one); strings.Contains(got, "ip4:203.0.113.99") {
			t.Errorf("%s: several changes of one record:\n%s", lang, got)
		}
	}
}

// That not every mixture was tried does not hide what is known of those that were.
func TestBetweenKnowsWhoWavers(t *testing.T) {
	many := simulate.Transition{Sets: sampleTransition.Sets, MaxTTL: 3600, TooMany: true}
	open, wavering := moved("198.51.100.8", verdictPass(), verdictPass()), moved("198.51.100.9", verdictPass(), verdictPass())
	open.Throughout, open.Wavering = checks.Open, []netip.Prefix{open.Target.Prefix}
	wavering.Throughout, wavering.Wavering = checks.No, []netip.Prefix{wavering.Target.Prefix}
	for lang, want := range map[string][2]string{"en": {"publish what is added first", "too many for all"}, "ja": {"先に追加するものだけを公開し", "多すぎます"}} {
		if got := compared(t, lang, many, nil, open, wavering); !strings.Contains(got, want[0]) || strings.Contains(got, want[1]) {
			t.Errorf("%s: one wavers, and it says\n%s", lang, got)
		}
		if got := compared(t, lang, many, nil, open); strings.Contains(got, want[0]) || !strings.Contains(got, want[1]) {
			t.Errorf("%s: none is known to waver, and it says\n%s", lang, got)
		}
	}
}

// Whether pass is kept is never told from what is not known.
func TestKeeps(t *testing.T) {
	pass, fail, depends := verdictPass(), verdictFail(), verdictDepends()
	tests := []struct {
		before, after *simulate.Verdict
		keeps         checks.Tri
		lost, gained  int
	}{
		{pass, pass, checks.Yes, 0, 0},
		{pass, fail, checks.No, 1, 0},
		{pass, depends, checks.Open, 1, 0},
		{fail, pass, checks.Yes, 0, 1},
		{fail, fail, checks.Yes, 0, 0},
		{fail, depends, checks.Yes, 0, 0}, // there was nothing to lose
		{depends, pass, checks.Yes, 0, 1},
		{depends, fail, checks.Open, 0, 0},
		{depends, depends, checks.Open, 0, 0},
	}
	movements := []string{"keeps", "loses", "may-lose", "gains", "stays", "may-gain", "passes", "may-lose", "may-lose"}
	for i, tt := range tests {
		shown := NewChangeBuilder(texts(t, "en"), sampleMail, "spf", 0, 0, sampleTransition).Change(moved("192.0.2.1", tt.before, tt.after))
		if got := shown.movement("spf"); got != movements[i] {
			t.Errorf("%s to %s: %s, want %s", tt.before.Possible, tt.after.Possible, got, movements[i])
		}
		one := moved("192.0.2.1", tt.before, tt.after)
		two := simulate.Change{Target: target("192.0.2.0/31"), Before: wholly("192.0.2.0/31", tt.before), After: wholly("192.0.2.0/31", tt.after)}
		for _, c := range []simulate.Change{one, two} {
			lost, gained, keeps := change(c, "spf", false)
			if keeps != tt.keeps || len(lost) != tt.lost || len(gained) != tt.gained {
				t.Errorf("%s: %s to %s: keeps %s, lost %v, gained %v, want %+v", c.Target.Text, tt.before.Possible, tt.after.Possible, keeps, lost, gained, tt)
			}
		}
	}
	mixed := simulate.Change{Target: target("192.0.2.0/30"), Before: wholly("192.0.2.0/30", pass), After: simulate.Simulation{Target: target("192.0.2.0/30"),
		Regions: []simulate.Region{{Prefixes: prefixes("192.0.2.0/31"), Verdict: depends}, {Prefixes: prefixes("192.0.2.2/31"), Verdict: fail}}}}
	if _, _, keeps := change(mixed, "spf", false); keeps != checks.No {
		t.Errorf("half of it is lost for certain: keeps %s, want no", keeps)
	}
}

// Where nothing changes that is met, the message decides as it did before; what
// had no answer is no ground to say so.
func TestNothingIsLostWhereNothingChanges(t *testing.T) {
	depends, unknown := verdictDepends(), verdictOf(spf.ResultUnknown, spf.CauseDNS, failed(resolver.Offline))
	tests := []struct {
		why           string
		before, after *simulate.Verdict
		transition    simulate.Transition
		movement      string
		keeps         checks.Tri
	}{
		{"the message decides before and after", depends, depends, simulate.Transition{}, "same", checks.Yes},
		{"a record changes", depends, depends, sampleTransition, "may-lose", checks.Open},
		{"a record may change", depends, depends, simulate.Transition{Open: []resolver.Question{{Name: "example.co.jp.", Type: resolver.TypeTXT}}}, "may-lose", checks.Open},
		{"too many change", depends, depends, simulate.Transition{TooMany: true}, "may-lose", checks.Open},
		{"nobody could tell", unknown, unknown, simulate.Transition{}, "may-lose", checks.Open},
	}
	for _, tt := range tests {
		one := moved("192.0.2.1", tt.before, tt.after)
		two := simulate.Change{Target: target("192.0.2.0/31"), Before: wholly("192.0.2.0/31", tt.before), After: wholly("192.0.2.0/31", tt.after), Throughout: checks.Open}
		for _, c := range []simulate.Change{one, two} {
			shown := NewChangeBuilder(texts(t, "en"), sampleMail, "spf", 0, 0, tt.transition).Change(c)
			if got := shown.movement("spf"); got != tt.movement || shown.Keeps != tt.keeps {
				t.Errorf("%s, %s: %s, keeps %s; want %s, %s", tt.why, c.Target.Text, got, shown.Keeps, tt.movement, tt.keeps)
			}
		}
	}
}

// What passes before and after, and of which nobody can tell what becomes of it
// in between, is not said to be kept.
func TestOpenInBetween(t *testing.T) {
	c := moved("192.0.2.1", verdictPass(), verdictPass())
	c.Throughout, c.Wavering = checks.Open, []netip.Prefix{c.Target.Prefix}
	shown := NewChangeBuilder(texts(t, "en"), sampleMail, "spf", 0, 0, sampleTransition).Change(c)
	if got, steady := shown.movement("spf"), shown.Steady("spf"); got != "unsure" || steady != checks.Open {
		t.Errorf("%s, steady %s; want unsure, %s", got, steady, checks.Open)
	}
	c = moved("192.0.2.1", verdictFail(), verdictDepends())
	c.Throughout = checks.Open
	shown = NewChangeBuilder(texts(t, "en"), sampleMail, "spf", 0, 0, sampleTransition).Change(c)
	if steady := shown.Steady("spf"); steady != checks.Yes {
		t.Errorf("what did not pass before wavers: %s", steady)
	}
}

func TestChangeWidth(t *testing.T) {
	for _, lang := range []string{"en", "ja"} {
		for _, columns := range []int{60, 80, 100} {
			got := compared(t, lang, sampleTransition, func(o *SimulationOptions) { o.Width = columns }, sampleChanges()...)
			for _, line := range strings.Split(got, "\n") {
				if Width(line) > columns && !strings.Contains(line, "v=spf1") {
					t.Errorf("%s: %d columns in a page of %d: %q", lang, Width(line), columns, line)
				}
			}
		}
	}
}

// Addresses of which nobody could tell are never counted as not passing, and
// questions that only differ in the name are told once.
func TestOpenPartsOfAPrefix(t *testing.T) {
	s := simulate.Simulation{Target: target("192.0.2.0/29")}
	for _, p := range prefixes("192.0.2.0/32", "192.0.2.1/32", "192.0.2.2/31") {
		v := verdictOf(spf.ResultUnknown, spf.CauseDNS, &resolver.Error{Kind: resolver.Offline, Question: resolver.Question{Name: p.Addr().String() + ".example.", Type: resolver.TypePTR}})
		s.Regions = append(s.Regions, simulate.Region{Prefixes: []netip.Prefix{p}, Verdict: v})
	}
	s.Regions = append(s.Regions, simulate.Region{Prefixes: prefixes("192.0.2.4/30"), Verdict: verdictFail()})
	got := simulated(t, "en", nil, s)
	for _, want := range []string{
		"192.0.2.0/29  unknown  0 of 8 addresses pass, 4 could not be told\n",
		"   unknown    4 addresses  192.0.2.0.example PTR: outside the zones given, and\n",
		"     192.0.2.0/30\n   To do ", "   fail       4 addresses  -all of example.co.jp ",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	if strings.Contains(got, "192.0.2.1.example") {
		t.Errorf("every question is told:\n%s", got)
	}
}
