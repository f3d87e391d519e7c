package dkim

import (
	"regexp"
	"strings"

	"mailauth/checks"
	"mailauth/checks/taglist"
)

// readSyntax notes every breach of the tag=value grammar, and values that run
// on into a tag that was meant to be the next.
func (k *Key) readSyntax() {
	if strings.Trim(k.Text, " \t") == "" {
		return // nothing there: p= is missing, and that is all
	}
	faults := k.List.Faults()
	for i, tag := range k.List.Tags {
		for len(faults) > 0 && faults[0].Tag == i {
			k.add(Syntax, k.syntaxCause(tag, faults[0].Kind), faults[0].Span)
			faults = faults[1:]
		}
		if span, ok := runOn(tag); ok {
			k.add(Syntax, CauseNoSemicolon, span)
		}
		if span, ok := escapes(tag); ok {
			k.add(Syntax, CauseEscape, span)
		}
	}
}

func (k *Key) syntaxCause(tag taglist.Tag, kind taglist.Kind) Cause {
	switch kind {
	case taglist.Blank:
		return CauseBlank
	case taglist.NoEquals:
		if colonTag.MatchString(tag.Name) {
			return CauseColon
		}
		return CauseNoEquals
	case taglist.NoName:
		return CauseNoName
	case taglist.Duplicate:
		return CauseDuplicate
	case taglist.BadValue:
		return CauseOctets
	}
	if strings.ContainsAny(tag.Name, `"\(`) {
		return CauseEscape
	}
	if strings.IndexFunc(tag.Name, func(r rune) bool { return r > '~' || r < ' ' }) >= 0 {
		return CauseOctets
	}
	return CauseBadName
}

var (
	// colonTag is a known tag with ":" for "=".
	colonTag = regexp.MustCompile(`^[` + known + `]\s*:`)
	// nextTag is a known tag that begins inside a value, after white space or
	// a mark that was typed for the semicolon. A last quantum such as "t=="
	// of a folded base64 text is none.
	nextTag = regexp.MustCompile(`[\s:,.]+([` + known + `])[ \t]*=[ \t]*[^=\s]`)
	// nextTagInKey is stricter, since base64 may be folded before any letter.
	nextTagInKey = regexp.MustCompile(`\s([` + known + `])=[^=\s]`)
	// gluedTag is a known tag directly behind the version.
	gluedTag = regexp.MustCompile(`^DKIM1([` + known + `])=`)
)

// runOn finds the tag name inside a value that shows that a semicolon is
// missing before it. Notes and tags of others may say what they like.
func runOn(tag taglist.Tag) (checks.Span, bool) {
	if !structured(tag.Name) {
		return checks.Span{}, false
	}
	pattern := nextTag
	switch tag.Name {
	case "p":
		pattern = nextTagInKey
	case "v":
		if gluedTag.MatchString(tag.Value) {
			pattern = gluedTag
		}
	}
	at := pattern.FindStringSubmatchIndex(tag.Value)
	if at == nil {
		return checks.Span{}, false
	}
	return checks.Span{Start: tag.ValueSpan.Start + at[2], End: tag.ValueSpan.Start + at[3]}, true
}

// structured reports that RFC 6376 says what the value of a tag looks like.
func structured(name string) bool {
	return len(name) == 1 && name != "n" && name != "N" && strings.Contains(known, strings.ToLower(name))
}

// escapes finds marks of the zone file form in the data of a tag: `v=DKIM1\;`
// was escaped for a master file and pasted where nothing undoes it. The base64
// of p= has its own fault for them.
func escapes(tag taglist.Tag) (checks.Span, bool) {
	end := tag.ValueSpan.End
	switch {
	case !tag.Equals || !structured(tag.Name):
		return checks.Span{}, false
	case strings.HasSuffix(tag.Value, `\`):
		return checks.Span{Start: end - 1, End: end}, true
	case tag.Name == "p":
		return checks.Span{}, false
	}
	if i := strings.IndexAny(tag.Value, `"`); i >= 0 {
		return checks.Span{Start: tag.ValueSpan.Start + i, End: tag.ValueSpan.Start + i + 1}, true
	}
	return checks.Span{}, false
}
