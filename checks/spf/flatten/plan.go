package flatten

import "mailauth/resolver"

// Verdict is what came of flattening a policy.
type Verdict string

// The verdicts.
const (
	Fits    Verdict = "fits"    // the records keep every limit, and the proof holds
	TooBig  Verdict = "too-big" // some limit is not kept: see Plan.Over
	Broken  Verdict = "broken"  // some term has to be mended or dropped first
	Unknown Verdict = "unknown" // a question had no answer
	Current Verdict = "current" // check: what is published says what its source says
	Stale   Verdict = "stale"   // check: it does not
)

// Options are what the user decides.
type Options struct {
	// All makes networks of what vendors have, too.
	All bool
	// Drop are terms to leave out, as they are written; TERM@NAME is one of the
	// record at a name.
	Drop []string
	// Names are canonical names for further records, %d for a number; at least
	// one.
	Names []string
	// Source is the canonical name of the record that the policy is made from,
	// which has the text that would stand at the domain. It need not be there yet.
	// Empty means that the domain's own record is the source, and is not kept.
	Source string
	// SourceGiven says that the user named the source, so that it has to be there
	// or can be told.
	SourceGiven bool
	// Check compares what is published with the source, and writes nothing.
	Check bool
}

// Plan is a flattened policy, or why there is none.
type Plan struct {
	Domain  string
	Verdict Verdict
	// Source is where the old policy was read.
	Source Source
	// Records are the new ones, the domain's own first; empty if there are none.
	// They are there for TooBig too, to show what does not fit.
	Records []Record
	// Edits make the DNS have them: further records first, since the domain's own
	// leads to them. Empty if it has them already.
	Edits []resolver.Edit
	// Keep is the edit that keeps the source, without the terms that were dropped
	// from it; nil if it is there already or not wanted. It is not one of Edits: receivers do not look at it.
	Keep *resolver.Edit
	// Kept are the terms that stay terms, Gone those that match nobody, Dropped
	// those that the user left out.
	Kept    []Kept
	Gone    []Place
	Dropped []string
	// DroppedBelow are dropped terms of other records than the source, as
	// TERM@NAME: they are still there when the source is read again.
	DroppedBelow []string
	// Unused are names of own records that the published policy leads to and the
	// new one does not.
	Unused []string
	Taken  []Taken

	Broken     []Defect
	Unanswered []Unanswered
	Over       []Over

	// Before and After are the look-ups of the ledger: the old one counts on above
	// the limit.
	Before, After Count
	// Networks are how many ip4 and ip6 terms are written.
	Networks [2]int
	Proof    *Proof
	// Changes are what the new policy, or for Check the source, changes for
	// receivers against what is published, with the limits that they apply.
	Changes Difference
	// Needless says that the published policy keeps the limits as it is.
	Needless bool
	// NotFound are terms of Options.Drop that no record has.
	NotFound []string
	// SourceName is where a source is or can be kept.
	SourceName string
	// SourceAlias is where the name for the source leads if it is an alias of
	// something without SPF record: then no record can stand there.
	SourceAlias string
	// SelfCheck says that nothing but the domain's own record says what it was
	// made from, so that a check finds no changes at vendors and hosts.
	SelfCheck bool
}

// Source is the record that a policy was read from.
type Source struct {
	// Name is canonical, Text the record. Own says that it is what receivers read
	// at the domain.
	Name, Text string
	Own        bool
	// Err says why nobody could tell whether there is a kept source.
	Err error
}

// Count is what a policy costs.
type Count struct {
	Lookups, Void4, Void6 int
	// Least says that it may be more, Cut that counting was ended early.
	Least, Cut bool
}

// Record is one record of the new policy.
type Record struct {
	Name string
	Text string
	Data resolver.TXT
	// Share is the octets of name and text, Answer those of the DNS message that
	// has the record, with what else stands at the name.
	Share, Answer int
	// Beside are the data of the other TXT records at the name, and their octets
	// in the answer.
	Beside       []string
	BesideOctets int
	// Replaces is the text of the record that was there; empty if there was none.
	Replaces string
}

// Kept is a term that stays.
type Kept struct {
	Place
	// Text is how it is written now, with the qualifier.
	Text string
	Why  Reason
	// Lookups is what it costs with all that it leads to.
	Lookups int
}

// Place is a term of the old policy, and the name of the record that it stands
// in.
type Place struct{ Term, Name string }
