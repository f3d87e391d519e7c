package dkim

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

// maxWalk bounds the names below _domainkey that are listed; each costs two
// questions at most, and one for its key.
const maxWalk = 60

// WalkState says what walking came to.
type WalkState string

// The states of a walk.
const (
	WalkComplete WalkState = "complete" // all names below _domainkey are listed
	WalkNSEC3    WalkState = "nsec3"    // the zone is signed with hashes of its names (RFC 5155)
	WalkLies     WalkState = "lies"     // the servers make up the neighbours of every name (RFC 4470, RFC 9824)
	WalkUnsigned WalkState = "unsigned" // no NSEC record came: not signed, or they are lost on the way
	WalkLoop     WalkState = "loop"     // the records do not lead on
	WalkTooMany  WalkState = "too-many" // more names than maxWalk
	WalkUnknown  WalkState = "unknown"  // a question had no answer
)

// Walk is the list of names below _domainkey that NSEC records gave.
type Walk struct {
	State WalkState `json:"state"`
	// Selectors are those that were come by, in canonical order; all if the walk is
	// complete.
	Selectors []string `json:"selectors"`

	adsp bool // a policy of RFC 5617 is among the names
}

// walker steps from name to name (RFC 4034 §4.1.1): the NSEC record of a name
// holds the next one that exists in the zone, in canonical order, in which all
// that is below _domainkey stands together.
type walker struct {
	*checks.Pass
	top   string // _domainkey
	names []string
}

// walk lists the names below _domainkey, if the user asks for it and no zone file
// lists them.
func (s *search) walk(ctx context.Context) {
	if _, complete := s.Names(namespaceName(s.Domain)); complete || !s.Options.Walk {
		return
	}
	s.Allow(3 * maxWalk)
	s.facts.Walk, _ = s.Once("walk", func() any {
		w := &walker{Pass: s.Pass, top: namespaceName(s.Domain)}
		state := w.run(ctx)
		return &Walk{State: state, Selectors: append([]string{}, listed(w.names, s.Domain)...), adsp: slices.Contains(w.names, adspName(s.Domain))}
	}).(*Walk)
	s.facts.open = s.facts.Walk.State == WalkUnknown
}

// judgeWalk: whoever asks can list the selectors, as this run did.
func (f *Facts) judgeWalk() []checks.Finding {
	if f.Walk == nil || f.Walk.State != WalkComplete || len(f.Walk.Selectors) == 0 {
		return nil
	}
	finding := Walked.On(namespaceName(f.domain), resolver.TypeNSEC)
	finding.Args = checks.Args{"domain": f.domain, "count": len(f.Walk.Selectors), "selectors": slices.Clone(f.Walk.Selectors)}
	return []checks.Finding{finding}
}

// details says whether all selectors are known now, which the user asked for.
func (f *Facts) details() []checks.Text {
	if f.Walk == nil {
		return nil
	}
	return []checks.Text{checks.T("walk."+string(f.Walk.State), checks.Args{"count": len(f.Walk.Selectors), "selectors": slices.Clone(f.Walk.Selectors), "max": maxWalk})}
}

func (w *walker) run(ctx context.Context) WalkState {
	for at := w.top; ; at = w.names[len(w.names)-1] {
		step, state := w.from(ctx, at)
		switch {
		case state != "":
			return state
		case step.nothing && at == w.top, !w.below(step.next):
			return WalkComplete
		case isMadeUp(step.next):
			return WalkLies
		case compareNames(step.next, at) <= 0:
			return WalkLoop
		case len(w.names) == maxWalk:
			return WalkTooMany
		}
		w.names = append(w.names, step.next)
	}
}

func (w *walker) below(name string) bool {
	return name != w.top && resolver.IsSubdomain(name, w.top)
}

// isMadeUp recognises the least name below another, which nobody publishes and
// servers that sign each answer anew give for the next (RFC 4470 §4, RFC 9824 §3).
func isMadeUp(name string) bool { return strings.HasPrefix(name, `\000.`) }

// step is what one NSEC record says.
type step struct {
	owner, next string
	// nothing is the mark of RFC 9824 §3.1 that the owner does not exist.
	nothing bool
}

