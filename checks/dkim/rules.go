package dkim

import "mailauth/checks"

// The inputs of the check.
const (
	InNamespace  checks.Input = "dkim-namespace"  // _domainkey itself, and a random name beside it
	InControl    checks.Input = "dkim-control"    // a random selector
	InSelector   checks.Input = "dkim-selector"   // the keys
	InAddress    checks.Input = "dkim-address"    // addresses where a key belongs
	InMisplaced  checks.Input = "dkim-misplaced"  // keys at wrong names
	InProvider   checks.Input = "dkim-provider"   // MX and SPF records, which name providers
	InDelegation checks.Input = "dkim-delegation" // name servers of _domainkey
	InPolicy     checks.Input = "dkim-policy"     // policies of old below _domainkey
	InWalk       checks.Input = "dkim-walk"       // NSEC records below _domainkey, if they are walked
)

var (
	// keys: which selectors are asked for depends on the namespace, the controls
	// and the providers, so every rule on keys reads those too.
	keys       = []checks.Input{InWalk, InNamespace, InControl, InProvider, InSelector}
	addresses  = []checks.Input{InWalk, InNamespace, InControl, InProvider, InSelector, InAddress}
	delegation = []checks.Input{InWalk, InNamespace, InControl, InProvider, InSelector, InDelegation}
	policies   = []checks.Input{InWalk, InNamespace, InControl, InProvider, InSelector, InPolicy}
	misplaced  = []checks.Input{InWalk, InNamespace, InControl, InProvider, InSelector, InMisplaced}
)

// withoutKey are the rules that say that there is no key: a key at a wrong name
// explains that.
var withoutKey = []string{"dkim-no-namespace", "dmarc-reject-spf-only"}

