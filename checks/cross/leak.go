package cross

import (
	"regexp"
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/checks/spf"
)

// Leak is raised on what a domain's TXT records tell strangers.
var Leak = &checks.Rule{ID: "x-txt-leak", Severity: checks.Info, Source: checks.Practice, Citation: "RFC 1464, RFC 9364 §3",
	Reads: []checks.Input{spf.InRecord}}

// secret recognises what nobody publishes on purpose: private keys and the keys
// of services, by the marks that they carry for being found.
var secret = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY|\b(sk|rk)_live_[0-9A-Za-z]{10}|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[0-9A-Za-z]{20}|\bxox[abp]-[0-9A-Za-z-]{10}|\bSG\.[0-9A-Za-z_-]{16,}\.|(?i:\b(password|passwd|secret_key|api_key)\s*[:=]\s*\S{6})`)

// proof recognises the token by which a service saw once who owns the domain.
var proof = regexp.MustCompile(`(?i)^([a-z0-9._-]*(verification|verify|verified|domain-?key|validation)[a-z0-9._-]*)\s*[=:]|^(ms)=ms`)

// maxProofs is how many tokens are named.
const maxProofs = 10

// judgeLeaks tells of secrets, one by one, and once of the tokens that say which
// services the domain's owner uses.
func judgeLeaks(v view) (findings []checks.Finding) {
	if v.spf.Root.TXT.Unknown() {
		return nil
	}
	var proofs []string
	var shown []checks.Related
	for _, rr := range v.spf.Root.TXT.Answer.Records {
		text, ok := rr.Text()
		if !ok {
			continue
		}
		if at := secret.FindStringIndex(text); at != nil {
			f := Leak.At(rr).With("domain", v.domain).With("kind", "secret").With("services", []string{}).With("count", 0)
			f.Span = &checks.Span{Start: at[0], End: at[1]}
			f.Key = []string{"secret", rr.Display()}
			findings = append(findings, f)
			continue
		}
		if m := proof.FindStringSubmatch(text); m != nil && len(shown) < maxProofs {
			proofs = append(proofs, strings.ToLower(m[1]+m[3]))
			shown = append(shown, checks.Related{Name: rr.Name, Type: rr.Type(), Record: &rr})
		}
	}
	if len(proofs) > 0 {
		slices.Sort(proofs)
		f := Leak.On(v.domain, shown[0].Type).With("domain", v.domain).With("kind", "proof").With("services", slices.Compact(proofs)).With("count", len(shown))
		f.Key, f.Related = []string{"proof"}, shown
		findings = append(findings, f)
	}
	return findings
}
