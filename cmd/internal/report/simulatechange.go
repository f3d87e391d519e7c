package report

import (
	"net/netip"
	"slices"

	"mailauth/checks"
	"mailauth/checks/catalog"
	"mailauth/checks/simulate"
	"mailauth/checks/spf"
)

// Change is what a change of the DNS does to one target.
type Change struct {
	Client
	Before Fate `json:"before"`
	After  Fate `json:"after"`
	// Lost are the prefixes whose addresses passed and do not pass any more,
	// Gained the other way round.
	Lost   []string `json:"lost"`
	Gained []string `json:"gained"`
	// Keeps says whether no address loses what is required.
	Keeps checks.Tri `json:"keeps"`
	// Throughout says whether what passes before and after also passes while
	// old and new answers are mixed; Wavering are the prefixes that do not.
	Throughout checks.Tri `json:"throughout"`
	Wavering   []string   `json:"wavering"`
}

// Transition is what lies between before and after.
type Transition struct {
	// Sets are the sets of records that the evaluation meets and that change.
	Sets []ChangedSet `json:"sets"`
	// Open are the questions without an answer before or after, "name TYPE": they
	// may differ too.
	Open []string `json:"open"`
	// Mixtures is how many mixtures of old and new were tried.
	Mixtures int `json:"mixtures"`
	// MaxTTL is how many seconds old answers live, AtLeast that it may be more.
	MaxTTL  uint32 `json:"max_ttl"`
	AtLeast bool   `json:"at_least"`
	// TooMany says that there are more sets than mixtures can be tried of.
	TooMany bool `json:"too_many"`
}

// ChangedSet is a set of records that changes. Name has its trailing dot.
type ChangedSet struct {
	Name string `json:"name"`
	Type string `json:"type"`
	// TTL is in seconds; of a set that was Absent, how long that is kept.
	TTL     uint32 `json:"ttl"`
	Absent  bool   `json:"absent"`
	AtLeast bool   `json:"at_least"`
	// TTLUnknown says that nobody told how long an absence is kept; TTL is then 0.
	TTLUnknown bool `json:"ttl_unknown"`
}

// ChangeBuilder says in a language what a change does.
type ChangeBuilder struct {
	before, after *SimulationBuilder
	// still says that no record differs that the evaluation meets, for certain.
	still bool
}

// NewChangeBuilder returns a builder for one mail before and after a change. Both
// policies have a number of look-ups that they cost at most; t is what lies
// between them.
func NewChangeBuilder(texts *catalog.Localizer, mail simulate.Mail, require string, worstBefore, worstAfter int, t simulate.Transition) *ChangeBuilder {
	return &ChangeBuilder{
		before: NewSimulationBuilder(texts, mail, require, worstBefore), after: NewSimulationBuilder(texts, mail, require, worstAfter),
		still: len(t.Sets)+len(t.Open) == 0 && !t.TooMany,
	}
}

// Change says what a change of the DNS does to a target.
func (b *ChangeBuilder) Change(c simulate.Change) Change {
	lost, gained, kept := change(c, b.after.require, b.still)
	return Change{
		Client: b.after.client(c.Target), Before: b.before.fate(c.Before), After: b.after.fate(c.After),
		Lost: shownPrefixes(lost), Gained: shownPrefixes(gained), Keeps: kept,
		Throughout: c.Throughout, Wavering: shownPrefixes(c.Wavering),
	}
}

// End says what there is to say of all targets together after the change.
func (b *ChangeBuilder) End(r *simulate.Report) SimulationEnd { return b.after.End(r) }

// Transition says what lies between before and after.
func (b *ChangeBuilder) Transition(t simulate.Transition) Transition {
	built := Transition{Sets: make([]ChangedSet, 0, len(t.Sets)), Open: make([]string, 0, len(t.Open)), Mixtures: t.Mixtures, MaxTTL: t.MaxTTL, AtLeast: t.AtLeast, TooMany: t.TooMany}
	for _, s := range t.Sets {
		built.Sets = append(built.Sets, ChangedSet{Name: s.Name, Type: s.Type.String(), TTL: s.TTL, Absent: s.Absent, AtLeast: s.Cached, TTLUnknown: s.TTLUnknown})
	}
	for _, q := range t.Open {
		built.Open = append(built.Open, q.String())
	}
	return built
}

// change compares who passes before and after. Kept is No if an address loses
// what is required, and open if one may.
func change(c simulate.Change, require string, still bool) (lost, gained []netip.Prefix, kept checks.Tri) {
	if c.Target.Single() {
		return changeOfOne(c, require, still)
	}
	before, after := byOutcome(c.Before, require), byOutcome(c.After, require)
	loss := without(before[checks.Yes], after[checks.Yes])
	lost, gained = loss.Prefixes(), without(after[checks.Yes], before[checks.Yes]).Prefixes()
	switch {
	case !empty(both(loss, after[checks.No])):
		return lost, gained, checks.No
	case !empty(loss), !empty(without(before[checks.Open], after[checks.Yes])) && !alikeParts(c, require, still):
		return lost, gained, checks.Open
	}
	return lost, gained, checks.Yes
}

// changeOfOne is change for a single address.
func changeOfOne(c simulate.Change, require string, still bool) (lost, gained []netip.Prefix, kept checks.Tri) {
	was, is := passes(c.Before.Verdict, require), passes(c.After.Verdict, require)
	self := []netip.Prefix{c.Target.Prefix}
	switch {
	case was == checks.No && is == checks.Yes, was == checks.Open && is == checks.Yes:
		return nil, self, checks.Yes
	case was == checks.Yes && is != checks.Yes:
		return self, nil, is
	case was == checks.Open && is != checks.Yes && !sameFate(c.Before.Verdict, c.After.Verdict, require, still):
		return nil, nil, checks.Open
	}
	return nil, nil, checks.Yes
}

// alikeParts reports that the parts of a prefix are the same before and after,
// each with the same fate.
func alikeParts(c simulate.Change, require string, still bool) bool {
	return slices.EqualFunc(c.Before.Regions, c.After.Regions, func(a, b simulate.Region) bool {
		return slices.Equal(a.Prefixes, b.Prefixes) && (passes(a.Verdict, require) == checks.No || sameFate(a.Verdict, b.Verdict, require, still))
	})
}

// sameFate reports that what the message decides it decides alike before and
// after, so that no mail loses anything: nothing that is met changed, or SPF
// does not come into it. What nobody could tell is never alike.
func sameFate(a, b *simulate.Verdict, require string, still bool) bool {
	if a == nil || b == nil || unsettled(a) || unsettled(b) {
		return false
	}
	if require == "dmarc" {
		if !sameDMARC(a.DMARC, b.DMARC) {
			return false
		}
		if passes(a, "spf") == checks.No && passes(b, "spf") == checks.No {
			return true // a signature decides
		}
	}
	return still && a.Possible == b.Possible && a.SPF.Cause == b.SPF.Cause && a.SPF.Term == b.SPF.Term && slices.Equal(a.DependsOn, b.DependsOn)
}

func unsettled(v *simulate.Verdict) bool {
	return v.Possible == 0 || v.Possible.Has(spf.ResultUnknown) || v.Possible.Has(spf.ResultTempError)
}

func sameDMARC(a, b *simulate.DMARC) bool {
	return a != nil && b != nil && a.Result == b.Result && a.Result != simulate.DMARCUnknown && a.Domain == b.Domain &&
		a.Record == b.Record && a.SPFAligned == b.SPFAligned && a.DKIMAligned == b.DKIMAligned
}
