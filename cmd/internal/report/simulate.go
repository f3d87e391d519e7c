package report

import (
	"mailauth/checks"
)

// SimulationHead is what a document about simulations begins with.
type SimulationHead struct {
	Version int    `json:"version"`
	Tool    Tool   `json:"tool"`
	Lang    string `json:"lang"`
	// Source says what answered the questions; of a change it is After's.
	Source string `json:"source"`
	// Before and After say what was compared; empty if nothing was.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	// Require is what an address must pass: "spf" or "dmarc".
	Require string `json:"require"`
}

// Simulation is what becomes of mail from an address or a prefix.
type Simulation struct {
	Client
	// Passes says whether all addresses pass what is required.
	Passes checks.Tri `json:"passes"`
	Fate
}

// Client is a target and the mail that it sends. Names have no trailing dot.
type Client struct {
	// Domain is what check_host() is asked about.
	Domain string `json:"domain"`
	// IP is an address, or a prefix without the bits of hosts; Given is as it
	// was written, File and Line where.
	IP         string  `json:"ip"`
	Given      string  `json:"given"`
	File       *string `json:"file,omitempty"`
	Line       *int    `json:"line,omitempty"`
	Sender     string  `json:"sender"`
	HELO       string  `json:"helo"`
	HeaderFrom string  `json:"header_from"`
}

// Fate is the answer: one for an address, or the parts of a prefix.
type Fate struct {
	SPF           *SPF           `json:"spf,omitempty"`
	DMARC         *DMARC         `json:"dmarc,omitempty"`
	SecondOpinion *SecondOpinion `json:"second_opinion,omitempty"`
	Fix           *Fix           `json:"fix,omitempty"`
	// Advice says why there is no fix, what to do first, or what helps where a
	// question had no answer.
	Advice  string            `json:"advice,omitempty"`
	Regions []FateOfAddresses `json:"regions,omitempty"`
	covered []string          // what Fix lets pass, of a prefix
}

// FateOfAddresses is a part of a prefix whose addresses share their fate.
type FateOfAddresses struct {
	Prefixes []string `json:"prefixes"`
	// Addresses is their number in decimal digits: IPv6 has more than numbers of
	// JSON can hold.
	Addresses string `json:"addresses"`
	Fate
}

// SPF is what check_host() answers. RFC 7208 §2.6.
type SPF struct {
	// Result is one of RFC 7208, "unknown" if nobody could tell, or "depends" if
	// Possible has several.
	Result string `json:"result"`
	Domain string `json:"domain"`
	// Cause is a code, Message says the same in the language.
	Cause   string `json:"cause"`
	Message string `json:"message"`
	// Term decided; it stands at the last name of Path, in Record, as Evidence
	// has it. Term is as it was written, and empty if no term decided.
	Term   string       `json:"term"`
	Span   *checks.Span `json:"span"`
	Record *string      `json:"record"`
	// Others stand beside Record at the same name, if that is the mistake.
	Others []string `json:"other_records,omitempty"`
	Path   []string `json:"path"`
	// Lookups and Void are what this address cost, WorstLookups is the most that
	// any address costs.
	Lookups      int      `json:"lookups"`
	Void         int      `json:"void"`
	WorstLookups int      `json:"worst_lookups"`
	Possible     []string `json:"possible"`
	// DependsOn are the terms that the message decides, Needs what would settle
	// them: "sender", "helo", "ip".
	DependsOn   []string `json:"depends_on"`
	Needs       []string `json:"needs"`
	Explanation string   `json:"explanation"`
	Steps       []Step   `json:"steps"`
}

// Step is one evaluated term.
type Step struct {
	Depth  int    `json:"depth"`
	Domain string `json:"domain"`
	Term   string `json:"term"`
	Target string `json:"target"`
	Lookup int    `json:"lookup"`
	Void   bool   `json:"void"`
	Match  bool   `json:"match"`
	Result string `json:"result"`
}

// DMARC is what RFC 9989 makes of the mail.
type DMARC struct {
	Result string `json:"result"`
	IfDKIM string `json:"if_dkim"`
	// Policy is what receivers are asked to do with mail that fails, and Tag
	// where it comes from; empty if there is none or it is not known.
	Policy  string `json:"policy"`
	Tag     string `json:"tag"`
	Testing bool   `json:"testing"`
	Aligned string `json:"aligned"`
	// Domain publishes the policy, Author is that of the From field, Org the
	// latter's organizational domain.
	Domain  string  `json:"domain"`
	Author  string  `json:"author"`
	Org     string  `json:"organizational_domain"`
	Record  *string `json:"record"`
	Message string  `json:"message"`

	SPFAligned  checks.Tri `json:"spf_aligned"`
	DKIMAligned checks.Tri `json:"dkim_aligned"`
}

// SecondOpinion is what another implementation answers.
type SecondOpinion struct {
	Engine  string `json:"engine"`
	Result  string `json:"result"`
	Differs bool   `json:"differs"`
	Reason  string `json:"reason"`
}

// LeftOut are targets that no change is offered for, for one reason.
type LeftOut struct {
	Targets []string `json:"targets"`
	// Advice says why not; it is empty where their results are not certain.
	Advice string `json:"advice"`
	named  bool   // Advice speaks of the first of them by name
}

// BadLine is what stands in a list of addresses and is none.
type BadLine struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Given   string `json:"given"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

// Simulator shows simulations in one format, each as soon as it is there.
type Simulator interface {
	// Simulation shows what becomes of mail from one target.
	Simulation(Simulation) error
	// Change shows what a change does to one target.
	Change(Change) error
	// Close ends the output.
	Close(SimulationEnd) error
}

// SimulationEnd is what is said of all targets together.
type SimulationEnd struct {
	// Transition is nil if nothing was compared.
	Transition *Transition
	// Fix adds all addresses to the record that do not pass, or that a change
	// takes pass away from; nil for a single target.
	Fix *Fix
	// Covered are the networks that Fix adds.
	Covered []string
	// Left are the targets that Fix does not help, by the reason why not; Advice
	// says why there is no Fix, or what to try before it.
	Left   []LeftOut
	Advice string
	// Bad are the lines of lists that hold no address.
	Bad []BadLine
}
