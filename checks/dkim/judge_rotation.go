package dkim

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"mailauth/checks"
)

// staleYears is the age from which a key is worth a word.
const staleYears = 2

// judgeRotation looks for keys that nobody changes: one of which the selector
// says when it was made, one that stands at several selectors, and the pair of a
// provider of which one is missing.
func (f *Facts) judgeRotation(now time.Time) (findings []checks.Finding) {
	seen := map[string]*Selector{}
	for _, s := range f.Selectors {
		if s.State != StateLive || s.Alias != "" || !f.ours(s.primary().record) {
			continue
		}
		sum := s.primary().key.Material.sum()
		if first := seen[sum]; first != nil {
			findings = append(findings, f.stale(s, "same", "", first.Selector))
			continue
		}
		seen[sum] = s
		if date, ok := madeOn(s.Selector, now); ok && date.end.AddDate(staleYears, 0, 0).Before(now) {
			findings = append(findings, f.stale(s, "date", date.text, ""))
		}
	}
	return append(findings, f.judgeSingle()...)
}

func (f *Facts) stale(s *Selector, why, date, other string) checks.Finding {
	finding := f.on(Stale, s, s.primary().record)
	finding.Args = checks.Args{"selector": s.Selector, "why": why, "date": date, "other": other}
	return finding
}

// date is a year, month or day that a selector names, and the end of it.
type date struct {
	text string
	end  time.Time
}

// dated is a label that is a date with at most a word before or a letter after it.
// Tokens hold digits too, but not so.
var dated = regexp.MustCompile(`^[a-z]{0,12}[-_]?([0-9]{8}|[0-9]{6}|[0-9]{4})[a-z]?$`)

// madeOn reads the date in a selector, if it is one in the past.
func madeOn(selector string, now time.Time) (date, bool) {
	for _, label := range strings.Split(selector, ".") {
		match := dated.FindStringSubmatch(label)
		if match == nil {
			continue
		}
		text := match[1]
		forms := map[int]string{8: "20060102", 6: "200601", 4: "2006"}
		start, err := time.Parse(forms[len(text)], text)
		if err != nil || start.Year() < 2004 || start.After(now) { // before DomainKeys
			continue
		}
		ends := map[int]time.Time{8: start.AddDate(0, 0, 1), 6: start.AddDate(0, 1, 0), 4: start.AddDate(1, 0, 0)}
		written := map[int]string{8: "2006-01-02", 6: "2006-01", 4: "2006"}
		return date{start.Format(written[len(text)]), ends[len(text)]}, true
	}
	return date{}, false
}

// policyText recognises what DomainKeys (RFC 4870) and ADSP (RFC 5617) publish.
var policyText = regexp.MustCompile(`(?i)^\s*(dkim\s*=\s*(unknown|all|discardable)\b|([a-z]\s*=[^;]*;\s*)*o\s*=\s*[~!.^-]\s*(;|$))`)

func isPolicy(text string) bool {
	return policyText.MatchString(text) && !slices.ContainsFunc([]string{"p=", "dkim1"}, func(part string) bool {
		return strings.Contains(strings.ToLower(text), part)
	})
}
