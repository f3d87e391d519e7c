package dmarc

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mailauth/checks"
)

// Lookalike is a text that was meant to be a DMARC record and is none, so that
// receivers do not see it at all.
type Lookalike struct {
	// Reason is why, the name of a text.
	Reason LookalikeReason
	// Span is the part at fault.
	Span checks.Span
	// Corrected is the record that was meant; empty if there is no telling.
	Corrected string
}

// LookalikeReason says why a text is no DMARC record.
type LookalikeReason string

// The reasons, told in this order.
const (
	StringJoin    LookalikeReason = "string-join"    // "v=DMARC1" "p=none": nothing is put between strings
	BeforeVersion LookalikeReason = "before-version" // a space, a quote, a BOM, "TXT" before v
	NotFirst      LookalikeReason = "not-first"      // p=none; v=DMARC1
	NoVersion     LookalikeReason = "no-version"     // p=none; rua=…
	VersionCase   LookalikeReason = "version-case"   // v=dmarc1
	NoSemicolon   LookalikeReason = "no-semicolon"   // v=DMARC1 p=none
	VersionOther  LookalikeReason = "version-other"  // v=DMARC2, v=DMARC 1, v-DMARC1, DMARC1; …
)

var (
	// pasted is what comes along when a whole zone file line is pasted into the
	// value's field.
	pasted = regexp.MustCompile(`(?i)^[ \t'=@]*(_dmarc[.a-z0-9-]*[ \t]+)?((?:[0-9]+[ \t]+)?(?:in[ \t]+)?txt[ \t]+)?[ \t'=]*`)
	// versionLike is a version tag as people get it wrong, in plain characters.
	versionLike  = regexp.MustCompile(`(?i)^(?:v[ \t]*[-=:.]*[ \t]*)?'?dmarc[ \t._-]*([0-9]+(?:\.[0-9])?)?'?`)
	exactVersion = regexp.MustCompile(`^[vV][ \t]*=[ \t]*DMARC1$`)
	foldVersion  = regexp.MustCompile(`(?i)^v[ \t]*=[ \t]*dmarc1$`)
	// afterTag is what can follow a version, so that "dmarc-verification=…" is
	// not taken for one.
	afterTag = regexp.MustCompile(`(?i)^([ \t]*$|[ \t]*[;,:.]|[ \t]+[a-z]+[ \t]*[=:]|p[ \t]*=)`)
	laterV   = regexp.MustCompile(`(?i)(^|[;,][ \t]*)v[ \t]*=[ \t]*dmarc[ \t]*1[ \t]*(;|,|$)`)
)

// Doctor looks at a text that IsDMARC refuses and says whether it was meant to
// be a DMARC record, why it is none, and what was meant. It is to be asked only
// of TXT records at _dmarc names.
func Doctor(text string) (Lookalike, bool) {
	if IsDMARC(text) {
		return Lookalike{}, false
	}
	meant := plain(text)
	body := meant[len(pasted.FindString(meant)):]
	if m := versionLike.FindStringIndex(body); m != nil && afterTag.MatchString(body[m[1]:]) {
		return wrongVersion(text, body[:m[1]], body[m[1]:]), true
	}
	return misplacedVersion(text, body)
}

// wrongVersion explains a text that starts with something like a version.
func wrongVersion(text, version, rest string) Lookalike {
	version = strings.TrimRight(version, " \t")
	l := Lookalike{Corrected: correct(rest)}
	at := strings.Index(text, version)
	exact := exactVersion.MatchString(version)
	switch {
	case exact && at > 0:
		l.Reason, l.Span = BeforeVersion, checks.Span{End: at}
	case exact && at == 0:
		l.Reason, l.Span = NoSemicolon, checks.Span{End: len(version)}
	case at >= 0 && foldVersion.MatchString(version):
		l.Reason, l.Span = VersionCase, checks.Span{Start: at, End: at + len(version)}
	default:
		l.Reason, l.Span = VersionOther, checks.Span{End: len(text)}
		if end := strings.IndexAny(text, ";,"); end > 0 {
			l.Span.End = end
		}
	}
	return l
}

