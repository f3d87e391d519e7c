package receivers

import (
	"slices"

	"mailauth/checks"
)

// State says how a domain stands to a requirement.
type State string

// The states.
const (
	Met    State = "met"
	Unmet  State = "not-met"
	Unseen State = "not-in-dns"     // the DNS does not show it
	Open   State = "unknown"        // a question had no answer, or a selector is not known
	Exempt State = "does-not-apply" // to a domain that sends no mail, or has nothing that it is about
)

// Row is a requirement and how the domain stands to it.
type Row struct {
	Requirement
	State State `json:"state"`
	// Rules are the findings of the audit that stand in the way.
	Rules []string `json:"rules"`
}

// Judged is a profile held against a domain.
type Judged struct {
	Profile
	Rows []Row `json:"requirements"`
}

// Judge holds a report against the profiles named; see IDs. It asks nothing.
func Judge(r *checks.Report, ids []string) []Judged {
	v := viewOf(r)
	judged := []Judged{}
	for _, p := range choose(ids) {
		j := Judged{Profile: p}
		for _, requirement := range p.Requirements {
			j.Rows = append(j.Rows, v.row(requirement))
		}
		judged = append(judged, j)
	}
	return judged
}

func (v view) row(r Requirement) Row {
	need := needs[r.Need]
	row := Row{Requirement: r, State: need.judge(v), Rules: []string{}}
	if row.State == Unmet {
		row.Rules = v.raisedOf(need.rules)
	}
	return row
}

// need is how a need is judged, and the rules whose findings stand in its way.
type need struct {
	judge func(view) State
	rules func(rule string) bool
}

var needs = map[Need]need{
	SPF:         {view.spfState, ofProtocol("spf")},
	DKIM:        {view.dkimState, ofProtocol("dkim")},
	SPFOrDKIM:   {view.eitherState, ofProtocol("spf", "dkim")},
	SPFv4:       {view.spfV4State, ofProtocol("spf")},
	KeyLength:   {view.keyState, named("dkim-rsa-lt1024")},
	DMARC:       {view.dmarcState, ofProtocol("dmarc")},
	Enforced:    {view.enforcedState, ofProtocol("dmarc")},
	Rejects:     {view.rejectsState, ofProtocol("dmarc")},
	AtOrg:       {view.orgState, ofProtocol("dmarc")},
	Silent:      {view.silentState, named("x-nonmail-set", "spf-nomail-domain", "dmarc-nomail-weak", "spf-missing", "dmarc-missing")},
	Reports:     {view.reportsState, named("dmarc-no-rua", "dmarc-p-none-no-rua", "dmarc-rua-uri", "dmarc-missing", "dmarc-rua-external-unauth", "dmarc-rua-no-mx")},
	Aligned:     {sending(Unseen), none},
	Reverse:     {view.reverseState, named("mx-ptr", "mx-fcrdns")},
	Resolvable:  {view.resolvableState, named("host-no-soa")},
	BIMI:        {view.bimiState, ofProtocol("bimi")},
	TLS:         {sending(Unseen), none},
	Unsubscribe: {sending(Unseen), none},
	Complaints:  {sending(Unseen), none},
	Format:      {sending(Unseen), none},
	Sealed:      {sending(Unseen), none},
}

func ofProtocol(protocols ...string) func(string) bool {
	return func(rule string) bool {
		return slices.Contains(protocols, (&checks.Rule{ID: rule}).Protocol())
	}
}

func named(rules ...string) func(string) bool {
	return func(rule string) bool { return slices.Contains(rules, rule) }
}

func none(string) bool { return false }
