package message

import (
	"context"
	"time"

	"mailauth/checks"
	"mailauth/checks/dmarc"
	"mailauth/resolver"
)

// The inputs of the check. No rule reads them: what is open about a message is
// said with it.
const (
	InKey    checks.Input = "message-key"    // keys that signatures name
	InPolicy checks.Input = "message-policy" // _dmarc names, for alignment
)

// budget is what the check may ask at least, perMessage what each message adds.
const (
	budget     = 40
	perMessage = 60
)

// Check verifies the messages that the user gave and holds their signatures
// against the From domain.
var Check = &checks.Check{
	Name:     "message",
	Doc:      "The messages given: which signature verifies by which key, and whether it counts for DMARC.",
	Requires: []*checks.Check{dmarc.Check},
	Budget:   budget,
	Lookup:   lookup,
	Judge:    judge,
}

// Facts is what is known of the messages.
type Facts struct {
	Messages []Outcome `json:"messages"`
}

// Outcome is one message.
type Outcome struct {
	Name string `json:"name"`
	// From lists the domains of the From field.
	From []string `json:"from"`
	// Related says that From or a signature is of the audited organization.
	Related    bool             `json:"related"`
	Signatures []SignatureFacts `json:"signatures"`
	// More says that there are signatures that were not looked at.
	More bool `json:"more,omitempty"`
	// DKIM says whether a signature verifies and aligns with From, so that DMARC
	// passes by DKIM (RFC 9989 §3.2.10).
	DKIM checks.Tri `json:"dmarc_dkim"`
	// fields is how many From fields there are: a message has one (RFC 5322 §3.6).
	fields int
}

// SignatureFacts is one signature.
type SignatureFacts struct {
	Domain    string `json:"domain"`
	Selector  string `json:"selector"`
	Identity  string `json:"identity"`
	Algorithm string `json:"algorithm"`
	// Key is the kind of key at the selector, Bits the length of an RSA key.
	Key    string `json:"key,omitempty"`
	Bits   int    `json:"bits,omitempty"`
	Result Result `json:"result"`
	Reason Reason `json:"reason,omitempty"`
	// Tag is the one that is missing or wrong, for the reason "malformed".
	Tag string `json:"tag,omitempty"`
	// Aligned compares the domain with From by Mode, "relaxed" or "strict"; Mode is
	// empty where it is not known.
	Aligned checks.Tri `json:"aligned"`
	Mode    string     `json:"mode,omitempty"`
	Expires *time.Time `json:"expires,omitempty"`
	// Length is the number of octets of the body that are signed, if not all are.
	Length *uint64 `json:"length,omitempty"`
}

func lookup(ctx context.Context, p *checks.Pass) (any, error) {
	if len(p.Options.Messages) == 0 {
		return nil, nil
	}
	p.Allow(perMessage * len(p.Options.Messages))
	facts := &Facts{Messages: []Outcome{}}
	for _, given := range p.Options.Messages {
		m, err := Parse(given.Name, given.Raw)
		if err != nil {
			return nil, err // the command line has read it before
		}
		facts.Messages = append(facts.Messages, examine(ctx, p, m))
	}
	return facts, nil
}

// ForOptions is the message as the audit's options take it.
func (m *Message) ForOptions() checks.Message {
	given := checks.Message{Name: m.Name, Raw: m.Text}
	for _, s := range m.Signatures {
		if s.Domain != "" && s.Selector != "" {
			given.Signatures = append(given.Signatures, checks.KeyName{Domain: s.Domain, Selector: s.Selector})
		}
	}
	return given
}

// budgeted asks through the pass, so that the check's budget holds.
type budgeted struct {
	*checks.Pass
	input checks.Input
}

// Lookup implements resolver.Resolver.
func (b budgeted) Lookup(ctx context.Context, q resolver.Question) (resolver.Answer, error) {
	r := b.Ask(ctx, b.input, q)
	return r.Answer, r.Err
}

// examine verifies a message and holds it against From.
func examine(ctx context.Context, p *checks.Pass, m *Message) Outcome {
	o := Outcome{Name: m.Name, From: m.From, Signatures: []SignatureFacts{}, More: m.More, DKIM: checks.No, fields: m.FromFields}
	if o.From == nil {
		o.From = []string{}
	}
	for _, domain := range m.From {
		o.Related = o.Related || checks.SameOrganization(domain, p.Domain)
	}
	for _, v := range Verify(ctx, m, budgeted{p, InKey}, p.Now()) {
		s := v.facts()
		s.Aligned, s.Mode = align(ctx, p, m, v.Domain)
		o.Related = o.Related || v.Domain != "" && checks.SameOrganization(v.Domain, p.Domain)
		o.DKIM = o.DKIM.Or(verifies(v.Result).And(s.Aligned))
		o.Signatures = append(o.Signatures, s)
	}
	if m.More && o.DKIM == checks.No {
		o.DKIM = checks.Open
	}
	return o
}

func verifies(r Result) checks.Tri {
	return checks.TriOf(r == Pass, r != Unknown)
}

func (v Verified) facts() SignatureFacts {
	s := SignatureFacts{
		Domain: v.Domain, Selector: v.Selector, Identity: v.Identity, Algorithm: v.Algorithm,
		Result: v.Result, Reason: v.Reason, Length: v.Length,
	}
	if v.Reason == Malformed {
		s.Tag = v.Malformed
	}
	if v.Key != nil {
		s.Key, s.Bits = v.Key.Material.Algorithm, v.Key.Material.Bits
	}
	if !v.Expires.IsZero() {
		expires := v.Expires
		s.Expires = &expires
	}
	return s
}
