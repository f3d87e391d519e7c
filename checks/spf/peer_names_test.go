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

// asked reports that the term counts and that its name was made: it is not the
// one that was too many, nor one where nobody could tell what %{p} is.
func (s Step) asked() bool {
	return s.Lookup > 0 && s.Lookup <= MaxLookups && s.Result != ResultUnknown
}

// spec is the domain-spec of the step's term, nil if it has none.
func (s Step) spec() *DomainSpec { return s.term().Domain }

// nameWith is the name that a term would ask for with a habit of the peer; ""
// if nobody can be asked for it.
func (c *verdicts) nameWith(s Step, h habit) string {
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
func asksOther(h habit) func(*verdicts) bool {
	return func(c *verdicts) bool {
		return slices.ContainsFunc(c.ours.Steps, func(s Step) bool {
			return s.asked() && s.spec() != nil && c.nameWith(s, h) != s.Target
		})
	}
}

// voidsWith counts the void look-ups of the evaluation as the peer does, in the
// ways given.
func (c *verdicts) voidsWith(h habit) int {
	n, ptr := 0, false
	for _, s := range c.ours.Steps {
		kind := s.term().Kind
		address := kind == A || kind == Exists
		void := s.Void
		if h&unusableVoids != 0 && (address || kind == MX) && s.Target == "" && s.asked() {
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
func voidsOtherwise(h habit) func(*verdicts) bool {
	return func(c *verdicts) bool {
		all := unusableVoids | familyVoids | ptrVoids
		over := c.voidsWith(all) > MaxVoids
		return over != (c.ours.Cause == CauseVoids) && over == (c.theirs == ResultPermError) && c.voidsWith(all) != c.voidsWith(all&^h)
	}
}

// beforeMistakes is a world whose records end before their first mistake, in the
// order in which the peer reads them.
type beforeMistakes struct{ *world }

func (w beforeMistakes) Lookup(ctx context.Context, q resolver.Question) (resolver.Answer, error) {
	answer, err := w.world.Lookup(ctx, q)
	if q.Type != resolver.TypeTXT || err != nil {
		return answer, err
	}
	answer.Records = slices.Clone(answer.Records)
	for i, r := range answer.Records {
		if text, _ := r.Text(); IsSPF(text) {
			answer.Records[i].Data = resolver.NewTXT(untilMistake(Parse(text)))
		}
	}
	return answer, nil
}

// untilMistake is a record with its redirect behind everything else, up to the
// first mistake that the peer takes for one.
func untilMistake(r *Record) string {
	var terms, last []string
	for _, word := range split(r.Text, 0) {
		text := word.Of(r.Text)
		broken := slices.ContainsFunc(r.Errors, func(e SyntaxError) bool { return e.Whole.Start < word.End && word.Start < e.Whole.End })
		if broken && !modifierTerm.MatchString(text) && !lenientTerm.MatchString(text) {
			text = ""
		}
		if strings.HasPrefix(strings.ToLower(word.Of(r.Text)), "redirect=") {
			last = append(last, text)
		} else {
			terms = append(terms, text)
		}
	}
	terms = append(terms, last...)
	if first := slices.Index(terms, ""); first >= 0 {
		terms = terms[:first]
	}
	return strings.Join(terms, " ")
}
