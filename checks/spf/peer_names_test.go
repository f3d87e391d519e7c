package spf

import (
	"context"
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

// habit is one way in which the peer makes names out of macros, or counts void
// look-ups.
type habit int

const (
	validated  habit = 1 << iota // %{p} is "unknown"
	emptyParts                   // empty parts of a value are dropped
	longNames                    // names over 253 octets are asked for
	localParts                   // so are those of local-parts outside ASCII
	unusableVoids
	familyVoids
	ptrVoids
)

// term takes the term of a step apart.
func (s Step) term() *Term {
	if r := Parse("v=spf1 " + s.Term); len(r.Terms) > 0 {
		return &r.Terms[0]
	}
	return &Term{}
}

// spec is the domain-spec of the step's term, nil if it has none.
func (s Step) spec() *DomainSpec { return s.term().Domain }

// nameWith is the name that a term would ask for with a habit of the peer; ""
// if nobody can be asked for it.
func (c *call) nameWith(s Step, h habit) string {
	q := c.query.normal()
	values := MacroContext{Sender: q.Sender, HELO: q.HELO, IP: q.IP, Domain: s.Domain, Validated: "unknown"}
	if h != validated {
		checker := &checker{resolver: c.world, query: q, answers: map[resolver.Question]checks.Result{}}
		values.Validated, _ = checker.validatedName(context.Background(), s.Domain)
	}
	if h != localParts && s.spec().Uses("sl") && !isASCII(localPart(values.sender())) {
		return ""
	}
	var b strings.Builder
	for _, p := range s.spec().Parts {
		text, err := p.expand(values)
		if err != nil {
			return ""
		}
		if h == emptyParts && p.Letter != 0 && strings.IndexByte("%_-", p.Letter) < 0 {
			text = withoutEmpty(p, values.value(p.Letter))
		}
		b.WriteString(text)
	}
	octets := b.String()
	if h != longNames {
		whole := &DomainSpec{MacroString: MacroString{Parts: []Part{{Text: octets}}}}
		octets, _ = whole.Expand(values)
	}
	name, err := resolver.CanonicalName(octets)
	if err != nil {
		return ""
	}
	return name
}

// withoutEmpty transforms a value as the peer does.
func withoutEmpty(p Part, value string) string {
	delims := p.Delims
	if delims == "" {
		delims = "."
	}
	parts := strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(delims, r) })
	return Part{Letter: p.Letter, Digits: p.Digits, Reverse: p.Reverse}.transform(strings.Join(parts, "."))
}

// asksOther: with the habit, some term that was evaluated asks for another
// name.
func asksOther(h habit) func(*call) bool {
	return func(c *call) bool {
		return slices.ContainsFunc(c.ours.Steps, func(s Step) bool {
			return s.Lookup > 0 && s.spec() != nil && c.nameWith(s, h) != s.Target
		})
	}
}

// voidsWith counts the void look-ups of the evaluation as the peer does, in the
// ways given.
func (c *call) voidsWith(h habit) int {
	n, ptr := 0, false
	for _, s := range c.ours.Steps {
		kind := s.term().Kind
		address := kind == A || kind == Exists
		void := s.Void
		if h&unusableVoids != 0 && (address || kind == MX) && s.Target == "" && s.Lookup > 0 {
			void = true
		}
		if h&familyVoids != 0 && address && c.query.IP.Is6() && len(c.addresses(s)) > 0 {
			void = false
		}
		if kind == PTR && void {
			void = !(h&ptrVoids != 0 && ptr)
			ptr = true
		}
		n += count(void)
	}
	return n
}

// voidsOtherwise: counted as the peer does, the evaluation is over the limit, or
// as we do, but not both; and the habit makes a difference.
func voidsOtherwise(h habit) func(*call) bool {
	return func(c *call) bool {
		all := unusableVoids | familyVoids | ptrVoids
		over := c.voidsWith(all) > MaxVoids
		return over != (c.ours.Cause == CauseVoids) && over == (c.theirs == ResultPermError) && c.voidsWith(all) != c.voidsWith(all&^h)
	}
}

// beforeMistakes is a world whose records end before their first mistake.
type beforeMistakes struct{ *world }

func (w beforeMistakes) Lookup(ctx context.Context, q resolver.Question) (resolver.Answer, error) {
	answer, err := w.world.Lookup(ctx, q)
	if q.Type != resolver.TypeTXT || err != nil {
		return answer, err
	}
	answer.Records = slices.Clone(answer.Records)
	for i, r := range answer.Records {
		text, _ := r.Text()
		if record := Parse(text); IsSPF(text) && len(record.Errors) > 0 {
			answer.Records[i].Data = resolver.NewTXT(text[:record.Errors[0].Whole.Start])
		}
	}
	return answer, nil
}
