package dmarc

import (
	"net/url"
	"regexp"
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

// URI is one address of a rua or ruf tag (RFC 9989 §4.6, §4.8).
type URI struct {
	// Raw is the address as written, and Span where.
	Raw  string
	Span checks.Span
	// Scheme is lower-case; of mailto addresses there are the mailbox, with its
	// percent-encoding undone, and its host as a canonical name.
	Scheme  string
	Mailbox string
	Host    string
	// Size is a report size limit such as "10m", which reporters ignore.
	Size string
	// Fault is why receivers cannot use the address; empty if they can.
	Fault URIFault
}

// Usable reports whether the address is a syntactically valid reporting URI
// (RFC 9989 §4.10.1).
func (u URI) Usable() bool { return u.Fault == "" || u.Fault == SchemeTypo }

// Mail reports whether the address is a mailbox that reports can go to.
func (u URI) Mail() bool { return u.Fault == "" && u.Scheme == "mailto" }

// URIFault says why receivers cannot use an address.
type URIFault string

// The faults of an address.
const (
	NoScheme       URIFault = "no-scheme"       // report@example.jp
	EqualsForColon URIFault = "equals"          // mailto=report@example.jp
	SpaceInside    URIFault = "space"           // mailto: report@example.jp
	SpaceSeparator URIFault = "space-separator" // mailto:a@example.jp mailto:b@example.jp
	AfterSemicolon URIFault = "semicolon"       // …;mailto:b@example.jp
	Brackets       URIFault = "brackets"        // mailto:<report@example.jp>
	Slashes        URIFault = "slashes"         // mailto://report@example.jp
	Doubled        URIFault = "doubled"         // mailto:mailto:report@example.jp
	SchemeTypo     URIFault = "scheme-typo"     // mailo:report@example.jp
	NoMailbox      URIFault = "no-mailbox"      // mailto:example.jp
	BadHost        URIFault = "bad-host"        // mailto:report@exa_mple..jp
	BadEncoding    URIFault = "encoding"        // a character that needs percent-encoding
	NotURI         URIFault = "not-uri"         // report
	EmptyList      URIFault = "empty"           // rua=
)

// parseURIs reads the list in a tag's value. Empty items are passed over, as
// receivers do, unless there is nothing else.
func parseURIs(text string, value checks.Span) []URI {
	var list []URI
	for start := value.Start; start <= value.End; {
		end := value.End
		if i := strings.IndexByte(text[start:value.End], ','); i >= 0 {
			end = start + i
		}
		item := trimSpan(text, checks.Span{Start: start, End: end})
		if !item.Empty() {
			list = append(list, parseURI(text, item))
		}
		start = end + 1
	}
	if len(list) == 0 {
		return []URI{{Span: value, Fault: EmptyList}}
	}
	return list
}

func trimSpan(text string, s checks.Span) checks.Span { return (&Record{Text: text}).trimmed(s) }

var (
	uriScheme  = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*):`)
	uriSize    = regexp.MustCompile(`!([0-9]+[kmgtKMGT]?)$`)
	uriOctets  = regexp.MustCompile(`^([A-Za-z0-9._~:/?#@$&'()*+;=\[\]-]|%[0-9A-Fa-f]{2})*$`) // RFC 3986 §2, less "," and "!"
	mailEquals = regexp.MustCompile(`(?i)^mailto[ \t]*=`)
	secondMail = regexp.MustCompile(`(?i)\S[ \t]+mailto:`)
)

// parseURI reads one address. The order of the questions is that of certainty.
func parseURI(text string, span checks.Span) URI {
	u := URI{Raw: span.Of(text), Span: span}
	bare := u.Raw
	if m := uriSize.FindStringSubmatch(bare); m != nil {
		u.Size, bare = strings.ToLower(m[1]), strings.TrimSpace(bare[:len(bare)-len(m[0])])
	}
	scheme := uriScheme.FindStringSubmatch(bare)
	switch {
	case secondMail.MatchString(bare):
		u.Fault = SpaceSeparator
	case strings.ContainsAny(bare, "<>"):
		u.Fault = Brackets
	case strings.ContainsAny(bare, " \t"):
		u.Fault = SpaceInside
	case mailEquals.MatchString(bare):
		u.Fault = EqualsForColon
	case scheme == nil && strings.Contains(bare, "@"):
		u.Fault = NoScheme
	case scheme == nil:
		u.Fault = NotURI
	case !uriOctets.MatchString(bare):
		u.Fault = BadEncoding
	default:
		u.Scheme = strings.ToLower(scheme[1])
		u.specific(bare[len(scheme[0]):])
	}
	return u
}

// specific reads what follows the scheme.
func (u *URI) specific(rest string) {
	lower := strings.ToLower(rest)
	switch {
	case u.Scheme != "mailto":
		if strings.Contains(rest, "@") && checks.Distance(u.Scheme, "mailto") <= 2 {
			u.Fault = SchemeTypo
		}
		return
	case strings.HasPrefix(lower, "mailto:"):
		u.Fault = Doubled
		return
	case strings.HasPrefix(rest, "//"):
		u.Fault = Slashes
		return
	}
	u.mailbox(rest)
}

// mailbox reads the address of a mailto URI (RFC 6068 §2).
func (u *URI) mailbox(rest string) {
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		rest = rest[:i]
	}
	mailbox, err := url.PathUnescape(rest)
	if err != nil || strings.Count(rest, "@") > 1 {
		u.Fault = BadEncoding
		return
	}
	local, host, ok := cutLast(mailbox, "@")
	if !ok || local == "" {
		u.Fault = NoMailbox
		return
	}
	name, err := resolver.CanonicalName(host)
	if err != nil || !hostName.MatchString(host) {
		u.Fault = BadHost
		return
	}
	u.Mailbox, u.Host = mailbox, name
}

var hostName = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$`)

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// Corrected writes the address as it should be; ok is false where only its
// owner can know.
func (u URI) Corrected() (text string, ok bool) {
	fixed := u.Raw
	switch u.Fault {
	case "":
		return u.Raw, true
	case NoScheme:
		fixed = "mailto:" + fixed
	case EqualsForColon:
		fixed = "mailto:" + strings.TrimSpace(fixed[strings.IndexByte(fixed, '=')+1:])
	case SpaceInside:
		fixed = strings.NewReplacer(" ", "", "\t", "").Replace(fixed)
	case SpaceSeparator:
		fixed = strings.Join(strings.Fields(fixed), ",")
	case Brackets:
		fixed = strings.NewReplacer("<", "", ">", "", " ", "", "\t", "").Replace(fixed)
	case Slashes:
		fixed = regexp.MustCompile(`:/+`).ReplaceAllString(fixed, ":")
	case Doubled:
		fixed = fixed[strings.IndexByte(fixed, ':')+1:]
	case SchemeTypo:
		fixed = "mailto" + fixed[strings.IndexByte(fixed, ':'):]
	case AfterSemicolon:
	case BadEncoding:
		fixed = encode(fixed)
	default:
		return "", false
	}
	if !strings.Contains(strings.ToLower(fixed), "mailto:") {
		fixed = "mailto:" + fixed
	}
	for _, again := range parseURIs(fixed, checks.Span{End: len(fixed)}) {
		if again.Fault != "" {
			return "", false
		}
	}
	return fixed, true
}

// encode percent-encodes what RFC 6068 §2 does not let stand in an address.
func encode(raw string) string {
	return strings.NewReplacer("!", "%21", `"`, "%22", "{", "%7B", "}", "%7D", "|", "%7C", "^", "%5E", "`", "%60").Replace(raw)
}
