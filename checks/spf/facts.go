package spf

import (
	"net/netip"
	"slices"

	"mailauth/checks"
	"mailauth/checks/provider"
	"mailauth/resolver"
)

// Facts is what the DNS says about the SPF of one domain.
type Facts struct {
	// Root is the audited domain with its record.
	Root *Domain `json:"-"`
	// Record is the record that receivers evaluate, as reports show it; empty
	// if there is none or more than one.
	Record string `json:"record,omitempty"`
	// Outcome says what a receiver finds at the domain.
	Outcome Outcome `json:"outcome"`
	// Final is the result for an address that no mechanism matches: "pass",
	// "fail", "softfail", "neutral", or "" if the record or the target of its
	// redirect is not known.
	Final string `json:"final,omitempty"`
	// CanPass says whether some address can pass.
	CanPass Tri `json:"can_pass"`
	// Ledger numbers the look-ups that the record costs; nil without record.
	Ledger *Ledger `json:"ledger,omitempty"`
	// Worst is the most that any address costs, counted on past the limits, and
	// past what is broken; nil without record.
	Worst *Cost `json:"worst,omitempty"`
	// Tree is the record with all that it includes; nil without record.
	Tree *Node `json:"tree,omitempty"`

	// Own lists the records within the audited organizational domain: the
	// domain's own first, then those that it includes, in evaluation order.
	Own []*OwnRecord `json:"-"`
	// Static is what passes as far as it does not depend on the message.
	Static Passing `json:"-"`
	// Type99 are the answers for the obsolete type, Wildcard those for a name
	// that nobody publishes.
	Type99   checks.Result `json:"-"`
	Wildcard checks.Result `json:"-"`
	// Strays are names beside the domain where SPF text was found; asked only
	// if the domain has no record.
	Strays []Stray `json:"-"`
	// Uncovered are mail domains without SPF of their own below a name that has
	// it, and Covering that name.
	Uncovered []Uncovered `json:"-"`
	// Conflict are the CNAME records that stand beside the SPF record in a zone
	// file.
	Conflict []resolver.Record `json:"-"`
	// Reverse are the reverse names of the addresses that send, asked only if
	// the record uses "ptr".
	Reverse []Reverse `json:"-"`

	// Named are the first of the single addresses that ip4 and ip6 terms of the
	// domain's own record let pass.
	Named []*Named `json:"-"`

	// Unanswered are the questions of Expand that nobody answered.
	Unanswered []checks.Failure `json:"-"`

	providers   *provider.Table  // whose names records may hold; nil where nobody judges
	meant       *Policy          // as the author meant it: see the compile options of that name
	real        func() *Policy   // as receivers evaluate it; worked out when first asked for, like the next three
	overLookups func() reach     // who comes to the eleventh look-up
	overVoids   func() voidReach // who comes to the third void one
	passAlls    func() []passAll // the terms by which everybody could pass
	straysOpen  bool             // whether a name beside the domain could not be asked
	rounds      int              // sequential rounds of questions
}

// Tri is an answer that can be unknown.
type Tri = checks.Tri

// The three values.
const (
	Yes        = checks.Yes
	No         = checks.No
	CannotTell = checks.Open
)

// Outcome says what a receiver finds where it looks for an SPF record.
type Outcome string

// The outcomes.
const (
	Published Outcome = "record"        // one record, without a mistake
	Malformed Outcome = "syntax error"  // one record with a mistake: permerror
	Several   Outcome = "several"       // more than one record: permerror (RFC 7208 §4.5)
	NoRecord  Outcome = "no record"     // the name exists
	NoName    Outcome = "no name"       // NXDOMAIN
	NotAsked  Outcome = "unusable name" // what the term gives is no mail domain: one label (RFC 7208 §4.3)
	Open      Outcome = "unknown"       // nobody could tell
)

