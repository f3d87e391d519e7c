package resolver

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// Changed is an RRset that two worlds answer differently: the records of one
// type at one name, or that there are none.
type Changed struct {
	Name string
	// Type is the asked one, or CNAME where the old answer is an alias, which
	// stands for all types.
	Type Type
	// Absent says that there was no such RRset before. TTL is how many seconds a
	// cache may go on with the old answer: that of the records, or for an absence
	// what RFC 2308 §5 allows. Cached says that this was learnt from a cache, so
	// that it may be longer.
	Absent bool
	TTL    uint32
	Cached bool
	// TTLUnknown says that nobody told how long an absence may be kept, since no
	// SOA came with it: TTL is 0 then.
	TTLUnknown bool
}

// Question is the set as a question.
func (c Changed) Question() Question { return Question{c.Name, c.Type} }

// Mix is a resolver of the time after a change: it answers as a cache would
// that still holds some of the old RRsets and has the others new, each
// independently. Where both worlds agree, that is the answer; where they do not,
// a chooser decides, once for each set, and the chain of aliases goes on from
// what it chose. An old alias can so lead to a name that is new, or gone.
//
// A question that either world leaves without an answer is an error: nobody
// could tell whether it differs. No difference is made between NODATA and
// NXDOMAIN: there are no records in either case.
type Mix struct {
	before, after Resolver
	keepOld       func(Changed) bool

	mu     sync.Mutex
	met    []Changed
	old    map[Question]bool // of those met
	failed []Question
}

// NewMix mixes two worlds. KeepOld tells for a set that differs whether the old
// answer is still held; it is asked once for each set, one at a time.
func NewMix(before, after Resolver, keepOld func(Changed) bool) *Mix {
	return &Mix{before: before, after: after, keepOld: keepOld, old: map[Question]bool{}}
}

// Met lists the sets that were met and differ, in the order in which they were:
// one that an earlier choice led to comes after it.
func (m *Mix) Met() []Changed {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.met)
}

// Failed lists the questions that one of the worlds left without an answer, so
// that nobody knows whether they differ.
func (m *Mix) Failed() []Question {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.failed)
}

// Lookup implements Resolver.
func (m *Mix) Lookup(ctx context.Context, q Question) (Answer, error) {
	name, err := CanonicalName(q.Name)
	if err != nil {
		return Answer{}, &Error{Kind: BadName, Question: q, Detail: err.Error(), Err: err}
	}
	q.Name = name
	answer := Answer{Question: q, Authentic: true}
	for names := (trail{name}); ; {
		step, err := m.step(ctx, Question{names.last(), q.Type})
		if err != nil {
			return Answer{}, atTarget(err, q, names.last())
		}
		answer.extend(step)
		if answer.Status != 0 {
			answer.OwnerExists = answer.Status != NXDomain || len(answer.Chain) > 0
			return answer, nil
		}
		if fault := names.visit(step.Canonical()); fault != "" {
			return Answer{}, &Error{Kind: BadReply, Question: q, Server: step.Source, Detail: fault}
		}
	}
}

// Exchange implements Resolver. It goes to the new world: a query to one server
// is not answered from what a cache holds.
func (m *Mix) Exchange(ctx context.Context, q Query) (Reply, error) { return m.after.Exchange(ctx, q) }

// step answers for one name: its alias, with Status 0, or what stands there.
func (m *Mix) step(ctx context.Context, q Question) (Answer, error) {
	steps, failures := [2]Answer{}, [2]error{}
	var sides sync.WaitGroup
	for i, world := range []Resolver{m.before, m.after} {
		sides.Go(func() { steps[i], failures[i] = oneStep(ctx, world, q) })
	}
	sides.Wait()
	if err := cmp.Or(failures[0], failures[1]); err != nil {
		m.fail(q)
		return Answer{}, err
	}
	if sameStep(steps[0], steps[1]) {
		return steps[1], nil
	}
	if m.decide(changedSet(q, steps[0])) {
		return steps[0], nil
	}
	return steps[1], nil
}

func (m *Mix) fail(q Question) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !slices.Contains(m.failed, q) {
		m.failed = append(m.failed, q)
	}
}

// decide chooses the old or the new side of a set, unless that is done.
func (m *Mix) decide(set Changed) (old bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	old, known := m.old[set.Question()]
	if !known {
		old = m.keepOld(set)
		m.old[set.Question()] = old
		m.met = append(m.met, set)
	}
	return old
}

func changedSet(q Question, old Answer) Changed {
	set := Changed{Name: q.Name, Type: q.Type, TTL: old.TTL, Cached: old.Cached, Absent: old.Status == NoData || old.Status == NXDomain}
	set.TTLUnknown = set.Absent && set.TTL == 0
	if old.Status == 0 {
		set.Type = TypeCNAME
	}
	return set
}

// oneStep is a world's answer for a name alone. That of an alias is its chain
// up to the next name, with Status 0, also where what it leads to fails.
func oneStep(ctx context.Context, world Resolver, q Question) (Answer, error) {
	a, err := world.Lookup(ctx, q)
	if err != nil && q.Type != TypeCNAME {
		alias, failure := world.Lookup(ctx, Question{q.Name, TypeCNAME})
		if failure != nil || alias.Status != Data || len(alias.Chain) > 0 {
			return Answer{}, err
		}
		alias.Question, alias.Chain = q, alias.Records
		a = alias
	} else if err != nil {
		return Answer{}, err
	}
	for i, r := range a.Chain {
		if _, ok := r.Data.(CNAME); ok {
			a.Status, a.Records, a.Chain = 0, nil, a.Chain[:i+1]
			a.TTL = leastTTL(a.Chain)
			return a, nil
		}
	}
	return a, nil
}

// sameStep reports whether two worlds have the same at a name.
func sameStep(a, b Answer) bool {
	switch {
	case (a.Status == 0) != (b.Status == 0):
		return false
	case a.Status == 0:
		return a.Canonical() == b.Canonical()
	}
	return len(a.Records) == len(b.Records) && allIn(a.Records, b.Records) && allIn(b.Records, a.Records)
}

func allIn(some, set []Record) bool {
	return !slices.ContainsFunc(some, func(r Record) bool { return indexOf(set, r.Data) < 0 })
}