// The rules on how keys are found. Whether the absence of any key is a fault
// depends on whether the domain sends: checks/cross judges that.
var (
	NamespaceThere = &checks.Rule{ID: "dkim-namespace-exists", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 8020 §2, RFC 4592 §2.2.2",
		Reads: addresses, Supersedes: []string{"dkim-selector-notfound"}}
	WildcardKey = &checks.Rule{ID: "dkim-wildcard", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 4592 §4.3",
		Reads: []checks.Input{InNamespace, InControl}, Supersedes: []string{"dkim-selector-notfound"}}
	NotFound = &checks.Rule{ID: "dkim-selector-notfound", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 6376 §3.1", Reads: addresses}
	// Walked: the names are there for everybody to read.
	Walked = &checks.Rule{ID: "dkim-nsec-walk", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 4034 §4.1.1, RFC 5155 §1.1", Reads: []checks.Input{InWalk}}
	// Dangling is an error for a selector that the user or a message names.
	Dangling  = &checks.Rule{ID: "dkim-cname-dangling", Severity: checks.Warning, Max: checks.Error, Source: checks.RFC, Citation: "RFC 6376 §3.6.2.2", Reads: keys}
	Proxied   = &checks.Rule{ID: "dkim-cname-proxied", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 6376 §3.6.2.1", Reads: addresses}
	WrongName = &checks.Rule{ID: "dkim-wrong-name", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 6376 §3.6.2.1", Reads: misplaced, Supersedes: withoutKey}
	IDN       = &checks.Rule{ID: "dkim-idn", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 8616 §5", Reads: misplaced, Supersedes: withoutKey}
	// Ready stands in place of Dangling where nobody signs yet.
	Ready     = &checks.Rule{ID: "dkim-cname-ready", Severity: checks.Info, Source: checks.Practice, Citation: "Microsoft, set up DKIM", Reads: keys}
	Single    = &checks.Rule{ID: "dkim-single-selector", Severity: checks.Info, Source: checks.Practice, Citation: "Microsoft, set up DKIM", Reads: keys}
	Delegated = &checks.Rule{ID: "dkim-ns-delegated", Severity: checks.Info, Source: checks.Practice, Citation: "RFC 6376 §3.6.2.1", Reads: delegation}
	Policy    = &checks.Rule{ID: "dkim-adsp", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 5617 (historic)", Reads: policies}
	// EmptyNXDomain: a resolver that follows RFC 8020 stops at the denial and finds no key.
	EmptyNXDomain = &checks.Rule{ID: "dns-ent-nxdomain", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 8020 §2", Reads: keys}
)

// The rules on what a key record says.
var (
	Multiple    = &checks.Rule{ID: "dkim-multi-txt", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 6376 §3.6.2.2", Reads: keys}
	BadSyntax   = &checks.Rule{ID: "dkim-tag-syntax", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 6376 §3.2", Reads: keys}
	BadVersion  = &checks.Rule{ID: "dkim-v", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 6376 §3.6.1", Reads: keys}
	NoKey       = &checks.Rule{ID: "dkim-p-missing", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 6376 §3.6.1", Reads: keys}
	ChunkSplit  = &checks.Rule{ID: "dkim-chunk-split", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 6376 §3.6.2.2", Reads: keys}
	BadBase64   = &checks.Rule{ID: "dkim-p-base64", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 6376 §3.6.1", Reads: keys}
	BadDER      = &checks.Rule{ID: "dkim-p-der", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 6376 §3.6.1, erratum 3017", Reads: keys}
	BarePKCS1   = &checks.Rule{ID: "dkim-p-pkcs1", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 6376 §3.6.1, erratum 3017", Reads: keys}
	EdLengthOff = &checks.Rule{ID: "dkim-ed-len", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 8463 §4.2", Reads: keys}
	UnknownType = &checks.Rule{ID: "dkim-k-unknown", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 6376 §3.6.1", Reads: keys}
	WrongType   = &checks.Rule{ID: "dkim-k-mismatch", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 6376 §3.6.1, RFC 8463 §4.2", Reads: keys}
	OnlySHA1    = &checks.Rule{ID: "dkim-h-sha1", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 8301 §3.1", Reads: keys}
	AlsoSHA1    = &checks.Rule{ID: "dkim-h-has-sha1", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 8301 §3.1", Reads: keys}
	NotForMail  = &checks.Rule{ID: "dkim-s", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 6376 §3.6.1", Reads: keys}
	TooShort    = &checks.Rule{ID: "dkim-rsa-lt1024", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 8301 §3.2", Reads: keys}
	Short       = &checks.Rule{ID: "dkim-rsa-1024", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 8301 §3.2", Reads: keys}
	Testing     = &checks.Rule{ID: "dkim-t-y", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 6376 §3.6.1", Reads: keys}
	TooLong     = &checks.Rule{ID: "dkim-rsa-gt4096", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 8301 §3.2", Reads: keys, Supersedes: []string{"dkim-too-big-dns"}}
	Exponent    = &checks.Rule{ID: "dkim-rsa-exp", Severity: checks.Warning, Source: checks.Practice, Citation: "NIST FIPS 186-5 §A.1.1", Reads: keys}
	// KnownWeak: others have the private key, or can work it out.
	KnownWeak   = &checks.Rule{ID: "dkim-rsa-known-weak", Severity: checks.Warning, Source: checks.Practice, Citation: "RFC 6376 §8.3, CVE-2017-15361, CVE-2022-26320", Reads: keys}
	VendorKey   = &checks.Rule{ID: "dkim-rsa-1024-test-key", Severity: checks.Info, Source: checks.Practice, Citation: "M3AAWG DKIM Key Rotation Best Common Practices", Reads: keys}
	TooBig      = &checks.Rule{ID: "dkim-too-big-dns", Severity: checks.Info, Source: checks.Practice, Citation: "RFC 9715 appendix A", Reads: keys}
	Whitespace  = &checks.Rule{ID: "dkim-p-whitespace", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 6376 §3.6.1", Reads: keys}
	NoVersion   = &checks.Rule{ID: "dkim-v-absent", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 6376 §3.6.1", Reads: keys}
	Strict      = &checks.Rule{ID: "dkim-t-s", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 6376 §3.6.1", Reads: keys}
	Granularity = &checks.Rule{ID: "dkim-g", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 6376 appendix C, §3.6.1", Reads: keys}
	LongNotes   = &checks.Rule{ID: "dkim-n", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 6376 §3.6.1", Reads: keys}
	UnknownTag  = &checks.Rule{ID: "dkim-unknown-tag", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 6376 §3.2", Reads: keys}
	Stale       = &checks.Rule{ID: "dkim-selector-stale", Severity: checks.Info, Source: checks.Practice, Citation: "M3AAWG DKIM Key Rotation Best Common Practices", Reads: keys}
	// Revoked and OnlyEd25519 are warnings where no other key is left.
	Revoked     = &checks.Rule{ID: "dkim-revoked", Severity: checks.Info, Max: checks.Warning, Source: checks.RFC, Citation: "RFC 6376 §3.6.1, §6.1.2", Reads: keys}
	OnlyEd25519 = &checks.Rule{ID: "dkim-ed-only", Severity: checks.Info, Max: checks.Warning, Source: checks.RFC, Citation: "RFC 8463 §5", Reads: keys}
)

// keyRules are those that only the keys decide.
var keyRules = []*checks.Rule{Multiple, BadSyntax, BadVersion, NoKey, ChunkSplit, BadBase64, BadDER, BarePKCS1, EdLengthOff,
	UnknownType, WrongType, OnlySHA1, AlsoSHA1, NotForMail, TooShort, Short, Testing, Revoked, OnlyEd25519,
	TooLong, Exponent, KnownWeak, VendorKey, TooBig, Whitespace, NoVersion, Strict, Granularity, LongNotes, UnknownTag, Stale, Ready, Single}

var rules = append([]*checks.Rule{NamespaceThere, WildcardKey, NotFound, Walked, Dangling, Proxied, WrongName, IDN, EmptyNXDomain, Delegated, Policy}, keyRules...)

// Check looks for the domain's keys and reads them.
var Check = &checks.Check{
	Name:   "dkim",
	Doc:    "The domain's DKIM keys: whether receivers find them, can read them, and can trust them.",
	Rules:  rules,
	Budget: budget,
	Lookup: lookup,
	Judge:  judge,
	Guard:  guard,
}

// FactsOf returns what the check found, for checks that require it.
func FactsOf(p *checks.Pass) *Facts {
	facts, _ := p.Facts(Check).(*Facts)
	return facts
}