// misplacedVersion explains a list of tags with its version elsewhere, or none.
func misplacedVersion(text, body string) (Lookalike, bool) {
	whole := checks.Span{End: len(text)}
	if m := laterV.FindStringIndex(body); m != nil {
		l := Lookalike{Reason: NotFirst, Span: whole, Corrected: correct(body[:m[0]] + ";" + body[m[1]:])}
		if at := strings.Index(text, strings.Trim(body[m[0]:m[1]], ";, \t")); at >= 0 {
			l.Span = checks.Span{Start: at, End: at + len(strings.Trim(body[m[0]:m[1]], ";, \t"))}
		}
		return l, true
	}
	r := Parse("v=DMARC1;" + body)
	if r.List.Tags[0].Value == "DMARC1" && len(r.List.Tags) > 1 && strings.EqualFold(r.List.Tags[1].Name, "p") && r.P.Policy != "" {
		return Lookalike{Reason: NoVersion, Span: whole, Corrected: correct(body)}, true
	}
	return Lookalike{}, false
}

// correct puts the version in front of the rest of a record and puts the rest
// right; empty if that needs a guess.
func correct(rest string) string {
	rest = strings.Trim(rest, " \t;,:.'")
	text := "v=DMARC1"
	if rest != "" {
		text += "; " + rest
	}
	if fixed, ok := Parse(text).Intended(); ok {
		return Parse(fixed).String()
	}
	return ""
}

// JoinFault reports whether a boundary between the strings of a TXT record
// joined two tags into one, because a semicolon is missing there: strings are
// joined with nothing in between (RFC 9989 §4.5). It returns the record that
// was meant and the octet where the strings meet.
func JoinFault(parts []string) (l Lookalike, found bool) {
	var b strings.Builder
	for i, part := range parts {
		if i > 0 && boundaryFault(b.String(), part) {
			if !found {
				l.Span = checks.Span{Start: max(b.Len()-1, 0), End: b.Len() + 1}
			}
			found = true
		}
		b.WriteString(part)
	}
	if !found {
		return Lookalike{}, false
	}
	l.Reason, l.Corrected = StringJoin, rejoined(parts)
	return l, true
}

var startsTag = regexp.MustCompile(`(?i)^(` + strings.Join(append(append([]string{}, activeTags[1:]...), historicTags...), "|") + `)[ \t]*=`)

// boundaryFault reports whether next starts a tag of its own while the text
// before it has not ended one, and the two together say nothing.
func boundaryFault(before, next string) bool {
	if before == "" || !IsDMARC(before+";") || !startsTag.MatchString(next) {
		return false
	}
	last := before[strings.LastIndexByte(before, ';')+1:]
	if !strings.Contains(last, "=") || strings.TrimRight(last, " \t") != last {
		return false // inside a name ("…; s" "p=none"), or two tags with a space between
	}
	first, _, _ := strings.Cut(next, ";")
	if IsDMARC(before + next) {
		return !Parse("v=DMARC1;" + last + first).soundTag(1)
	}
	return true
}

// soundTag reports whether a tag says something, or is none that could.
func (r *Record) soundTag(i int) bool {
	if i >= len(r.List.Tags) || r.Has(BadValue) {
		return false
	}
	tag := r.List.Tags[i]
	switch strings.ToLower(tag.Name) {
	case "p", "sp", "np":
		_, ok := ParsePolicy(tag.Value)
		return ok
	case "adkim", "aspf":
		return validAlignment(tag.Value)
	case "fo":
		return validFO(tag.Value)
	case "rua", "ruf":
		return !slices.ContainsFunc(append(slices.Clone(r.RUA), r.RUF...), func(u URI) bool { return !u.Usable() })
	case "pct", "ri":
		_, err := strconv.Atoi(tag.Value)
		return err == nil
	case "rf":
		return !strings.Contains(tag.Value, "=")
	}
	return true
}

func rejoined(parts []string) string {
	var b strings.Builder
	for i, part := range parts {
		if i > 0 && boundaryFault(b.String(), part) {
			b.WriteString("; ")
		}
		b.WriteString(part)
	}
	fixed, ok := Parse(b.String()).Intended()
	if !ok || !IsDMARC(fixed) {
		return ""
	}
	return Parse(fixed).String()
}
