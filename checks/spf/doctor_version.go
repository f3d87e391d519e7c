package spf

import (
	"regexp"
	"strings"

	"mailauth/checks"
)

// versionPattern matches what people write for "v=spf1". Groups: the tag with
// its sign, the word, a sign behind it and the number, what ends it, spaces.
var versionPattern = regexp.MustCompile(
	`(?i)^((?:v\s*=\s*)??v?(?:ersion)?\s*[-=:_~+;,.\\]{0,2}\s*)(spf|sfp|psf|spr|sp)(?:(\s*[-=:_.]?\s*v?\s*[-=:_.]?\s*)([0-9]{1,2}(?:\.[0-9])?|[il]\b))?([;,:.|="]*)(\s*)`)

// misspeltVersion recognises a version that is not quite "v=spf1".
func misspeltVersion(_ []string, text string) *Lookalike {
	folded, _ := fold(text)
	plain := strings.TrimLeft(folded, ` "'`)
	g := versionPattern.FindStringSubmatch(plain)
	if g == nil {
		return nil
	}
	tag, word, sign, number, end, space := g[1], g[2], g[3], g[4], g[5], g[6]
	rest := plain[len(g[0]):]
	tag = strings.Join(strings.Fields(tag), "")
	if !plausible(tag, word, number, sign+end+space, rest) {
		return nil
	}
	l := &Lookalike{Reason: versionReason(g), Confidence: Certain}
	if number != "1" || !strings.EqualFold(word, "spf") || tag == "" {
		l.Confidence = Likely
	}
	lead := len(folded) - len(plain)
	l.Span = checks.Span{Start: unfolded(text, lead), End: unfolded(text, lead+len(strings.TrimRight(g[0], " ")))}
	return l.prescribe(version + " " + rest)
}

// unfolded returns the offset in text that the first n octets of its folded
// form reach to.
func unfolded(text string, n int) int {
	for i := range text {
		if head, _ := fold(text[:i]); len(head) >= n {
			return i
		}
	}
	return len(text)
}

// plausible keeps verification tokens and prose that merely begin with "spf"
// apart from records: what follows must be made of SPF terms, or be nothing
// behind a version that cannot be anything else.
func plausible(tag, word, number, gap, rest string) bool {
	tagged := oneOf(tag, "vV")
	switch {
	case strings.HasPrefix(rest, "/"): // v=spf2.0/pra
		return false
	case strings.HasPrefix(rest, "-") && !strings.HasPrefix(strings.ToLower(rest), "-all"):
		return false // spf1-token
	case !tagged && !strings.EqualFold(word, "spf"):
		return false
	case rest == "":
		return strings.EqualFold(word, "spf") && tagged && len(tag) > 1 && number != ""
	case gap == "" && number == "":
		return false // spfwatch
	}
	terms, strong, others := spfTerms(rest)
	if tagged {
		return terms >= others && terms > 0
	}
	return strong > 0 && others == 0
}

// spfTerms counts the words of a text: those that are terms of SPF, the strong
// ones among them that are hardly a word of any language, and the others.
func spfTerms(text string) (terms, strong, others int) {
	for _, raw := range strings.Fields(text) {
		good, ok := mended(raw)
		if !ok {
			others++
			continue
		}
		first, _, _ := strings.Cut(good, " ")
		t, _ := parseTerm(first)
		switch {
		case t.Kind == Modifier:
			others++
		case t.Explicit || t.Value != "":
			strong++
			terms++
		default:
			terms++
		}
	}
	return terms, strong, others
}

// versionReason says which part of the version is wrong, given the groups of
// versionPattern.
func versionReason(g []string) Reason {
	tag, word, sign, number, end, space := g[1], g[2], g[3], g[4], g[5], g[6]
	bare := strings.ToLower(strings.Join(strings.Fields(tag), ""))
	switch {
	case !strings.EqualFold(word, "spf"):
		return VersionSpelling
	case bare == "":
		return VersionNoTag
	case bare == "v-":
		return HyphenForEquals
	case bare != "v=" || strings.TrimSpace(sign) != "":
		return VersionSpelling
	case number == "1" && (strings.ContainsAny(tag, " ") || sign != ""):
		return VersionSpace
	case number != "1" && (number != "" || end == "" || end == "="):
		return VersionNumber
	case end != "":
		return VersionEnd
	case space == "":
		return VersionGlued
	}
	return VersionSpelling
}

var embeddedPattern = regexp.MustCompile(`(?i)[\s"';,|]+["']?(v=spf1 .*)$`)

// embedded recognises a record behind other data in one TXT record.
func embedded(_ []string, text string) *Lookalike {
	found := embeddedPattern.FindStringSubmatchIndex(text)
	if found == nil || found[0] == 0 {
		return nil
	}
	record := strings.TrimRight(text[found[2]:], ` "'`)
	terms, _, _ := spfTerms(record[len(version):])
	if terms == 0 || !Mend(Parse(record)).OK || prose(text[:found[0]]) {
		return nil
	}
	l := &Lookalike{Reason: Embedded, Confidence: Likely, Rest: text[:found[0]], Span: checks.Span{Start: 0, End: found[2]}}
	return l.prescribe(record)
}

// prose reports whether text has words, rather than tokens such as those by
// which services verify a domain; SPF terms are neither's.
func prose(text string) bool {
	for _, word := range strings.Fields(text) {
		if terms, _, _ := spfTerms(word); terms > 0 || !strings.ContainsAny(word, "=0123456789") {
			return true
		}
	}
	return false
}

// withoutVersion recognises terms without "v=spf1" before them: at least two
// that only SPF has, the last of them an all with a qualifier.
func withoutVersion(_ []string, text string) *Lookalike {
	words := strings.Fields(text)
	terms, strong, others := spfTerms(text)
	if terms < 2 || strong < 2 || others > 0 || !clean(text) {
		return nil
	}
	if t, _ := parseTerm(words[len(words)-1]); t.Kind != All || !t.Explicit {
		return nil
	}
	l := &Lookalike{Reason: NoVersion, Confidence: Likely, Span: checks.Span{Start: 0, End: len(words[0])}}
	return l.prescribe(version + " " + text)
}
