package simulate

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"

	blitiri "blitiri.com.ar/go/spf"

	"mailauth/checks/spf"
	"mailauth/resolver"
)

// difference is a known way in which the other implementation departs from RFC
// 7208, or from our reading of it.
type difference struct {
	id      string
	applies func(disagreement) bool
}

// differences are ordered by certainty: the first that applies is told.
var differences = []difference{
	{"second.domain", func(d disagreement) bool { return d.ours.Cause == spf.CauseBadDomain || d.badTarget() }},
	{"second.lenient", func(d disagreement) bool { return d.ours.Cause == spf.CauseSyntax && d.read }},
	{"second.syntax", func(d disagreement) bool { return d.ours.Cause == spf.CauseSyntax }},
	{"second.stricter", func(d disagreement) bool { return d.ours.Result != spf.ResultPermError && d.says(mistakes...) }},
	{"second.voids", func(d disagreement) bool {
		return d.ours.Cause == spf.CauseVoids || d.says(blitiri.ErrVoidLookupLimitReached)
	}},
	{"second.mx-order", func(d disagreement) bool { return d.onlyTheirsFailed() && d.decidedBy("mx") }},
	{"second.other-family", func(d disagreement) bool { return d.onlyTheirsFailed() && d.failedForAddress() }},
	{"second.validated-name", func(d disagreement) bool { return d.expands("p") }},
	{"second.mapped", func(d disagreement) bool { return d.addr.Is4() && d.mentions("::ffff:") }},
	{"second.reverse", func(d disagreement) bool { return d.mentions("ptr") }},
	{"second.macro", func(d disagreement) bool { return d.mentions("%") }},
}

// mistakes are what the other implementation calls a broken record.
var mistakes = []error{blitiri.ErrUnknownField, blitiri.ErrInvalidIP, blitiri.ErrInvalidMask, blitiri.ErrInvalidMacro, blitiri.ErrInvalidDomain}

// plainlyBroken is a DNS where the term that an evaluation found to be a mistake
// is replaced by one that the other implementation knows as one: if that changes
// its result, it reads the place.
func plainlyBroken(r resolver.Resolver, e spf.Evaluation) resolver.Resolver {
	const unknown = " unknown-mechanism"
	before, after := e.Record[:e.Span.Start], e.Record[e.Span.End:]
	text := before + unknown + after
	if strings.HasPrefix(strings.ToLower(e.Term), "redirect=") { // which it reads last
		text = before + after + unknown
	}
	return rewritten{r, e.Record, text}
}

// rewritten is a DNS where one text is another.
type rewritten struct {
	resolver.Resolver
	from, to string
}

func (r rewritten) Lookup(ctx context.Context, q resolver.Question) (resolver.Answer, error) {
	answer, err := r.Resolver.Lookup(ctx, q)
	answer.Records = slices.Clone(answer.Records)
	for i, record := range answer.Records {
		if text, ok := record.Text(); ok && text == r.from {
			answer.Records[i].Data = resolver.NewTXT(r.to)
		}
	}
	return answer, err
}

func (d disagreement) says(list ...error) bool {
	return slices.ContainsFunc(list, func(err error) bool { return errors.Is(d.err, err) })
}

// badTarget reports that an include or redirect ended the evaluation since its
// target is no name that has a record: RFC 7208 §4.3.
func (d disagreement) badTarget() bool {
	if d.ours.Cause != spf.CauseIncludeNone && d.ours.Cause != spf.CauseRedirectNone || len(d.ours.Steps) == 0 {
		return false
	}
	last := d.ours.Steps[len(d.ours.Steps)-1]
	return resolver.CountLabels(last.Target) < 2
}

// onlyTheirsFailed reports that a question without an answer stopped the other
// implementation, and not ours.
func (d disagreement) onlyTheirsFailed() bool {
	return d.theirs == spf.ResultTempError && d.ours.Result != spf.ResultTempError && d.ours.Result != spf.ResultUnknown
}

// decidedBy reports that the deciding term is of a kind.
func (d disagreement) decidedBy(mechanism string) bool {
	return slices.ContainsFunc(d.ours.Steps, func(s spf.Step) bool {
		return s.Match && strings.HasPrefix(strings.TrimLeft(strings.ToLower(s.Term), "+-~?"), mechanism)
	})
}

// failedForAddress reports that the other implementation asked for addresses of
// a family that did not matter: it asks for both at once for an IPv6 client.
func (d disagreement) failedForAddress() bool {
	var dns *net.DNSError
	var failure *resolver.Error
	if !errors.As(d.err, &dns) || !errors.As(dns.Unwrap(), &failure) {
		return false
	}
	return d.addr.Is6() && (failure.Question.Type == resolver.TypeA || failure.Question.Type == resolver.TypeAAAA)
}

// expands reports that a macro letter was expanded on the way.
func (d disagreement) expands(letter string) bool { return d.mentions("%{" + letter) }

// mentions reports that a text, in any case, occurs in an evaluated term.
func (d disagreement) mentions(text string) bool {
	return slices.ContainsFunc(d.ours.Steps, func(s spf.Step) bool { return strings.Contains(strings.ToLower(s.Term), text) })
}
