package report

import (
	"slices"

	"mailauth/checks"
	"mailauth/checks/catalog"
	"mailauth/checks/spf"
	"mailauth/checks/spf/flatten"
	"mailauth/resolver"
)

// FlattenDocument is everything that `spf flatten` says.
type FlattenDocument struct {
	Header
	Plans []Flattened `json:"plans"`
	// Problems are the domains that could not be looked at.
	Problems []Problem `json:"problems"`
}

// Flattened is the plan for a domain. Domain has no trailing dot.
type Flattened struct {
	Domain  string          `json:"domain"`
	Verdict flatten.Verdict `json:"verdict"`
	Message string          `json:"message"`
	From    FlattenSource   `json:"from"`
	// Records are the new ones, the domain's own first; Edits make the DNS have
	// them, in the order in which they are to be published. Keep keeps the source.
	Records []FlattenRecord `json:"records"`
	Edits   []resolver.Edit `json:"edits"`
	Keep    *resolver.Edit  `json:"keep"`

	Kept    []FlattenKept  `json:"kept"`
	Gone    []FlattenPlace `json:"gone"`
	Dropped []string       `json:"dropped"`
	Unused  []string       `json:"unused"`
	Taken   []FlattenTaken `json:"taken"`

	Broken     []FlattenBroken `json:"broken"`
	Unanswered []Unanswered    `json:"unanswered"`
	Over       []FlattenOver   `json:"over"`

	Lookups  FlattenLookups  `json:"lookups"`
	Networks FlattenNetworks `json:"networks"`
	Proof    *FlattenProof   `json:"proof"`
	// Changes are what receivers make of the new policy against what they make of
	// the published one; for a check, of what the source means.
	Changes []FlattenChange `json:"changes"`
	// If are terms, and Changes are those for messages by which they match; empty
	// if no message matters.
	If    []string `json:"if"`
	Notes []string `json:"notes"`
	DNS   DNS      `json:"dns"`
}

// FlattenSource is the record that the policy is made from. Own says that it is
// the domain's own.
type FlattenSource struct {
	Name   string `json:"name"`
	Record string `json:"record"`
	Own    bool   `json:"own"`
}

// FlattenRecord is a record, with its sizes in octets.
type FlattenRecord struct {
	Name    string `json:"name"`
	Record  string `json:"record"`
	RData   string `json:"rdata"`
	Strings []int  `json:"strings"`
	// Share is name and text, Answer the DNS message with all TXT records at the
	// name; ShareLimit is 0 for further records.
	Share       int `json:"share"`
	ShareLimit  int `json:"share_limit"`
	Answer      int `json:"answer"`
	AnswerLimit int `json:"answer_limit"`
	// Beside are the other TXT records at the name.
	Beside       []string `json:"beside"`
	BesideOctets int      `json:"beside_octets"`
	Replaces     *string  `json:"replaces"`
}

// FlattenPlace is a term and the record that it stands in.
type FlattenPlace struct {
	Term string `json:"term"`
	Name string `json:"name"`
}

// FlattenKept is a term that stays, and why.
type FlattenKept struct {
	FlattenPlace
	Text    string         `json:"text"`
	Reason  flatten.Reason `json:"reason"`
	Lookups int            `json:"lookups"`
	Message string         `json:"message"`
}

// FlattenTaken is a name that is not free. Error is the kind of failure where
// nobody could tell.
type FlattenTaken struct {
	Name   string `json:"name"`
	Record string `json:"record"`
	// Earlier says that the published policy leads there.
	Earlier bool   `json:"earlier"`
	Error   string `json:"error"`
}

// FlattenBroken is a term to mend or drop first. Drop is what --drop takes;
// empty for a record as a whole.
type FlattenBroken struct {
	Flaw    flatten.Flaw `json:"flaw"`
	Term    string       `json:"term"`
	Path    []string     `json:"path"`
	Target  string       `json:"target"`
	Drop    string       `json:"drop"`
	Message string       `json:"message"`
}

// FlattenOver is a limit that is not kept.
type FlattenOver struct {
	What    string `json:"what"`
	Name    string `json:"name"`
	Have    int    `json:"have"`
	Limit   int    `json:"limit"`
	Message string `json:"message"`
}

