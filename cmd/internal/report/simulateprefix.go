package report

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"mailauth/checks"
)

// fewPrefixes is how many prefixes of a part that passes are printed without
// -v; of one that does not, all are.
const fewPrefixes = 24

// prefix prints how much of a prefix passes, and its parts with their prefixes.
func (p *simulationPage) prefix(s Simulation) {
	result := s.outcome("spf")
	address := Pad(s.IP, p.sim.options.AddressWidth)
	p.WriteString(p.strong(address))
	p.headline(Width(address), p.outcomePaint(result)(Pad(p.word("result-"+result, nil), p.resultWidth())), p.passing(s.Fate), "")
	parts := alike(s.Regions)
	counts := make([]string, len(parts))
	widest := 0
	for i, r := range parts {
		counts[i] = p.addresses(r.Addresses)
		widest = max(widest, Width(counts[i]))
	}
	for i, r := range parts {
		p.region(r, spaces(widest-Width(counts[i]))+counts[i])
	}
	p.dmarcOfParts(s.Regions)
	if p.sim.options.Targets == 1 && !p.Quiet || p.Verbose {
		p.mend(s)
	}
}

// passing says how many addresses of a prefix pass SPF, and of how many nobody
// could tell.
func (p *simulationPage) passing(f Fate) string {
	pass, open, all := new(big.Int), new(big.Int), new(big.Int)
	for _, r := range f.Regions {
		n, _ := new(big.Int).SetString(r.Addresses, 10)
		all.Add(all, n)
		switch result := r.result("spf"); {
		case result == "pass":
			pass.Add(pass, n)
		case isOpen(result):
			open.Add(open, n)
		}
	}
	id := "part-some"
	switch {
	case open.Sign() > 0:
		id = "part-open"
	case pass.Sign() == 0:
		id = "part-none"
	}
	return p.word(id, checks.Args{"count": countOf(pass), "passing": grouped(pass), "open": grouped(open), "all": p.addresses(all.String())})
}

// region is a part: its result, its size, why, and its prefixes.
func (p *simulationPage) region(r joined, count string) {
	result := Pad(p.word("result-"+r.result("spf"), nil), resultColumn) + "  "
	used := indent + Width(result) + Width(count) + 2
	why, right := "", ""
	if r.SPF != nil {
		why, right = r.SPF.Message, p.cost(r.SPF)
	}
	if r.likewise {
		why, right = p.word("likewise", checks.Args{"text": why}), ""
	}
	text, ok := apart(why, right, p.Width-used)
	if !ok {
		text = why
	}
	lines := []string{text}
	if used+Width(text) > p.Width {
		lines = Wrap(text, p.Width-used, p.Width-used)
	}
	for i, line := range lines {
		if i == 0 {
			p.line(spaces(indent), p.outcomePaint(r.result("spf"))(result), count, "  ", line)
		} else {
			p.line(spaces(used), line)
		}
	}
	p.prefixes(r.Prefixes, r.result("spf") == "pass")
	if r.SPF != nil {
		p.settle(r.SPF)
	}
	p.opinion(r.Fate)
	if r.Advice != "" {
		p.label("advice", r.Advice)
	}
}

// prefixes lists them; shorten says that a long list may be cut.
func (p *simulationPage) prefixes(list []string, shorten bool) {
	more := len(list) - fewPrefixes
	if !shorten || p.Verbose || more <= 1 {
		more = 0
	}
	p.sentence(deep, join(list[:len(list)-more], "  "))
	if more > 0 {
		p.line(spaces(deep), p.faint(p.word("prefixes-more", checks.Args{"count": more})))
	}
}

// dmarcOfParts says what DMARC makes of the parts, once for all that it makes
// the same of.
func (p *simulationPage) dmarcOfParts(parts []FateOfAddresses) {
	var said []string
	results := map[string][]string{}
	for _, r := range parts {
		if r.DMARC == nil {
			continue
		}
		if m := r.DMARC.Message; results[m] == nil {
			said = append(said, m)
		}
		if m, name := r.DMARC.Message, p.word("result-"+r.result("spf"), nil); !slices.Contains(results[m], name) {
			results[m] = append(results[m], name)
		}
	}
	for i, message := range said {
		if len(said) > 1 {
			message = p.word("where", checks.Args{"results": results[message], "text": message})
		}
		if i == 0 {
			p.label("dmarc", message)
		} else {
			p.hanging(spaces(labelColumn-indent), message)
		}
	}
}

// addresses is a number of addresses; a large power of two is written as such.
func (p *simulationPage) addresses(decimal string) string {
	n, ok := new(big.Int).SetString(decimal, 10)
	if !ok {
		return decimal
	}
	return p.word("addresses", checks.Args{"count": countOf(n), "n": grouped(n)})
}

// countOf is a number as far as the grammar of a language cares.
func countOf(n *big.Int) int64 {
	if n.IsInt64() {
		return n.Int64()
	}
	return math.MaxInt64
}

// largeCount is the number of digits from which a number is not read any more.
const largeCount = 13

// grouped is a number with commas; one that nobody reads is a power of two or
// about right, since the prefixes beside it are exact.
func grouped(n *big.Int) string {
	text := n.String()
	if len(text) >= largeCount {
		if power := n.TrailingZeroBits(); new(big.Int).Lsh(big.NewInt(1), power).Cmp(n) == 0 {
			return fmt.Sprintf("2^%d", power)
		}
		return fmt.Sprintf("≈%s.%s×10^%d", text[:1], text[1:3], len(text)-1)
	}
	var b strings.Builder
	for i, digit := range text {
		if i > 0 && (len(text)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	return b.String()
}