// from finds the name behind another: by its own NSEC record, else by the one
// that denies the name directly behind it. A resolver may follow an alias in
// place of giving its NSEC record.
func (w *walker) from(ctx context.Context, at string) (step, WalkState) {
	found, state := w.ask(ctx, resolver.Question{Name: at, Type: resolver.TypeNSEC}, at)
	if state == "" || state == WalkUnknown || at == w.top {
		return found, state
	}
	after, err := resolver.CanonicalName(`\000.` + at)
	if err != nil { // too long: nothing can be below, and nothing tells what is behind
		return step{}, WalkLies
	}
	found, state = w.ask(ctx, resolver.Question{Name: after, Type: resolver.TypeTXT}, at)
	if state == WalkUnsigned { // the name came from an NSEC record, and has none itself
		state = WalkLies
	}
	return found, state
}

// ask reads the NSEC record of a reply that is of the name, or, of _domainkey
// itself, covers it: a name with others below it has none of its own.
func (w *walker) ask(ctx context.Context, q resolver.Question, at string) (step, WalkState) {
	reply, err := w.Exchange(ctx, resolver.Query{Question: q, DO: true, RD: true})
	if err == nil && reply.Rcode != rcodeNoError && reply.Rcode != rcodeNXDomain {
		err = &resolver.Error{Kind: kindOfRcode(reply.Rcode), Question: q, Server: reply.Server}
	}
	if err != nil {
		w.Miss(InWalk, q, err)
		return step{}, WalkUnknown
	}
	state := WalkUnsigned
	for _, r := range slices.Concat(reply.Answer, reply.Authority) {
		switch s, ok := readNSEC(r); {
		case r.Type() == typeNSEC3:
			state = WalkNSEC3
		case ok && (s.owner == at || at == w.top && s.covers(at)):
			return s, ""
		case ok && state == WalkUnsigned:
			state = WalkLies
		}
	}
	return step{}, state
}

const typeNSEC3 resolver.Type = 50 // RFC 5155 §3

// Response codes (RFC 1035 §4.1.1).
const (
	rcodeNoError  = 0
	rcodeServFail = 2
	rcodeNXDomain = 3
	rcodeRefused  = 5
)

func kindOfRcode(rcode int) resolver.ErrorKind {
	switch rcode {
	case rcodeServFail:
		return resolver.ServFail
	case rcodeRefused:
		return resolver.Refused
	}
	return resolver.BadReply
}

// readNSEC reads the next name and the types of an NSEC record (RFC 4034 §4.1).
func readNSEC(r resolver.Record) (step, bool) {
	if r.Type() != resolver.TypeNSEC {
		return step{}, false
	}
	fields, err := resolver.SplitFields(r.Data.String())
	if err != nil || len(fields) == 0 {
		return step{}, false
	}
	next, err := resolver.CanonicalName(fields[0].Text)
	if err != nil {
		return step{}, false
	}
	s := step{owner: r.Name, next: next}
	for _, f := range fields[1:] {
		s.nothing = s.nothing || f.Text == "NXNAME" || f.Text == "TYPE128"
	}
	return s, true
}

// covers reports that a name would stand between owner and next; the last record
// of a zone leads back to its apex.
func (s step) covers(name string) bool {
	behind := compareNames(s.owner, name) < 0
	return behind && (compareNames(name, s.next) < 0 || compareNames(s.next, s.owner) <= 0)
}

// compareNames orders canonical names as RFC 4034 §6.1 does: label by label from
// the right, by octets.
func compareNames(a, b string) int {
	x, y := resolver.Labels(a), resolver.Labels(b)
	for i := 1; i <= min(len(x), len(y)); i++ {
		if c := cmp.Compare(octets(x[len(x)-i]), octets(y[len(y)-i])); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(x), len(y))
}

// octets are those of a label in presentation form.
func octets(label string) string {
	if !strings.Contains(label, `\`) {
		return label
	}
	var raw []byte
	for i := 0; i < len(label); i++ {
		switch {
		case label[i] != '\\':
			raw = append(raw, label[i])
		case i+3 < len(label) && label[i+1] >= '0' && label[i+1] <= '9':
			raw = append(raw, (label[i+1]-'0')*100+(label[i+2]-'0')*10+(label[i+3]-'0'))
			i += 3
		case i+1 < len(label):
			raw = append(raw, label[i+1])
			i++
		}
	}
	return string(raw)
}