// Domain is a name at which a receiver looks for an SPF record: the audited
// domain, or the target of an include or redirect.
type Domain struct {
	Name    string
	Outcome Outcome
	// TXT is the answer, Selected its SPF records (RFC 7208 §4.5).
	TXT      checks.Result
	Selected []resolver.Record
	// Record is the one selected record; nil if there is none or several.
	Record *Record
	// Terms are the record's terms with what the DNS says of them, one for each
	// of Record.Terms.
	Terms []*Expanded
	// Own says that the record is within the audited organizational domain.
	Own bool
	// Host has the addresses of an include target without SPF.
	Host *Host
	// Unregistered is the registrable domain of the name if it does not exist.
	Unregistered string
	// Near are names with a record that a term without one was probably meant
	// to lead to.
	Near []string
}

// Expanded is a term with what the DNS says of it.
type Expanded struct {
	*Term
	// Owner is the domain in whose record the term stands.
	Owner *Domain
	// Reachable is false for what no receiver evaluates: terms after "all", a
	// redirect beside one, terms with a mistake.
	Reachable bool
	// Dynamic says that the name depends on the message; nothing was asked.
	Dynamic bool
	// ofMessage says that it is a macro of the message that decides, and not of the
	// client's address alone.
	ofMessage bool
	// Unusable says that the name is no DNS name.
	Unusable bool
	askable  Tri // whether the name of a dynamic term is one
	// Names are what the domain-spec stands for: one name, or with %{v} that
	// for IPv4 clients and that for IPv6 clients. Empty for ip4, ip6 and all.
	Names []string
	// Target is what include and redirect lead to, Target6 what they lead to for
	// IPv6 clients where that is another name (%{v}); nil otherwise.
	Target, Target6 *Domain
	// MX are the answers of "mx", one for each of Names.
	MX []checks.Result
	// Hosts are those whose addresses match: of "a" one for each of Names, of
	// "mx" the exchanges.
	Hosts []*Host
	// Exists are the answers of "exists", one for each of Names.
	Exists []checks.Result
	// Exp is the answer of "exp".
	Exp checks.Result
}

// Host is a name whose addresses were asked for.
type Host struct {
	Name    string
	A, AAAA checks.Result
}

// Addrs returns the addresses that are known, IPv4 first. IPv4-mapped IPv6
// addresses are left out: no client has one (RFC 7208 §5).
func (h *Host) Addrs() []netip.Addr { return slices.DeleteFunc(h.addrs(), netip.Addr.Is4In6) }

func (h *Host) addrs() []netip.Addr {
	var addrs []netip.Addr
	for _, r := range []checks.Result{h.A, h.AAAA} {
		if r.Unknown() {
			continue
		}
		for _, record := range r.Answer.Records {
			switch data := record.Data.(type) {
			case resolver.A:
				addrs = append(addrs, data.Addr)
			case resolver.AAAA:
				addrs = append(addrs, data.Addr)
			}
		}
	}
	return addrs
}

// Unknown reports that the addresses of a family could not be asked.
func (h *Host) Unknown() bool { return h.A.Unknown() || h.AAAA.Unknown() }

// OwnRecord is a record within the audited organizational domain.
type OwnRecord struct {
	*Domain
	// Path are the names that lead to it, the audited domain first, itself last.
	Path []string
	// Policy says that its "all" decides: it is the domain's own record, or
	// only redirects lead to it.
	Policy bool
	// Passes says that what passes in it passes for the domain.
	Passes bool
}

// At returns the record's resource record.
func (d *Domain) At() resolver.Record { return d.Selected[0] }

// texts are the joined texts of the selected records, of which there is one or
// more.
func (d *Domain) texts() (first string, others []string) {
	first, _ = d.Selected[0].Text()
	for _, r := range d.Selected[1:] {
		text, _ := r.Text()
		others = append(others, text)
	}
	return first, others
}

// Stray is SPF text at a name where no receiver looks for it.
type Stray struct {
	Name string
	TXT  checks.Result
}

// Uncovered is a domain that has mail exchanges and no SPF, although a name
// above it has SPF: that is not inherited (RFC 7208 §4.4).
type Uncovered struct {
	Name, Covering string
	MX             []resolver.Record
}

// Reverse has the reverse names of an address.
type Reverse struct {
	Addr netip.Addr
	PTR  checks.Result
}
