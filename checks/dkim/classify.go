package dkim

import (
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

// answered reports that a question was asked and answered.
func answered(r checks.Result) bool { return r.Err == nil && r.Answer.Status != 0 }

// denied reports that the name itself is known not to exist.
func denied(r checks.Result) bool { return answered(r) && !r.Answer.OwnerExists }

// exists reports that the name is known to exist, be it through a wildcard.
func exists(r checks.Result) bool { return answered(r) && r.Answer.OwnerExists }

// classify gives each selector its state, as far as the answers go.
func (s *search) classify(selectors []*Selector) {
	for _, sel := range selectors {
		sel.keys = keyRecords(sel.result)
		if exists(sel.result) && len(sel.result.Answer.Chain) > 0 {
			sel.Alias = sel.result.Answer.Canonical()
			sel.Provider = s.keyProvider(sel.result.Answer.Chain)
		}
		sel.State = s.state(sel)
		if sel.State == StateLive {
			key := sel.primary().key
			sel.Algorithm, sel.Bits = key.Material.Algorithm, key.Material.Bits
		}
	}
}

// state says what a selector's name holds. A guess counts only against the
// control: where every name exists, its existence says nothing.
func (s *search) state(sel *Selector) State {
	random, r := s.facts.random, sel.result
	switch {
	case !answered(r):
		return StateUnknown
	case denied(r):
		return StateAbsent
	case sel.Origin.guessed() && !answered(random):
		return StateUnknown
	case sel.Origin.guessed() && exists(random) && sameAnswer(r.Answer, random.Answer) && (sel.Alias != "" || r.Is(resolver.Data)):
		return StateWildcard
	case r.Is(resolver.Data):
		return stateOfKeys(sel.keys)
	case sel.Alias != "":
		return StateDangling
	}
	return s.stateOfHost(sel)
}

// stateOfHost judges a name without a TXT record: an address there is what a
// proxy answers in place of the alias.
func (s *search) stateOfHost(sel *Selector) State {
	switch {
	case sel.host.Unknown():
		return StateUnclear
	case !sel.host.Is(resolver.Data) || len(sel.host.Answer.Chain) > 0:
		return StateAbsent
	case !answered(s.facts.random):
		return StateUnclear
	case !s.nodataForAll():
		return StateProxied // the name exists of its own
	case !answered(s.randomHost):
		return StateUnclear
	case s.randomHost.Is(resolver.Data) && sel.Origin.guessed():
		return StateAbsent // the address of a wildcard
	}
	return StateProxied
}

// nodataForAll reports that a selector that nobody published exists too, without
// a TXT record: a wildcard of another type, or compact denial (RFC 9824).
func (s *search) nodataForAll() bool {
	return s.facts.random.Is(resolver.NoData) && len(s.facts.random.Answer.Chain) == 0
}

// stateOfKeys judges the TXT records of a selector. RFC 6376 §3.6.2.2: with
// more than one key the result is undefined.
func stateOfKeys(keys []keyRecord) State {
	switch {
	case len(keys) == 0:
		return StateOther
	case len(several(keys)) != 1:
		return StateBroken
	}
	key := several(keys)[0].key
	switch {
	case key.Revoked:
		return StateRevoked
	case key.Usable():
		return StateLive
	case key.soundBut(Service):
		return StateNotMail
	}
	return StateBroken
}

// several are the records that a verifier could take for a key.
func several(keys []keyRecord) []keyRecord {
	return slices.DeleteFunc(slices.Clone(keys), func(k keyRecord) bool { return k.key.hasKind(KeyMissing) })
}

// soundBut reports that only faults of one kind keep the key from use.
func (k *Key) soundBut(kind FaultKind) bool {
	others := slices.ContainsFunc(k.Faults, func(f Fault) bool { return f.Kind != kind && f.Kind.Fatal() })
	return !others && (k.IsEd25519() || k.IsRSA() && k.Material.Bits >= 1024)
}

func (k *Key) hasKind(kind FaultKind) bool {
	return slices.ContainsFunc(k.Faults, func(f Fault) bool { return f.Kind == kind })
}

// keyRecords picks the TXT records that were meant to be keys.
func keyRecords(r checks.Result) (keys []keyRecord) {
	if !r.Is(resolver.Data) {
		return nil
	}
	for _, record := range r.Answer.Records {
		if txt, ok := record.Data.(resolver.TXT); ok {
			if key := ParseKey(txt.Strings); key.Resembles() {
				keys = append(keys, keyRecord{record, key})
			}
		}
	}
	return keys
}

// sameAnswer reports that two names lead to the same place and the same data.
func sameAnswer(a, b resolver.Answer) bool {
	if a.Status != b.Status || len(a.Chain) > 0 != (len(b.Chain) > 0) {
		return false
	}
	if len(a.Chain) > 0 && a.Canonical() != b.Canonical() {
		return false
	}
	return slices.EqualFunc(a.Records, b.Records, func(x, y resolver.Record) bool {
		return x.Data.String() == y.Data.String()
	})
}

// namespaceState weighs the answer at _domainkey against the controls. RFC 8020: a
// name that does not exist has nothing below it. RFC 4592 §2.2.2: one that has something
// below it exists, but so does every name under a wildcard or compact denial.
func (s *search) namespaceState() Namespace {
	switch {
	case s.hit():
		return NamespaceExists
	case !answered(s.namespace), denied(s.namespace) && s.mayHit():
		return NamespaceUnknown
	case denied(s.namespace):
		return NamespaceNXDomain
	case denied(s.facts.sibling) || denied(s.facts.random):
		return NamespaceExists
	case !answered(s.facts.sibling) || !answered(s.facts.random):
		return NamespaceUnknown
	}
	return NamespaceWildcard
}

// hit reports that something below _domainkey exists of its own: a selector, or
// a wildcard, where _domainkey itself is denied and so is under none.
func (s *search) hit() bool {
	if denied(s.namespace) && exists(s.facts.random) {
		return true
	}
	return denied(s.facts.random) && slices.ContainsFunc(s.all, func(sel *Selector) bool { return exists(sel.result) })
}

// mayHit reports that something could exist of its own, for all that is known.
func (s *search) mayHit() bool {
	return !answered(s.facts.random) || slices.ContainsFunc(s.all, func(sel *Selector) bool { return !answered(sel.result) })
}

// conclude draws the facts from all rounds.
func (s *search) conclude() {
	f := s.facts
	f.Namespace = s.namespaceState()
	f.EmptyNXDomain = s.hit() && denied(s.namespace)
	f.Wildcard = wildcardState(f.random)
	f.empty = s.namespace.Is(resolver.NoData) && len(s.namespace.Answer.Chain) == 0
	f.Tried, f.Selectors = []string{}, []*Selector{}
	for _, sel := range s.all {
		f.Tried = append(f.Tried, sel.Selector)
		if sel.State != StateAbsent {
			f.Selectors = append(f.Selectors, sel)
		} else if sel.Origin.named() {
			f.absent = append(f.absent, sel.Selector)
		}
	}
	s.classify(f.Beyond)
	f.LiveKey = f.liveKey()
	f.policies = s.policies()
	s.concludeMisplaced()
}

func wildcardState(random checks.Result) State {
	switch {
	case !answered(random):
		return StateUnknown
	case random.Is(resolver.Data):
		return stateOfKeys(keyRecords(random))
	}
	return StateAbsent
}

// liveKey: yes with one usable key, no only with proof. A broken or dangling
// one shows the will to sign and leaves it open.
func (f *Facts) liveKey() checks.Tri {
	tried := len(f.in(StateBroken)) + len(f.in(StateDangling))
	switch {
	case len(f.in(StateLive)) > 0 || f.Wildcard == StateLive:
		return checks.Yes
	case tried+len(f.in(StateUnknown)) > 0 || f.open:
		return checks.Open
	case f.Complete && f.Wildcard != StateUnknown, f.Namespace == NamespaceNXDomain, f.Wildcard == StateRevoked:
		return checks.No
	}
	return checks.Open
}
