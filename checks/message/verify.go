package message

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	msgauth "github.com/emersion/go-msgauth/dkim"

	"mailauth/checks/dkim"
	"mailauth/resolver"
)

// Result is what verifying a signature came to.
type Result string

// The results.
const (
	Pass    Result = "pass"
	Fail    Result = "fail"
	Unknown Result = "unknown" // nobody could tell
)

// Reason says why a signature did not verify, or why that is open.
type Reason string

// The reasons.
const (
	BodyChanged   Reason = "body-changed"   // the body is not the one that was signed
	HeaderChanged Reason = "header-changed" // a signed field is not, or the key is another
	NoKey         Reason = "no-key"         // nothing at the selector
	KeyRevoked    Reason = "key-revoked"    // p= is empty
	SeveralKeys   Reason = "several-keys"   // several TXT records at the selector
	KeyBroken     Reason = "key-broken"     // a key that cannot be read
	KeyShort      Reason = "key-short"      // under 1024 bits, RFC 8301 §3.2
	KeyForbids    Reason = "key-forbids"    // h=, k= or s= of the key do not allow it
	SHA1          Reason = "sha1"           // RFC 8301 §3.1
	Expired       Reason = "expired"        // x= has passed
	FromUnsigned  Reason = "from-unsigned"  // h= lacks From
	Identity      Reason = "identity"       // i= is not within d=
	StrictKey     Reason = "identity-t-s"   // t=s of the key asks for i= equal to d=
	Malformed     Reason = "malformed"      // a tag is missing or wrong
	Unsupported   Reason = "unsupported"    // an algorithm that nobody knows
	QueryMethod   Reason = "query-method"   // q= names no way to the key that there is
	KeyUnanswered Reason = "key-unanswered" // the question for the key had no answer
	OnlyBegun     Reason = "length"         // l=: only a part of the body is signed
	OtherClock    Reason = "clock"          // it had not expired when the recording was made
	Unexplained   Reason = "unexplained"
)

// Verified is a signature and what became of it.
type Verified struct {
	*Signature
	Result Result
	// Reason is empty for Pass.
	Reason Reason
	// Key is the key record at the selector, nil where there is none or several.
	Key *dkim.Key
}

// Verify verifies all signatures of a message. Keys come from r; now decides
// what has expired.
func Verify(ctx context.Context, m *Message, r resolver.Resolver, now time.Time) []Verified {
	verified := make([]Verified, len(m.Signatures))
	for i, s := range m.Signatures {
		verified[i] = Verified{Signature: s, Key: keyOf(ctx, s, r)}
	}
	options := &msgauth.VerifyOptions{LookupTXT: lookupKey(ctx, r), MaxVerifications: MaxSignatures}
	results, err := msgauth.VerifyWithOptions(bytes.NewReader(m.Text), options)
	if errors.Is(err, msgauth.ErrTooManySignatures) {
		err = nil
	}
	for i := range verified {
		if err != nil || i >= len(results) {
			verified[i].Result, verified[i].Reason = Unknown, Unexplained
			continue
		}
		verified[i].judge(results[i].Err, now)
	}
	return verified
}

// keyOf reads the key of a signature, if one record is there.
func keyOf(ctx context.Context, s *Signature, r resolver.Resolver) *dkim.Key {
	if s.Domain == "" || s.Selector == "" {
		return nil
	}
	name, err := resolver.CanonicalName(resolver.Join(s.Domain, s.Selector, "_domainkey"))
	if err != nil {
		return nil
	}
	answer, err := r.Lookup(ctx, resolver.Question{Name: name, Type: resolver.TypeTXT})
	if err != nil || len(answer.Records) != 1 {
		return nil
	}
	txt, ok := answer.Records[0].Data.(resolver.TXT)
	if !ok {
		return nil
	}
	return dkim.ParseKey(txt.Strings)
}

// judge weighs what the library says, and what it does not look at.
func (v *Verified) judge(err error, now time.Time) {
	expired := v.Expired(now)
	switch reason := reasonOf(err); {
	case v.Malformed != "" && err != nil && reason != KeyUnanswered:
		v.Result, v.Reason = Fail, malformedReason(v.Malformed, reason)
	case expired:
		v.Result, v.Reason = Fail, Expired
	case reason == Expired: // by the clock of the library
		v.Result, v.Reason = Unknown, OtherClock
	case !knownAlgorithm(v.Algorithm) && err != nil: // whatever the key is
		v.Result, v.Reason = Fail, Unsupported
	case reason == KeyUnanswered, reason == OnlyBegun, reason == Unexplained:
		v.Result, v.Reason = Unknown, reason
	case reason != "":
		v.Result, v.Reason = Fail, reason
	case v.Key != nil && slices.Contains(v.Key.Flags, "s") && v.IdentityDomain != v.Domain: // RFC 6376 §3.6.1
		v.Result, v.Reason = Fail, StrictKey
	default:
		v.Result = Pass
	}
}

// knownAlgorithm reports whether an algorithm is one that there is for DKIM (RFC
// 8301 §3.1, RFC 8463 §3).
func knownAlgorithm(name string) bool {
	return slices.Contains([]string{"rsa-sha1", "rsa-sha256", "ed25519-sha256"}, name)
}

// malformedReason keeps the library's reason where it says more than that a tag
// is wrong.
func malformedReason(tag string, reason Reason) Reason {
	if tag == "list" && (reason == FromUnsigned || reason == Identity) {
		return reason
	}
	return Malformed
}

// reasonOf reads the library's errors, which have no other form than their text.
func reasonOf(err error) Reason {
	if err == nil {
		return ""
	}
	if msgauth.IsTempFail(err) {
		return KeyUnanswered
	}
	text := strings.TrimPrefix(err.Error(), "dkim: ")
	for _, known := range reasons() {
		if strings.HasPrefix(text, known.begin) {
			return known.reason
		}
	}
	return Unexplained
}

type knownError struct {
	begin  string
	reason Reason
}

// reasons lists how the library's errors begin.
func reasons() []knownError {
	return []knownError{
		{"body hash did not verify", BodyChanged},
		{"signature did not verify", HeaderChanged},
		{"no key for signature", NoKey},
		{"no valid key found", NoKey},
		{"key revoked", KeyRevoked},
		{"multiple TXT records", SeveralKeys},
		{"key syntax error", KeyBroken},
		{"key record error", KeyBroken},
		{"incompatible public key version", KeyBroken},
		{"unsupported key algorithm", KeyBroken},
		{"invalid Ed25519 public key size", KeyBroken},
		{"key is too short", KeyShort},
		{"inappropriate", KeyForbids},
		{"hash algorithm too weak", SHA1},
		{"signature has expired", Expired},
		{"From field not signed", FromUnsigned},
		{"domain mismatch", Identity},
		{"malformed", Malformed},
		{"signature missing required tag", Malformed},
		{"incompatible signature version", Malformed},
		{"unsupported public key query method", QueryMethod},
		{"unsupported", Unsupported},
		{"message contains an insecure body length tag", OnlyBegun},
	}
}
