package spf

import (
	"context"
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

// Bounds on the names that are tried in the place of a dead one.
const (
	maxDead  = 4
	maxNear  = 3
	shortest = 12 // octets of a name in which two may be wrong
)

// misspelt reports that a name was probably meant to be the other. Names that
// differ in their digits alone are a series, such as _spf1 and _spf2.
func misspelt(name, meant string) bool {
	allowed := 2
	if len(meant) <= shortest {
		allowed = 1
	}
	d := checks.Distance(name, meant)
	return d > 0 && d <= allowed && withoutDigits(name) != withoutDigits(meant)
}

func withoutDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, s)
}

// askNear asks for the names that were probably meant by own terms whose
// target is dead. Nothing is judged by it: a failure leaves a proposal out.
func (x *expansion) askNear(f *Facts) {
	var asked []*Domain
	for _, own := range f.Own {
		for _, e := range own.order() {
			d := e.Target
			if !own.Own || d == nil || d.Outcome != NoName && d.Outcome != NoRecord || slices.Contains(asked, d) || len(asked) == maxDead {
				continue
			}
			asked = append(asked, d)
			d.Near = own.misspellings(d.Name)
			if len(d.Near) == 0 {
				x.tryNear(d)
			}
		}
	}
}

func (x *expansion) tryNear(d *Domain) {
	tried := 0
	for _, name := range x.pass.Providers().KnownIncludes() {
		if tried == maxNear || !misspelt(d.Name, name) {
			continue
		}
		tried++
		x.ask(InNear, name, resolver.TypeTXT, func(r checks.Result) {
			if !r.Unknown() && len(Select(r.Answer.Records)) == 1 {
				d.Near = append(d.Near, name)
			}
		})
	}
}

// misspellings lists other names that the record includes and that have a
// record, of which name is probably a misspelling.
func (d *Domain) misspellings(name string) []string {
	var near []string
	for _, e := range d.order() {
		if e.Kind == Include && e.Target != nil && e.Target.Outcome == Published && misspelt(name, e.Target.Name) {
			near = append(near, e.Target.Name)
		}
	}
	return near
}

// includesOneOf returns the first of the names that the record includes, or "".
func (d *Domain) includesOneOf(names []string) string {
	for _, e := range d.order() {
		if e.Kind == Include && e.Target != nil && slices.Contains(names, e.Target.Name) {
			return e.Target.Name
		}
	}
	return ""
}

// renamed writes the term with each of the names in the place of its own.
func (e *Expanded) renamed(names []string) []string {
	if e.Domain == nil || e.Domain.Macros() {
		return nil
	}
	raw, at := e.String(), e.Domain.Span
	var terms []string
	for _, name := range names {
		terms = append(terms, raw[:at.Start-e.Span.Start]+bare(name)+raw[at.End-e.Span.Start:])
	}
	return terms
}

// askLater asks what only the answers so far give reason to ask.
func (x *expansion) askLater(ctx context.Context, f *Facts) {
	x.askReverse(f)
	x.askNear(f)
	x.run(ctx)
}
