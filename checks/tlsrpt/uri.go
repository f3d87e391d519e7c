package tlsrpt

import (
	"net/url"
	"regexp"
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

// URI is one address of a rua field (RFC 8460 §3).
type URI struct {
	// Raw is the address as written, and Span where.
	Raw  string
	Span checks.Span
	// Scheme is lower-case.
	Scheme string
	// Fault is why nothing can be sent there; empty if it can.
	Fault URIFault
}

// URIFault says why nothing can be sent to an address.
type URIFault string

// The faults of an address. Their texts are part of catalogue ids.
const (
	NoScheme    URIFault = "no-scheme"    // reports@example.jp
	OtherScheme URIFault = "other-scheme" // neither mailto nor https
	Space       URIFault = "space"        // mailto: reports@example.jp
	Slashes     URIFault = "slashes"      // mailto://reports@example.jp
	NoMailbox   URIFault = "no-mailbox"   // mailto:example.jp
	NoHost      URIFault = "no-host"      // https:///reports
	BadHost     URIFault = "bad-host"     // mailto:reports@example..jp
	Encoding    URIFault = "encoding"     // a character that needs percent-encoding
)

// parseURIs reads a list with commas between. Empty items are passed over.
func parseURIs(text string, value checks.Span) (list []URI) {
	for start := value.Start; start <= value.End; {
		end := value.End
		if i := strings.IndexByte(text[start:value.End], ','); i >= 0 {
			end = start + i
		}
		item := checks.Span{Start: start, End: end}
		for item.Start < item.End && isWSP(text[item.Start]) {
			item.Start++
		}
		for item.Start < item.End && isWSP(text[item.End-1]) {
			item.End--
		}
		if !item.Empty() {
			list = append(list, parseURI(item.Of(text), item))
		}
		start = end + 1
	}
	return list
}

func isWSP(c byte) bool { return c == ' ' || c == '\t' }

var (
	uriScheme = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*):`)
	sizeLimit = regexp.MustCompile(`![0-9]+[kmgtKMGT]?$`)                                   // as DMARC reports had it
	uriOctets = regexp.MustCompile(`^([A-Za-z0-9._~:/?#@$&'()*+=\[\]-]|%[0-9A-Fa-f]{2})*$`) // RFC 3986 §2, less "," "!" ";"
	hostName  = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)+\.?$`)
)

func parseURI(raw string, span checks.Span) URI {
	u := URI{Raw: raw, Span: span}
	scheme := uriScheme.FindStringSubmatch(raw)
	if scheme != nil {
		u.Scheme = strings.ToLower(scheme[1])
	}
	switch {
	case scheme == nil:
		u.Fault = NoScheme
	case u.Scheme != "mailto" && u.Scheme != "https":
		u.Fault = OtherScheme
	case strings.ContainsAny(raw, " \t<>"):
		u.Fault = Space
	case !uriOctets.MatchString(raw):
		u.Fault = Encoding
	case u.Scheme == "mailto":
		u.Fault = mailFault(raw[len(scheme[0]):])
	default:
		u.Fault = webFault(raw)
	}
	return u
}

// mailFault looks at what follows "mailto:" (RFC 6068 §2).
func mailFault(rest string) URIFault {
	if strings.HasPrefix(rest, "//") {
		return Slashes
	}
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		rest = rest[:i]
	}
	mailbox, err := url.PathUnescape(rest)
	if err != nil {
		return Encoding
	}
	at := strings.LastIndex(mailbox, "@")
	if at <= 0 {
		return NoMailbox
	}
	if _, err := resolver.CanonicalName(mailbox[at+1:]); err != nil || !hostName.MatchString(mailbox[at+1:]) {
		return BadHost
	}
	return ""
}

func webFault(raw string) URIFault {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return Encoding
	case u.Hostname() == "":
		return NoHost
	}
	return ""
}

// Corrected writes the address as it should be; ok is false where only its
// owner can know.
func (u URI) Corrected() (text string, ok bool) {
	fixed := u.Raw
	switch u.Fault {
	case "":
		return u.Raw, true
	case NoScheme:
		fixed = strings.Trim(fixed, "<> \t")
		if _, rest, found := strings.Cut(fixed, "="); found && strings.HasPrefix(strings.ToLower(fixed), "mailto") {
			fixed = rest
		}
		fixed = "mailto:" + strings.TrimSpace(fixed)
	case Space:
		fixed = strings.NewReplacer(" ", "", "\t", "", "<", "", ">", "").Replace(fixed)
	case Slashes:
		fixed = strings.Replace(fixed, "//", "", 1)
	case Encoding:
		fixed = sizeLimit.ReplaceAllString(fixed, "")
		fixed = strings.NewReplacer("!", "%21", ";", "%3B", `"`, "%22", "{", "%7B", "}", "%7D", "|", "%7C", "^", "%5E", "`", "%60").Replace(fixed)
	case OtherScheme:
		if _, rest, _ := strings.Cut(fixed, ":"); checks.Distance(u.Scheme, "mailto") <= 2 {
			fixed = "mailto:" + rest
		}
	}
	again := parseURIs(fixed, checks.Span{End: len(fixed)})
	return fixed, len(again) == 1 && again[0].Fault == ""
}
