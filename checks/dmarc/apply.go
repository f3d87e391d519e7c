package dmarc

import "mailauth/checks"

// Application is what a policy record asks of receivers for mail from an author's
// domain (RFC 9989 §4.10.1).
type Application struct {
	Standing Standing
	// Asked is the policy as published, Applied what receivers do of it: one
	// level lower in test mode. Both are empty unless the record is in force, or
	// counts as p=none.
	Asked, Applied Policy
	// Tag is the tag that Asked comes from: "p", "sp" or "np"; empty where no tag
	// is taken as written, or where two say the same and either may apply.
	Tag string
}

// Apply says what the discovered record asks for mail from the author's domain:
// p of its own record, sp of another's if the domain exists, np if it does not,
// and what those fall back to. exists is asked where it matters; known is false
// if it is open there.
func (d Discovery) Apply(author string, exists func() checks.Tri) (a Application, known bool) {
	if d.Record == nil {
		return Application{}, true
	}
	e := d.Record.Effective()
	a.Standing = e.Standing
	if d.Domain == author {
		return a.take(d.Record, e.Domain, "p"), true
	}
	sub, subTag := e.Sub, tagOf(d.Record.SP, "sp", "p")
	non, nonTag := e.NonExist, tagOf(d.Record.NP, "np", subTag)
	if subTag == nonTag {
		return a.take(d.Record, sub, subTag), true
	}
	switch exists() {
	case checks.Yes:
		return a.take(d.Record, sub, subTag), true
	case checks.No:
		return a.take(d.Record, non, nonTag), true
	}
	if sub == non {
		return a.take(d.Record, sub, ""), true
	}
	return a, false
}

func tagOf(r Request, name, otherwise string) string {
	if r.Tag == nil {
		return otherwise
	}
	return name
}

func (a Application) take(r *Record, asked Policy, tag string) Application {
	a.Asked, a.Applied = asked, asked
	if r.Testing {
		a.Applied = asked.OneLower()
	}
	if a.Standing == InForce {
		a.Tag = tag
	}
	return a
}
