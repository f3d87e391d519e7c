package spf

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"mailauth/checks"
	"mailauth/resolver"
)

// The rules on what stands in a record. All but those marked make the record
// permerror wherever the mistake stands (RFC 7208 §4.6); severity error also
// where the grammar is kept and the term is lost all the same.
var (
	RuleNonASCII       = textRule("spf-nonascii", checks.Error, "RFC 7208 §3.1")
	RuleControlChar    = textRule("spf-control-char", checks.Error, "RFC 7208 §4.6.1")
	RuleUnknownMech    = textRule("spf-unknown-mech", checks.Error, "RFC 7208 §4.6, §12")
	RuleEqualsForColon = textRule("spf-equals-for-colon", checks.Error, "RFC 7208 §6") // ignored, no permerror
	RuleColonForEquals = textRule("spf-colon-for-equals", checks.Error, "RFC 7208 §4.6.1, §6")
	RuleEmptyArg       = textRule("spf-empty-arg", checks.Error, "RFC 7208 §5, §12")
	RuleMissingArg     = textRule("spf-missing-arg", checks.Error, "RFC 7208 §5.2, §5.6, §5.7")
	RuleMissingColon   = textRule("spf-missing-colon", checks.Error, "RFC 7208 §4.6.1, §12")
	RuleMissingSpace   = textRule("spf-missing-space", checks.Error, "RFC 7208 §4.6.1")
	RuleAllArg         = textRule("spf-all-arg", checks.Error, "RFC 7208 §5.1")
	RuleIP4Host        = textRule("spf-ip4-host", checks.Error, "RFC 7208 §5.6")
	RuleIP4IsV6        = textRule("spf-ip4-is-v6", checks.Error, "RFC 7208 §5.6")
	RuleIP6IsV4        = textRule("spf-ip6-is-v4", checks.Error, "RFC 7208 §5.6")
	RuleIPSyntax       = textRule("spf-ip-syntax", checks.Error, "RFC 7208 §5.6")
	RuleCIDR           = textRule("spf-cidr", checks.Error, "RFC 7208 §5.3, §5.6")
	RuleDomainSyntax   = textRule("spf-domain-syntax", checks.Error, "RFC 7208 §7.1")
	RuleDomainURL      = textRule("spf-domain-url", checks.Error, "RFC 7208 §7.1")
	RuleDomainLabels   = textRule("spf-domain-labels", checks.Error, "RFC 7208 §4.8, RFC 1035 §2.3.4")
	RuleIDN            = textRule("spf-idn", checks.Error, "RFC 7208 §4.3, RFC 8616 §4")
	RuleTrailingDot    = textRule("spf-trailing-dot", checks.Info, "RFC 7208 §7.1") // legal
	RuleMacroSyntax    = textRule("spf-macro-syntax", checks.Error, "RFC 7208 §7.1")
	RuleMacroExpOnly   = textRule("spf-macro-exponly", checks.Error, "RFC 7208 §7.2")
	RuleDupModifier    = textRule("spf-dup-modifier", checks.Error, "RFC 7208 §6")
	RuleModifierName   = textRule("spf-modifier-name", checks.Error, "RFC 7208 §6, §12")
	RuleUnknownMod     = textRule("spf-unknown-modifier", checks.Info, "RFC 7208 §6") // legal, ignored
	// RuleVersionAgain: legal; an error where an "all" makes the terms of the second record dead, else info.
	RuleVersionAgain = textRule("spf-version-repeated", checks.Error, "RFC 7208 §5.1, §6", "spf-terms-after-all")
)

// A problem's rule, and the reasons that have a text of their own under the
// caret.
type problemRule struct {
	rule  *checks.Rule
	notes []Reason
}

var problemRules = [...]problemRule{
	NoProblem: {},
	NotSPF: {RuleLookalike, []Reason{HyphenForEquals, VersionSpace, VersionNumber, VersionNoTag, VersionEnd, VersionGlued, NoVersion,
		LeadingSpace, ControlBehind, ZoneLine, Embedded, ZeroWidth, FullWidth, WideSpace}},
	NonASCII:        {RuleNonASCII, []Reason{SmartDash, WideSpace, ZeroWidth, FullWidth, BadEncoding}},
	ControlChar:     {RuleControlChar, nil},
	StringJoin:      {RuleJoin, []Reason{JoinCut}},
	Quotes:          {RuleQuotes, nil},
	UnknownMech:     {RuleUnknownMech, []Reason{StrayMark, Separator, List, SpaceBehind}},
	EqualsForColon:  {RuleEqualsForColon, nil},
	ColonForEquals:  {RuleColonForEquals, nil},
	EmptyArg:        {RuleEmptyArg, []Reason{SpaceBehind}},
	MissingArg:      {RuleMissingArg, []Reason{SpaceBefore, SpaceForEquals}},
	MissingColon:    {RuleMissingColon, []Reason{BareAddress, BareHost}},
	MissingSpace:    {RuleMissingSpace, nil},
	AllArg:          {RuleAllArg, nil},
	IP4Host:         {RuleIP4Host, nil},
	IP4IsV6:         {RuleIP4IsV6, nil},
	IP6IsV4:         {RuleIP6IsV4, nil},
	IPSyntax:        {RuleIPSyntax, []Reason{Separator, List, IPRange, IPWildcard, IPNetmask, IPPort, IPShort, IPZero, IPBrackets, IPZone, IPURL, IPDoubled, IPOctet, ExtraColon}},
	CIDR:            {RuleCIDR, []Reason{CIDRHere, CIDRDual, CIDREmpty, CIDRZero, CIDRBig, SpaceBefore}},
	DomainSyntax:    {RuleDomainSyntax, []Reason{NoDot, AddressFor, HostPort, Separator, List}},
	DomainURL:       {RuleDomainURL, []Reason{MailName, URLPath, Doubled, List}},
	DomainLabels:    {RuleDomainLabels, []Reason{LongLabel, LongName}},
	IDN:             {RuleIDN, nil},
	TrailingDot:     {RuleTrailingDot, nil},
	MacroSyntax:     {RuleMacroSyntax, []Reason{MacroUnbalanced, MacroLetter, MacroZero, MacroTransform}},
	MacroExpOnly:    {RuleMacroExpOnly, nil},
	DupModifier:     {RuleDupModifier, nil},
	ModifierName:    {RuleModifierName, nil},
	UnknownModifier: {RuleUnknownMod, nil},
	VersionRepeated: {RuleVersionAgain, nil},
}

