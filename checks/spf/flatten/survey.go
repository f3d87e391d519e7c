package flatten

import (
	"slices"

	"mailauth/checks"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

// Flaw says what makes a term unusable.
type Flaw string

// The flaws: with each of them, receivers answer permerror (RFC 7208 §4.6, §5.2,
// §6.1, §4.6.4) to everybody who gets to the term, or to everybody at all.
const (
	FlawSyntax   Flaw = "syntax"        // the term is none
	FlawNoRecord Flaw = "no-record"     // its target has no SPF record
	FlawNoName   Flaw = "no-name"       // its target does not exist
	FlawSeveral  Flaw = "several"       // its target has more than one record
	FlawTarget   Flaw = "target-syntax" // the record of its target has a mistake
	FlawName     Flaw = "unusable-name" // its target is no DNS name
	FlawLoop     Flaw = "loop"          // it leads back to a record before it
	FlawMX       Flaw = "mx-hosts"      // more than ten exchanges
	FlawAlias    Flaw = "alias"         // the domain's own record is that of another organization
)

// Defect is a term that has to be mended, or dropped, before its policy can be
// flattened.
type Defect struct {
	Flaw Flaw
	// Term is as written, Path the names of the records that lead to it, the
	// domain first, the one that it stands in last.
	Term string
	Path []string
	// Target is the name that it leads to, canonical; empty if that is not it.
	Target string
	// Drop is the term that can be dropped: itself, or the one by which the
	// domain's organization gets to it.
	Drop string
}

// Unanswered is a question of the policy that nobody answered.
type Unanswered struct {
	Question resolver.Question
	Err      error
	Term     string // empty for the domain's own record
	Path     []string
}

// maxMX is how many exchanges an mx may have. RFC 7208 §4.6.4.
const maxMX = 10

// survey looks for what stands in the way of flattening a tree.
type survey struct {
	*reader
	root       *spf.Domain
	broken     []Defect
	unanswered []Unanswered
	done       map[*spf.Domain]bool
	active     []*spf.Domain
	way        []*spf.Expanded // the terms that lead to the last of active
}

func surveyed(r *reader, root *spf.Domain) *survey {
	s := &survey{reader: r, root: root, done: map[*spf.Domain]bool{}}
	s.record(root)
	return s
}

func (s *survey) path() []string {
	var names []string
	for _, d := range s.active {
		names = append(names, d.Name)
	}
	return names
}

// reports that a term has a flaw.
func (s *survey) report(f Flaw, term, target string) {
	s.broken = append(s.broken, Defect{Flaw: f, Term: term, Path: s.path(), Target: target, Drop: s.droppable(term)})
}

// droppable is the term that can be dropped so that a term is not reached:
// records of others cannot be changed, unless their networks are written down.
func (s *survey) droppable(term string) string {
	at := s.active[len(s.active)-1]
	for i, e := range s.way {
		if !s.ownRecord(s.active[i+1]) {
			term, at = e.String(), s.active[i]
			break
		}
	}
	if s.places(term) > 1 {
		return term + "@" + bare(at.Name)
	}
	return term
}

// places counts the records that have a term which can be dropped.
func (s *survey) places(term string) int {
	n := 0
	seen := map[*spf.Domain]bool{}
	var visit func(d *spf.Domain)
	visit = func(d *spf.Domain) {
		if d == nil || seen[d] {
			return
		}
		seen[d] = true
		if s.mayDrop(d, s.root) && slices.ContainsFunc(d.Terms, func(e *spf.Expanded) bool { return e.String() == term }) {
			n++
		}
		for _, e := range d.Terms {
			visit(e.Target)
			visit(e.Target6)
		}
	}
	visit(s.root)
	return n
}

func (s *survey) fail(question string, t resolver.Type, r checks.Result, term string) {
	if r.Unknown() {
		s.unanswered = append(s.unanswered, Unanswered{resolver.Question{Name: question, Type: t}, r.Err, term, s.path()})
	}
}

// record looks at a record that can be read, and at all that it leads to.
func (s *survey) record(d *spf.Domain) {
	if s.done[d] {
		return
	}
	s.done[d] = true
	s.active = append(s.active, d)
	for _, e := range d.Terms {
		if e.Broken {
			s.report(FlawSyntax, e.String(), "")
		}
	}
	terms, redirect := order(d)
	if redirect != nil {
		terms = append(terms, redirect)
	}
	for _, e := range terms {
		s.term(e)
	}
	s.active = s.active[:len(s.active)-1]
}

func (s *survey) term(e *spf.Expanded) {
	for i, answer := range e.MX {
		s.fail(e.Names[i], resolver.TypeMX, answer, e.String())
		if !answer.Unknown() && len(answer.Answer.Records) > maxMX {
			s.report(FlawMX, e.String(), e.Names[i])
		}
	}
	for i, answer := range e.Exists {
		s.fail(e.Names[i], resolver.TypeA, answer, e.String())
	}
	for _, h := range e.Hosts {
		s.fail(h.Name, resolver.TypeA, h.A, e.String())
		s.fail(h.Name, resolver.TypeAAAA, h.AAAA, e.String())
	}
	if e.Unusable && (e.Kind == spf.Include || e.Kind == spf.Redirect) {
		s.report(FlawName, e.String(), "")
	}
	s.target(e, e.Target)
	if e.Target6 != nil {
		s.target(e, e.Target6)
	}
}

// outcomes are the flaws that a target can be.
var outcomes = map[spf.Outcome]Flaw{spf.NoRecord: FlawNoRecord, spf.NoName: FlawNoName, spf.Several: FlawSeveral}

func (s *survey) target(e *spf.Expanded, d *spf.Domain) {
	switch {
	case d == nil:
	case d.Outcome == spf.Open:
		s.fail(d.Name, resolver.TypeTXT, d.TXT, e.String())
	case outcomes[d.Outcome] != "":
		s.report(outcomes[d.Outcome], e.String(), d.Name)
	case d.Outcome == spf.Malformed && d.Terms == nil: // a foreign record ends there
		s.report(FlawTarget, e.String(), d.Name)
	case slices.Contains(s.active, d):
		s.report(FlawLoop, e.String(), d.Name)
	default:
		s.way = append(s.way, e)
		s.record(d)
		s.way = s.way[:len(s.way)-1]
	}
}
