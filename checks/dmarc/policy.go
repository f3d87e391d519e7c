package dmarc

import "strings"

// Policy is what an owner asks for mail that fails DMARC (RFC 9989 §4.7, p).
// The empty policy is none at all: no tag, or a value that is no policy.
type Policy string

// The three policies.
const (
	None       Policy = "none"
	Quarantine Policy = "quarantine"
	Reject     Policy = "reject"
)

// ParsePolicy reads a policy in any case (the ABNF strings of RFC 9989 §4.8
// have none); ok is false for everything else.
func ParsePolicy(value string) (p Policy, ok bool) {
	switch p := Policy(strings.ToLower(value)); p {
	case None, Quarantine, Reject:
		return p, true
	}
	return "", false
}

// Rank orders policies by strength: 0 for no policy at all, 1 for none, 2 for
// quarantine, 3 for reject.
func (p Policy) Rank() int {
	switch p {
	case None:
		return 1
	case Quarantine:
		return 2
	case Reject:
		return 3
	}
	return 0
}

// WeakerThan reports whether p asks for less than q.
func (p Policy) WeakerThan(q Policy) bool { return p.Rank() < q.Rank() }

// OneLower is the policy that receivers apply in test mode (t=y): one level
// below the published one (RFC 9989 §4.7).
func (p Policy) OneLower() Policy {
	switch p {
	case Reject:
		return Quarantine
	case Quarantine:
		return None
	}
	return p
}

// Standing says what a receiver makes of a record that it has found.
type Standing string

const (
	// InForce: the policies are taken as written.
	InForce Standing = "in force"
	// AsNone: p is missing or wrong, or sp or np is wrong, and there is an
	// address for reports: the record counts as p=none.
	AsNone Standing = "as p=none"
	// Ignored: the same, without an address for reports: no DMARC at all.
	Ignored Standing = "ignored"
	// Unclear: a tag that stands twice makes the list invalid (RFC 6376 §3.2),
	// and receivers differ in what they do then.
	Unclear Standing = "unclear"
)

// Effective is what a record asks for the domain it is published for, for that
// domain's existing subdomains, and for names below that do not exist, with
// the defaults filled in and test mode not yet applied. All are empty unless
// the standing is InForce or AsNone.
type Effective struct {
	Standing Standing
	Domain   Policy
	Sub      Policy
	NonExist Policy
}

// Effective applies RFC 9989 §4.10.1 and the defaults of §4.7.
func (r *Record) Effective() Effective {
	switch r.Standing() {
	case AsNone:
		return Effective{AsNone, None, None, None}
	case InForce:
		e := Effective{Standing: InForce, Domain: r.P.Policy, Sub: r.P.Policy}
		if r.SP.Tag != nil {
			e.Sub = r.SP.Policy
		}
		e.NonExist = e.Sub
		if r.NP.Tag != nil {
			e.NonExist = r.NP.Policy
		}
		return e
	default:
		return Effective{Standing: r.Standing()}
	}
}

// Standing applies RFC 9989 §4.10.1: a record without a valid p, or with an sp
// or np that is not valid, counts as p=none if a report could be sent, and for
// nothing otherwise.
func (r *Record) Standing() Standing {
	if r.Has(Duplicate) {
		return Unclear
	}
	broken := func(q Request) bool { return q.Tag != nil && q.Policy == "" }
	if r.P.Policy != "" && !broken(r.SP) && !broken(r.NP) {
		return InForce
	}
	for _, uri := range r.RUA {
		if uri.Usable() {
			return AsNone
		}
	}
	return Ignored
}

// Applied lowers the policies by one level if the record is in test mode.
func (e Effective) Applied(r *Record) Effective {
	if r.Testing {
		e.Domain, e.Sub, e.NonExist = e.Domain.OneLower(), e.Sub.OneLower(), e.NonExist.OneLower()
	}
	return e
}