var syntaxRules = []*checks.Rule{
	RuleNonASCII, RuleControlChar, RuleUnknownMech, RuleEqualsForColon, RuleColonForEquals, RuleEmptyArg, RuleMissingArg, RuleMissingColon,
	RuleMissingSpace, RuleAllArg, RuleIP4Host, RuleIP4IsV6, RuleIP6IsV4, RuleIPSyntax, RuleCIDR, RuleDomainSyntax, RuleDomainURL,
	RuleDomainLabels, RuleIDN, RuleTrailingDot, RuleMacroSyntax, RuleMacroExpOnly, RuleDupModifier, RuleModifierName, RuleUnknownMod,
	RuleVersionAgain,
}

// Rule returns the rule that reports the problem, nil for NoProblem.
func (p Problem) Rule() *checks.Rule { return problemRules[p].rule }

// noteID names the text under the caret.
func noteID(p Problem, reason Reason) string {
	for _, r := range problemRules[p].notes {
		if r == reason {
			return p.Rule().ID + ".note-" + string(r)
		}
	}
	return p.Rule().ID + ".note"
}

// judgeSyntax raises one finding for each mistake in a selected record.
func (k *desk) judgeSyntax(d *Domain, r resolver.Record) []checks.Finding {
	p := k.plan(d, r)
	record := p.record
	seen := map[string]int{}
	var findings []checks.Finding
	for _, list := range [][]SyntaxError{record.Errors, record.Remarks} {
		for _, e := range list {
			f := e.Problem.Rule().At(r)
			f.Args = e.args(d, record)
			f = f.Spanning(e.Span, noteID(e.Problem, e.Reason), f.Args)
			f.Key = e.key(record, seen)
			if e.Problem == VersionRepeated && !record.deadBehind(e) {
				f.Severity = checks.Info
			}
			f.Fixes = k.mistake(p, e)
			findings = append(findings, f)
		}
	}
	return findings
}

// args are the values for the texts; every rule on a term has the same.
func (e SyntaxError) args(d *Domain, r *Record) checks.Args {
	whole := e.Whole.Of(r.Text)
	return checks.Args{
		"domain": bare(d.Name), "term": shown(whole), "found": shown(e.Span.Of(r.Text)), "suggest": shown(e.Suggest),
		"choices": shown(strings.Join(e.Choices, " / ")), "code": codePoint(e.Span.Of(r.Text)), "sign": sign(whole), "column": utf8.RuneCountInString(r.Text[:e.Span.Start]) + 1,
	}
}

// key is the term; a further one that reads the same gets its number.
func (e SyntaxError) key(r *Record, seen map[string]int) []string {
	term := e.Whole.Of(r.Text)
	id := e.Problem.String() + " " + term
	if seen[id]++; seen[id] > 1 {
		return []string{term, strconv.Itoa(seen[id])}
	}
	return []string{term}
}

// sign is what joins the name of a term and its value.
func sign(term string) string {
	low := strings.ToLower(strings.TrimLeft(term, "+-~?"))
	if strings.HasPrefix(low, "redirect") || strings.HasPrefix(low, "exp") {
		return "="
	}
	return ":"
}

// deadBehind reports whether an "all" before the repeated version makes
// mechanisms behind it dead. RFC 7208 §5.1.
func (r *Record) deadBehind(e SyntaxError) bool {
	all := false
	for i := range r.Terms {
		t := &r.Terms[i]
		if i > e.Term && all && t.Kind.Mechanism() {
			return true
		}
		all = all || i < e.Term && t.Kind == All && !t.Broken
	}
	return false
}

// shown is text from a record as texts may hold it: what a reader can see
// stays, other octets are escaped as in reports.
func shown(s string) string {
	hidden := func(r rune) bool { return !unicode.IsPrint(r) }
	if utf8.ValidString(s) && strings.IndexFunc(s, hidden) < 0 {
		return s
	}
	return resolver.Record{Data: resolver.TXT{Strings: []string{s}}}.Display()
}

// codePoint names the first character of s as Unicode does, or its octet.
func codePoint(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case size == 0:
		return ""
	case r == utf8.RuneError:
		return "0x" + strings.ToUpper(strconv.FormatUint(uint64(s[0]), 16))
	}
	hex := strings.ToUpper(strconv.FormatInt(int64(r), 16))
	return "U+" + strings.Repeat("0", max(0, 4-len(hex))) + hex
}
