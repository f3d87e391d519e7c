package mtasts

import (
	"crypto/x509"

	"mailauth/checks"
	"mailauth/resolver"
)

// Outcome says what came of asking for the policy.
type Outcome string

// The outcomes. Those between Fetched and Unsure are why a sender gets no
// policy; their texts are part of catalogue ids.
const (
	NotAsked  Outcome = ""           // no record that leads to a policy, or no mail
	Fetched   Outcome = "fetched"    // a document came; Policy is what it says
	NoAddress Outcome = "no-address" // the host has none
	Private   Outcome = "private"    // no address on the public Internet
	Expired   Outcome = "expired"    // of the certificate, as the next three
	WrongName Outcome = "wrong-name"
	Untrusted Outcome = "untrusted"
	Handshake Outcome = "tls"
	TooLarge  Outcome = "too-large"
	Redirect  Outcome = "redirect"
	Status    Outcome = "status"
	MediaType Outcome = "media-type"
	Unsure    Outcome = "unknown" // nobody could tell
)

// Facts is what is known of the domain's MTA-STS.
type Facts struct {
	// Owner is where the record belongs, Host and URL where the policy does.
	Owner string `json:"owner"`
	Host  string `json:"host"`
	URL   string `json:"url"`
	// Known says that the question for the record was answered.
	Known bool `json:"known"`
	// Records are those that senders count, Meant others that were meant to be one.
	Records []resolver.Record `json:"-"`
	Meant   []resolver.Record `json:"-"`
	// Record is the one record, if there is exactly one, valid or not.
	Record *Record `json:"-"`
	// ID is that of a valid record.
	ID string `json:"id,omitempty"`
	// Receives says whether mail comes to the domain; Null that it refuses all
	// mail by a null MX; Exchanges are the mail servers that a policy has to name.
	Receives  checks.Tri `json:"receives"`
	Null      bool       `json:"-"`
	Exchanges []string   `json:"exchanges"`
	// Outcome is what came of asking for the policy, and Detail what was found in
	// its place: a status, a media type, a target, names.
	Outcome Outcome `json:"outcome"`
	Detail  string  `json:"detail,omitempty"`
	// Alias is where the host's name leads, if it is an alias.
	Alias string `json:"alias,omitempty"`
	// Policy is the document, valid or not; nil without one.
	Policy *Policy `json:"-"`
	// Mode, MaxAge and MX are those of a valid policy.
	Mode   Mode     `json:"mode,omitempty"`
	MaxAge int64    `json:"max_age,omitempty"`
	MX     []string `json:"mx"`
	// On says whether senders that know MTA-STS apply a policy, for a test or in earnest.
	On checks.Tri `json:"on"`
	// Certificates is the chain that the policy host presented, leaf first, also
	// where it was refused; nil without one.
	Certificates []*x509.Certificate `json:"-"`
	// Address is where the policy was fetched from, "IP:port".
	Address string `json:"-"`
	day     string // of the run, for an id where there was none
}

// decide works out what the parts amount to.
func (f *Facts) decide() {
	switch {
	case !f.Known:
		return
	case f.ID == "":
		f.On = checks.No
		return
	case f.Receives == checks.No:
		f.On = checks.No
		return
	case f.Receives == checks.Open, f.Outcome == Unsure, f.Outcome == NotAsked:
		return
	}
	f.On = checks.No
	if f.Policy == nil || !f.Policy.Valid() {
		return
	}
	f.Mode, f.MaxAge, f.MX = f.Policy.Mode, f.Policy.MaxAge, append(f.MX, f.Policy.MX...)
	f.On = checks.TriOf(f.Mode != Off, true)
}