// FlattenLookups are the look-ups of the old policy, counted on above the limit,
// and those of the new one, or for a check of the published one.
type FlattenLookups struct {
	Before int `json:"before"`
	After  int `json:"after"`
	Limit  int `json:"limit"`
	// Least says that the policy leads to more, behind a macro.
	Least bool `json:"least"`
}

// FlattenNetworks are how many terms are networks.
type FlattenNetworks struct {
	IPv4 int `json:"ipv4"`
	IPv6 int `json:"ipv6"`
}

// FlattenProof is what the comparison of the old policy with the new one found.
type FlattenProof struct {
	Holds   bool     `json:"holds"`
	Regions int      `json:"regions"`
	Worst   spf.Cost `json:"worst"`
}

// FlattenChange are addresses whose possible results change.
type FlattenChange struct {
	From []string `json:"from"`
	To   []string `json:"to"`
	Both
}

// BuildFlattened says a plan in a language.
func BuildFlattened(p *flatten.Plan, cost DNS, texts *catalog.Localizer) Flattened {
	b := flattenBuilder{p, texts}
	built := Flattened{
		Domain: BareName(p.Domain), Verdict: p.Verdict, Message: b.headline(),
		From:    FlattenSource{BareName(p.Source.Name), displayText(p.Source.Text), p.Source.Own},
		Records: []FlattenRecord{}, Edits: []resolver.Edit{}, Keep: p.Keep,
		Kept: []FlattenKept{}, Gone: []FlattenPlace{}, Dropped: notNil(p.Dropped), Unused: bareNames(p.Unused), Taken: []FlattenTaken{},
		Broken: []FlattenBroken{}, Over: []FlattenOver{},
		Unanswered: BuildUnanswered(failuresOf(p.Unanswered), cost, texts),
		Lookups:    FlattenLookups{p.Before.Lookups, p.After.Lookups, spf.MaxLookups, p.Before.Least || p.After.Least},
		Networks:   FlattenNetworks{p.Networks[0], p.Networks[1]},
		Changes:    []FlattenChange{}, If: notNil(p.Changes.If), Notes: b.notes(), DNS: cost,
	}
	for i, r := range p.Records {
		built.Records = append(built.Records, recordOf(r, i == 0))
	}
	for _, e := range p.Edits {
		e.Remove, e.Add = notNil(e.Remove), notNil(e.Add)
		built.Edits = append(built.Edits, e)
	}
	b.terms(&built)
	b.obstacles(&built)
	if p.Proof != nil {
		built.Proof = &FlattenProof{p.Proof.Holds, p.Proof.Regions, p.Proof.Worst}
	}
	for _, c := range p.Changes.Changes {
		built.Changes = append(built.Changes, FlattenChange{resultNames(c.From), resultNames(c.To), bothOf(c.Set)})
	}
	return built
}

func recordOf(r flatten.Record, own bool) FlattenRecord {
	built := FlattenRecord{
		Name: r.Name, Record: displayText(r.Text), RData: r.Data.String(), Strings: lengths(r.Data.Strings),
		Share: r.Share, Answer: r.Answer, AnswerLimit: flatten.MaxAnswer, Beside: []string{}, BesideOctets: r.BesideOctets,
	}
	if own {
		built.ShareLimit = flatten.MaxShare
	}
	for _, text := range r.Beside {
		built.Beside = append(built.Beside, displayText(text))
	}
	if r.Replaces != "" {
		replaced := displayText(r.Replaces)
		built.Replaces = &replaced
	}
	return built
}

// displayText is the joined text of a TXT record as reports show it.
func displayText(text string) string {
	return resolver.Record{Data: resolver.TXT{Strings: []string{text}}}.Display()
}

func resultNames(r spf.Results) []string {
	names := []string{}
	for _, one := range r.List() {
		names = append(names, one.String())
	}
	return names
}

func failuresOf(list []flatten.Unanswered) []checks.Failure {
	var failures []checks.Failure
	for _, u := range list {
		f := checks.Failure{Question: u.Question, Err: u.Err}
		if !slices.ContainsFunc(failures, func(o checks.Failure) bool { return o.Question == f.Question }) {
			failures = append(failures, f)
		}
	}
	return failures
}
