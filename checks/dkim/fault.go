package dkim

import (
	"strconv"

	"mailauth/checks"
)

// FaultKind classifies what is wrong with a key record.
type FaultKind int

// The kinds of fault; each belongs to one rule.
const (
	Syntax     FaultKind = iota // the tag=value list is broken (RFC 6376 §3.2)
	Version                     // v= is not DKIM1, or not the first tag
	KeyMissing                  // no p= at all
	Split                       // the base64 was damaged where the record was cut into strings
	Base64                      // p= is not the base64 of a key
	DER                         // p= is base64, but of nothing that is a key
	PKCS1                       // an RSAPublicKey where a SubjectPublicKeyInfo is expected
	EdLength                    // an Ed25519 key that is not 32 octets
	KeyType                     // k= is neither rsa nor ed25519
	Mismatch                    // k= names one algorithm and the key is of the other
	NoHash                      // h= leaves no hash that a verifier may take
	HasSHA1                     // h= still lists sha1
	Service                     // s= does not allow mail
)

var faultNames = [...]string{"syntax", "version", "key-missing", "split", "base64", "der", "pkcs1",
	"ed-length", "key-type", "mismatch", "no-hash", "has-sha1", "service"}

func (k FaultKind) String() string {
	if k < 0 || int(k) >= len(faultNames) {
		return "fault " + strconv.Itoa(int(k))
	}
	return faultNames[k]
}

// Fatal reports that verifiers refuse the key for it.
func (k FaultKind) Fatal() bool { return k != PKCS1 && k != HasSHA1 }

// Cause says more closely what happened; the text under the caret depends on it.
type Cause string

// The causes, by kind.
const (
	// Syntax
	CauseBlank       Cause = "blank"        // two semicolons in a row
	CauseNoEquals    Cause = "no-equals"    // a piece without "="
	CauseNoName      Cause = "no-name"      // a piece that begins with "="
	CauseBadName     Cause = "bad-name"     // a tag name that cannot be one
	CauseOctets      Cause = "octets"       // smart quotes, full-width letters, control characters
	CauseDuplicate   Cause = "duplicate"    // a tag for the second time
	CauseColon       Cause = "colon"        // ":" for "="
	CauseNoSemicolon Cause = "no-semicolon" // a tag inside the value of the one before
	CauseEscape      Cause = "escape"       // a backslash or quotation mark of the zone file form

	// Split
	CauseMarks Cause = "marks" // quotation marks, backslashes or parentheses inside the base64
	CauseLost  Cause = "lost"  // a part is missing
	CauseLong  Cause = "long"  // one string of more than 255 octets

	// Base64
	CausePEM         Cause = "pem"         // -----BEGIN PUBLIC KEY-----
	CausePrivate     Cause = "private"     // a private key
	CauseCertificate Cause = "certificate" // a whole certificate
	CauseURLSafe     Cause = "url-safe"    // "-" and "_" for "+" and "/"
	CausePadding     Cause = "padding"     // too few or too many "="
	CauseStrays      Cause = "strays"      // other characters

	// DER
	CauseTruncated Cause = "truncated" // the end is missing
	CauseTrailing  Cause = "trailing"  // something follows the key
	CauseOtherKey  Cause = "other-key" // a key of another algorithm
	CauseNoKey     Cause = "no-key"    // nothing that is known

	// Version
	CauseValue Cause = "value" // not DKIM1
	CauseOrder Cause = "order" // not the first tag
	CauseCase  Cause = "case"  // V= for v=
)

// Fault is one thing that is wrong, and where: octets of Key.Text.
type Fault struct {
	Kind  FaultKind
	Cause Cause
	Span  checks.Span
}
