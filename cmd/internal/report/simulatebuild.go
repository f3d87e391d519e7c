package report

import (
	"errors"
	"maps"
	"math/big"
	"net/netip"
	"unicode/utf8"

	"mailauth/checks"
	"mailauth/checks/catalog"
	"mailauth/checks/simulate"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

// maxFates is how many answers a builder remembers. Of a hundred thousand
// addresses most share a few.
const maxFates = 4096

// SimulationBuilder says in a language what was simulated.
type SimulationBuilder struct {
	builder
	mail    simulate.Mail
	require string
	worst   int
	fates   map[*simulate.Verdict]Fate
	dmarc   map[*simulate.DMARC]string
}

// NewSimulationBuilder returns a builder for one mail under one policy. Require
// is what an address must pass, "spf" or "dmarc"; worst is how many look-ups the
// policy costs at most.
func NewSimulationBuilder(texts *catalog.Localizer, mail simulate.Mail, require string, worst int) *SimulationBuilder {
	return &SimulationBuilder{
		builder: builder{texts: texts}, mail: mail, require: require, worst: worst,
		fates: map[*simulate.Verdict]Fate{}, dmarc: map[*simulate.DMARC]string{},
	}
}

// Simulation says what becomes of mail from a target.
func (b *SimulationBuilder) Simulation(s simulate.Simulation) Simulation {
	return Simulation{Client: b.client(s.Target), Passes: allPass(s, b.require), Fate: b.fate(s)}
}

func (b *SimulationBuilder) client(t simulate.Target) Client {
	c := Client{
		Domain: octets(BareName(b.mail.Domain)), IP: shownPrefix(t.Prefix), Given: octets(t.Text),
		Sender: octets(b.mail.MailFrom()), HELO: octets(b.mail.HELO), HeaderFrom: BareName(b.mail.HeaderFrom),
	}
	if t.File != "" {
		c.File, c.Line = &t.File, &t.Line
	}
	return c
}

// shownPrefix is a prefix as people write it: one address alone.
func shownPrefix(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

// widestAddress is the width of a column of addresses at most: the longest of
// IPv6 go over it, so that the others are not moved out of sight.
const widestAddress = 22

// AddressWidth is how wide a column of addresses is for a prefix to stand in.
func AddressWidth(p netip.Prefix) int { return min(Width(shownPrefix(p)), widestAddress) }

func shownPrefixes(list []netip.Prefix) []string {
	shown := make([]string, len(list))
	for i, p := range list {
		shown[i] = shownPrefix(p)
	}
	return shown
}

// fate is the answer for a target.
func (b *SimulationBuilder) fate(s simulate.Simulation) Fate {
	if s.Target.Single() {
		return b.verdict(s.Verdict)
	}
	f := Fate{Regions: make([]FateOfAddresses, 0, len(s.Regions)), Fix: b.Fix(s.Fix), covered: shownPrefixes(s.FixCovers)}
	advised := false
	for _, r := range s.Regions {
		part := b.verdict(r.Verdict)
		advised = advised || part.Advice != ""
		f.Regions = append(f.Regions, FateOfAddresses{
			Prefixes: shownPrefixes(r.Prefixes), Addresses: addresses(r.Prefixes).String(), Fate: part,
		})
	}
	if s.Advice != nil && !advised {
		f.Advice = b.advise(*s.Advice)
	}
	return f
}

// addresses counts the addresses of disjoint prefixes.
func addresses(list []netip.Prefix) *big.Int {
	n := new(big.Int)
	for _, p := range list {
		n.Add(n, new(big.Int).Lsh(big.NewInt(1), uint(p.Addr().BitLen()-p.Bits())))
	}
	return n
}

// verdict says a verdict, each once.
func (b *SimulationBuilder) verdict(v *simulate.Verdict) Fate {
	if v == nil {
		return Fate{}
	}
	if f, known := b.fates[v]; known {
		return f
	}
	if len(b.fates) >= maxFates {
		clear(b.fates)
	}
	f := Fate{SPF: b.spf(v), DMARC: b.dmarcOf(v)}
	if v.Second != nil {
		f.SecondOpinion = &SecondOpinion{Engine: v.Second.Engine, Result: v.Second.Result.String(), Differs: v.Second.Differs}
		if v.Second.Reason != nil {
			f.SecondOpinion.Reason = b.say(*v.Second.Reason)
		}
	}
	f.Fix, f.Advice = b.Fix(v.Fix), b.adviceOf(v)
	b.fates[v] = f
	return f
}

// adviceOf says what to do where there is no fix. Of a failed question the kind
// tells better than that there was one.
func (b *SimulationBuilder) adviceOf(v *simulate.Verdict) string {
	var failure *resolver.Error
	if errors.As(v.SPF.Err, &failure) {
		if id, args := b.advice(string(failure.Kind), failure.Question.Name); b.texts.Has(id) {
			return b.texts.Text(id, args)
		}
	}
	if v.Advice == nil {
		return ""
	}
	return b.advise(*v.Advice)
}

// advise says an advice: of addresses that no mail comes from, what they are
// for; of a question without its trailing dot.
func (b *SimulationBuilder) advise(t checks.Text) string {
	return b.say(b.purposely(t))
}

// purposely is an advice as it is said.
func (b *SimulationBuilder) purposely(t checks.Text) checks.Text {
	kind, _ := t.Args["kind"].(string)
	name, _ := t.Args["name"].(string)
	if id, args := b.advice(kind, name); kind != "" && b.texts.Has(id) {
		return checks.Text{ID: id, Args: args}
	}
	args := maps.Clone(t.Args)
	if question, asked := args["question"].(string); asked {
		args["question"] = bareQuestion(question)
	}
	if kind := purpose(args); t.ID == "advice.not-public" && kind != "" {
		t.ID, args["kind"] = "advice.never-sends", kind
	}
	return checks.Text{ID: t.ID, Args: args}
}

// purpose is what an address or network is for that no mail comes from; empty for the
// private ones, which stand behind a public one.
func purpose(args checks.Args) string {
	address, _ := args["ip"].(string)
	network, _ := args["network"].(string)
	ip, err := netip.ParseAddr(address)
	if prefix, bad := netip.ParsePrefix(network); bad == nil { // which lies in a range for one purpose
		ip, err = prefix.Addr(), nil
	}
	if err != nil {
		return ""
	}
	reserved := netip.PrefixFrom(netip.AddrFrom4([4]byte{240}), 4) // RFC 1112 §4
	own := netip.PrefixFrom(netip.AddrFrom4([4]byte{}), 8)         // RFC 6890
	switch {
	case ip.IsUnspecified() || own.Contains(ip):
		return "unspecified"
	case ip.IsLoopback():
		return "loopback"
	case ip.IsMulticast():
		return "multicast"
	case ip == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return "broadcast"
	case ip.IsLinkLocalUnicast():
		return "link-local"
	case reserved.Contains(ip):
		return "reserved"
	}
	return ""
}

// Fix says a change of the record that lets addresses pass; nil stays nil. What
// an audit would still find was not looked for.
func (b *SimulationBuilder) Fix(fix *checks.Fix) *Fix {
	if fix == nil {
		return nil
	}
	built := b.fix(*fix)
	built.Left = nil
	return &built
}

// depends is the result where several are possible.
const depends = "depends"

func (b *SimulationBuilder) spf(v *simulate.Verdict) *SPF {
	e := v.SPF
	s := &SPF{
		Result: e.Result.String(), Domain: octets(BareName(b.mail.Domain)),
		Cause: string(e.Cause), Message: b.why(v), Term: octets(e.Term),
		Path: bareNames(e.Path), Lookups: e.Lookups, Void: e.Voids, WorstLookups: max(b.worst, e.Lookups),
		Possible: []string{}, DependsOn: octetsOf(v.DependsOn), Needs: notNil(v.Needs),
		Explanation: octets(e.Explanation), Steps: make([]Step, 0, len(e.Steps)),
	}
	for _, r := range v.Possible.List() {
		s.Possible = append(s.Possible, r.String())
	}
	if len(s.Possible) > 1 {
		s.Result = depends
	}
	if e.Record != "" {
		shown := displayed(e.Record)
		s.Record = &shown
	}
	for _, text := range e.Others {
		s.Others = append(s.Others, displayed(text))
	}
	if e.Term != "" {
		s.Span = &checks.Span{Start: e.Span.Start, End: e.Span.End}
	}
	for _, step := range e.Steps {
		s.Steps = append(s.Steps, Step{
			Depth: step.Depth, Domain: BareName(step.Domain), Term: octets(step.Term), Target: octets(BareName(step.Target)),
			Lookup: step.Lookup, Void: step.Void, Match: step.Match, Result: step.Result.String(),
		})
	}
	return s
}

// displayed is the text of a record, with odd octets spelled out.
func displayed(text string) string {
	return resolver.Record{Data: resolver.TXT{Strings: []string{text}}}.Display()
}

// octets is text as it is, but what is not UTF-8 spelled out: JSON has no octets.
func octets(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	return Clean(text)
}

func octetsOf(texts []string) []string {
	list := make([]string, len(texts))
	for i, text := range texts {
		list[i] = octets(text)
	}
	return list
}

func bareNames(names []string) []string {
	bare := make([]string, len(names))
	for i, name := range names {
		bare[i] = BareName(name)
	}
	return bare
}

// why says in a clause why the result is what it is.
func (b *SimulationBuilder) why(v *simulate.Verdict) string {
	d := v.SPF.Decision
	args := checks.Args{"term": d.Term, "domain": b.where(d), "limit": spf.MaxLookups, "voids": spf.MaxVoids}
	id := "simulation.why-" + string(d.Cause)
	if _, only := v.Possible.Only(); !only && v.Possible != 0 {
		id, args = "simulation.why-depends", checks.Args{"terms": v.DependsOn, "results": results(v.Possible)}
	} else if d.Cause == spf.CauseDNS {
		args["question"], args["error"] = b.question(d.Err)
	}
	return b.say(checks.Text{ID: id, Args: args})
}

// where is the name whose record decides.
func (b *SimulationBuilder) where(d spf.Decision) string {
	if len(d.Path) == 0 {
		return b.mail.Domain
	}
	return d.Path[len(d.Path)-1]
}

func results(set spf.Results) []string {
	var list []string
	for _, r := range set.List() {
		list = append(list, r.String())
	}
	return list
}
