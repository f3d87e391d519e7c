package spf

import (
	"slices"
	"strings"
	"testing"
)

// fault as tables write it: the class, the octets under the caret, and what
// to write for the term; "?" before alternatives that only the owner can tell
// apart, "!" for nothing to suggest, "-" for leaving the term out.
type wantFault struct {
	problem Problem
	span    string
	suggest string
}

func faultsOf(r *Record) []wantFault {
	var got []wantFault
	for _, e := range slices.Concat(r.Errors, r.Remarks) {
		w := wantFault{e.Problem, e.Span.Of(r.Text), e.Suggest}
		switch {
		case e.Certain && e.Suggest == "":
			w.suggest = "-"
		case !e.Certain && len(e.Choices) > 0:
			w.suggest = "?" + strings.Join(e.Choices, " | ")
		case !e.Certain:
			w.suggest = "!"
		}
		got = append(got, w)
	}
	return got
}

func one(p Problem, span, suggest string) []wantFault { return []wantFault{{p, span, suggest}} }

// Terms that break the grammar: one mistake, one fault, of the class that says
// most about it.
func TestSyntaxErrors(t *testing.T) {
	for _, tt := range []struct {
		terms string
		want  []wantFault
	}{
		// Names.
		{"ipv4:192.0.2.1", one(UnknownMech, "ipv4", "ip4:192.0.2.1")},
		{"ip:2001:db8::/32", one(UnknownMech, "ip", "ip6:2001:db8::/32")},
		{"includes:_spf.example.com", one(UnknownMech, "includes", "include:_spf.example.com")},
		{"inlcude:_spf.example.com", one(UnknownMech, "inlcude", "include:_spf.example.com")},
		{"redirct:_spf.example.com", one(UnknownMech, "redirct", "redirect=_spf.example.com")},
		{"aaaa:mail.example.com", one(UnknownMech, "aaaa", "a:mail.example.com")},
		{"host:mail.example.com", one(UnknownMech, "host", "?a:mail.example.com | include:mail.example.com")},
		{"spf:_spf.example.com", one(UnknownMech, "spf", "?include:_spf.example.com | a:_spf.example.com")},
		{"ip4-192.0.2.1", one(UnknownMech, "ip4-192.0.2.1", "ip4:192.0.2.1")},
		{"a;", one(UnknownMech, "a;", "a")},
		{"(mx)", one(UnknownMech, "(mx)", "mx")},
		{"mx;-all", one(UnknownMech, "mx;-all", "mx -all")},
		{",", one(UnknownMech, ",", "-")},
		{"moo", one(UnknownMech, "moo", "!")},
		{"-", one(UnknownMech, "-", "!")},
		{"~ all", one(UnknownMech, "~ all", "~all")},
		{"-al", one(UnknownMech, "al", "-all")},
		{"+al", one(UnknownMech, "al", "?+all")}, // nobody is helped into +all
		{"-allow", one(UnknownMech, "-allow", "!")},
		{"postmaster@example.com", one(UnknownMech, "postmaster@example.com", "!")},
		{"redirect:_spf.example.com", one(ColonForEquals, ":", "redirect=_spf.example.com")},
		{"exp:why.example.com", one(ColonForEquals, ":", "exp=why.example.com")},
		// Arguments that are not there, or not where they should be.
		{"include: _spf.example.com", one(EmptyArg, "include: _spf.example.com", "include:_spf.example.com")},
		{"ip4: 192.0.2.1,", one(EmptyArg, "ip4: 192.0.2.1,", "ip4:192.0.2.1")},
		{"include: -all", one(EmptyArg, ":", "!")},
		{"redirect=", one(EmptyArg, "=", "!")},
		{"ip4:", one(EmptyArg, ":", "!")},
		{"include", one(MissingArg, "include", "!")},
		{"include +all", one(MissingArg, "include", "!")},
		{"include :_spf.example.com", one(MissingArg, "include :_spf.example.com", "include:_spf.example.com")},
		{"include : _spf.example.com", one(MissingArg, "include : _spf.example.com", "include:_spf.example.com")},
		{"redirect = _spf.example.com", one(MissingArg, "redirect = _spf.example.com", "redirect=_spf.example.com")},
		{"redirect", one(MissingArg, "redirect", "!")},
		{"a :mail.example.com", one(MissingArg, " :mail.example.com", "a:mail.example.com")},
		{"include_spf.example.com", one(MissingColon, "include_spf.example.com", "include:_spf.example.com")},
		{"include._spf.example.com", one(MissingColon, "include._spf.example.com", "include:_spf.example.com")},
		{"include.example.com", one(MissingColon, "include.example.com", "?include:example.com | a:include.example.com")},
		{"ip4 192.0.2.1", one(MissingColon, "ip4 192.0.2.1", "ip4:192.0.2.1")},
		{"ip4192.0.2.1", one(MissingColon, "ip4192.0.2.1", "ip4:192.0.2.1")},
		{"192.0.2.1", one(MissingColon, "192.0.2.1", "ip4:192.0.2.1")},
		{"-2001:db8::/32", one(MissingColon, "-2001:db8::/32", "-ip6:2001:db8::/32")},
		{"mail.example.com", one(MissingColon, "mail.example.com", "?a:mail.example.com | include:mail.example.com")},
		// Terms run together.
		{"mxinclude:_spf.example.com", one(MissingSpace, "include:_spf.example.com", "mx include:_spf.example.com")},
		{"ip4:192.0.2.1~all", one(MissingSpace, "~all", "ip4:192.0.2.1 ~all")},
		{"ip4:192.0.2.0/24-all", one(MissingSpace, "-all", "ip4:192.0.2.0/24 -all")},
		{"ip4:192.0.2.1ip4:192.0.2.2ip4:192.0.2.3", one(MissingSpace, "ip4:192.0.2.2ip4:192.0.2.3", "ip4:192.0.2.1 ip4:192.0.2.2 ip4:192.0.2.3")},
		{"a-all", one(MissingSpace, "-all", "a -all")},
		{"redirect=_spf.example.com~all", one(MissingSpace, "~all", "?redirect=_spf.example.com | include:_spf.example.com ~all")},
		{"a:mail.example.com~all", one(MissingSpace, "~all", "a:mail.example.com ~all")},
		{"ainclude:_spf.example.com", one(MissingSpace, "include:_spf.example.com", "?a include:_spf.example.com | include:_spf.example.com")},
		{"-allv=spf1", one(MissingSpace, "v=spf1", "-all v=spf1")},
		// all.
		{"-all.", one(AllArg, ".", "-all")},
		{"-all:x", one(AllArg, ":x", "-all")},
		{"-all/8", one(AllArg, "/8", "-all")},
		{`-all"`, one(AllArg, `"`, "-all")},
		{"~all,", one(AllArg, ",", "~all")},
		// Addresses.
		{"ip4:mail.example.com", one(IP4Host, "mail.example.com", "a:mail.example.com")},
		{"ip6:mail.example.com/64", one(IP4Host, "mail.example.com/64", "a:mail.example.com//64")},
		{"~ip4:2001:db8::1", one(IP4IsV6, "2001:db8::1", "~ip6:2001:db8::1")},
		{"ip6:192.0.2.1", one(IP6IsV4, "192.0.2.1", "ip4:192.0.2.1")},
		{"ip4:192.0.2", one(IPSyntax, "192.0.2", "?ip4:192.0.2.0/24")},
		{"ip4:192.0.2/24", one(IPSyntax, "192.0.2/24", "ip4:192.0.2.0/24")},
		{"ip4:192.0.02.1", one(IPSyntax, "192.0.02.1", "ip4:192.0.2.1")},
		{"ip4:192.0.2.010", one(IPSyntax, "192.0.2.010", "?ip4:192.0.2.10")}, // 10, or octal 8
		{"ip4:192.0.2.256", one(IPSyntax, "192.0.2.256", "!")},
		{"ip4:192.0.2.1:25", one(IPSyntax, ":25", "ip4:192.0.2.1")},
		{"ip4:192.0.2.4-9", one(IPSyntax, "192.0.2.4-9", "ip4:192.0.2.4/30 ip4:192.0.2.8/31")},
		{"ip4:192.0.2.0-192.0.2.255", one(IPSyntax, "192.0.2.0-192.0.2.255", "ip4:192.0.2.0/24")},
		{"ip4:192.0.2.1,192.0.2.2", one(IPSyntax, "192.0.2.1,192.0.2.2", "ip4:192.0.2.1 ip4:192.0.2.2")},
		{"ip4:192.0.2.1;mx;-all", one(IPSyntax, "192.0.2.1;mx;-all", "ip4:192.0.2.1 mx -all")},
		{"ip4:192.0.2.*", one(IPSyntax, "192.0.2.*", "ip4:192.0.2.0/24")},
		{"ip4:192.0.2.0/255.255.255.192", one(IPSyntax, "255.255.255.192", "ip4:192.0.2.0/26")},
		{"ip4:192.0.2.0/0.0.0.255", one(IPSyntax, "0.0.0.255", "?ip4:192.0.2.0/24")},
		{"ip6::2001:db8::1", one(IPSyntax, ":2001:db8::1", "ip6:2001:db8::1")},
		{"ip6:[2001:db8::1]", one(IPSyntax, "[2001:db8::1]", "ip6:2001:db8::1")},
		{"ip6:fe80::1%eth0", one(IPSyntax, "fe80::1%eth0", "?ip6:fe80::1")},
		{"ip4:http://192.0.2.1/", one(IPSyntax, "http://192.0.2.1/", "ip4:192.0.2.1")},
		{"ip4:ip4:192.0.2.1", one(IPSyntax, "ip4:192.0.2.1", "ip4:192.0.2.1")},
		// Prefix lengths.
		{"ip4:192.0.2.1/33", one(CIDR, "/33", "!")},
		{"ip4:192.0.2.1/032", one(CIDR, "/032", "ip4:192.0.2.1/32")},
		{"ip4:192.0.2.1//32", one(CIDR, "//32", "ip4:192.0.2.1/32")},
		{"ip6:2001:db8::/129", one(CIDR, "/129", "!")},
		{"ip4:192.0.2.0/", one(CIDR, "/", "?ip4:192.0.2.0")},
		{"ip4:192.0.2.0 /24", one(CIDR, " /24", "ip4:192.0.2.0/24")},
		{"a/24/64", one(CIDR, "/64", "a/24//64")},
		{"mx:mail.example.com/24/64", one(CIDR, "/64", "mx:mail.example.com/24//64")},
		{"a/64", one(CIDR, "/64", "?a//64")},
		{"mx/255.255.255.0", one(CIDR, "/255.255.255.0", "mx/24")},
		{"include:_spf.example.com/24", one(CIDR, "/24", "?include:_spf.example.com | a:_spf.example.com/24")},
		{"exists:x.example.com/24", one(CIDR, "/24", "?exists:x.example.com")},
		{"ptr/0", one(CIDR, "/0", "?ptr")},
		// Names of domains.
		{"a:museum", one(DomainSyntax, "museum", "!")},
		{"a:192.0.2.1", one(DomainSyntax, "192.0.2.1", "ip4:192.0.2.1")},
		{"include:192.0.2.0/24", one(DomainSyntax, "192.0.2.0/24", "ip4:192.0.2.0/24")},
		{"a:mail.example.com:8080", one(DomainSyntax, ":8080", "a:mail.example.com")},
		{"a:example.-com", one(DomainSyntax, "-com", "!")},
		{"include:_spf.example.com,", one(DomainSyntax, "com,", "include:_spf.example.com")},
		{"include:a.example.com;mx;-all", one(DomainSyntax, "com;mx;-all", "include:a.example.com mx -all")},
		{"include:%{d}.", one(DomainSyntax, "%{d}.", "include:%{d}")}, // §7.1: a dot may follow a top label only
		{"a:example.com/path", one(DomainURL, "example.com/path", "a:example.com")},
		{"include:https://_spf.example.com/", one(DomainURL, "https://_spf.example.com/", "include:_spf.example.com")},
		{"include:_spf.example.com..", one(DomainLabels, "_spf.example.com..", "include:_spf.example.com")},
		{"include:メール.example.jp", one(IDN, "メール.example.jp", "include:xn--4dkua4c.example.jp")},
		{"a:メール.example.jp/24", one(IDN, "メール.example.jp/24", "a:xn--4dkua4c.example.jp/24")},
		// Macros and modifiers.
		{"exists:%(i).x.example.com", one(MacroSyntax, "%(", "?exists:%{i}.x.example.com")},
		{"exists:%{a}.example.com", one(MacroSyntax, "%{a}", "!")},
		{"exists:%{d0}.example.com", one(MacroSyntax, "%{d0}", "!")},
		{"exists:%{i.example.com", one(MacroSyntax, "%{i.example.com", "!")},
		{"exists:x%.example.com", one(MacroSyntax, "%.", "!")},
		{"exists:%{c}.example.com", one(MacroExpOnly, "%{c}", "!")},
		{"=x", one(ModifierName, "=", "!")},
		{"1up=x", one(ModifierName, "1up", "!")},
		{"a/b=c", one(ModifierName, "/b=c", "!")},
		{"moo.cow/far_out=man:dog/cat", one(ModifierName, "moo.cow/far_out=man:dog/cat", "!")},
		{"+redirect=_spf.example.com", one(ModifierName, "+redirect", "redirect=_spf.example.com")},
		{"redirect=a.example.com redirect=a.example.com", one(DupModifier, "redirect=a.example.com", "-")},
		{"exp=a.example.com exp=b.example.com", one(DupModifier, "exp=b.example.com", "!")},
		// Octets.
		{"mx –all", one(NonASCII, "–", "-all")},
		{"– all", one(NonASCII, "– all", "-all")},
		{"mx ーall", one(NonASCII, "ー", "-all")},
		{"\x96all", one(NonASCII, "\x96", "-all")}, // Windows-1252
		{"ip4:192.0.2.1\u3000-all", one(NonASCII, "\u3000", "ip4:192.0.2.1 -all")},
		{"mx\u00a0-all", one(NonASCII, "\u00a0", "mx -all")},
		{"mx\u200b -all", one(NonASCII, "\u200b", "mx")},
		{"ｉｎｃｌｕｄｅ:_spf.example.com", one(NonASCII, "ｉｎｃｌｕｄｅ", "include:_spf.example.com")},
		{"\xff\xfe", one(NonASCII, "\xff\xfe", "!")},
		{"mx\tip4:192.0.2.1", one(ControlChar, "\t", "mx ip4:192.0.2.1")},
		{"ip4:192.0.2.1\r\n", one(ControlChar, "\r\n", "ip4:192.0.2.1")},
		{"a:mail.example.com\x00", one(ControlChar, "\x00", "a:mail.example.com")},
		{`"-all"`, one(Quotes, `"`, "-all")},
		{"“-all”", one(Quotes, "“", "-all")},
		{`include:\"_spf.example.com\"`, one(Quotes, `"`, "include:_spf.example.com")},
	} {
		r := Parse("v=spf1 " + tt.terms)
		got := faultsOf(r)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s\n got %v\nwant %v", tt.terms, got, tt.want)
		}
		if len(r.Errors) == 0 {
			t.Errorf("%s: no error", tt.terms)
		}
	}
}

// Text that keeps the grammar and yet does not do what it seems to.
func TestRemarks(t *testing.T) {
	for _, tt := range []struct {
		terms string
		want  []wantFault
	}{
		{"include=_spf.example.com", one(EqualsForColon, "=", "include:_spf.example.com")},
		{"ip4=192.0.2.1", one(EqualsForColon, "=", "ip4:192.0.2.1")},
		{"ipv4=192.0.2.1", one(EqualsForColon, "=", "ip4:192.0.2.1")},
		{"all=x", one(EqualsForColon, "=", "?-all | ~all")},
		{"include:a.example.cominclude:b.example.com", one(MissingSpace, "include:b.example.com", "include:a.example.com include:b.example.com")},
		{"include:a.example.com-all", one(MissingSpace, "-all", "include:a.example.com -all")},
		{"redirect=_spf.example.com-all", one(MissingSpace, "-all", "?redirect=_spf.example.com | include:_spf.example.com -all")},
		{"include:a.example.com;include:b.example.com", one(DomainURL, "a.example.com;include:b.example.com", "include:a.example.com include:b.example.com")},
		{"include:https://_spf.example.com", one(DomainURL, "https://_spf.example.com", "include:_spf.example.com")},
		{"include:user@example.com", one(DomainURL, "user@example.com", "include:example.com")},
		{"include:include:_spf.example.com", one(DomainURL, "include:_spf.example.com", "include:_spf.example.com")},
		{"include:a.example.com,b.example.com", one(DomainURL, "a.example.com,b.example.com", "include:a.example.com include:b.example.com")},
		{`include:"_spf.example.com`, one(Quotes, `"`, "include:_spf.example.com")},
		{"a:mail..example.com", one(DomainLabels, "mail..example.com", "?a:mail.example.com")},
		{"a:" + strings.Repeat("x", 64) + ".example.com", one(DomainLabels, strings.Repeat("x", 64)+".example.com", "!")},
		{"a:" + strings.Repeat("label.", 42) + "example.com", one(DomainLabels, strings.Repeat("label.", 42)+"example.com", "!")},
		{"include:_spf.example.com.", one(TrailingDot, ".", "include:_spf.example.com")},
		{"default=pass", one(UnknownModifier, "default=pass", "-")},
		{"mx v=spf1 a", one(VersionRepeated, "v=spf1", "!")},
		// Nothing to say.
		{"ra=postmaster rp=100 rr=all", nil},     // RFC 6652
		{"include:send-all.example", nil},        // "all" inside a name
		{"a:foo:bar/baz.example.com", nil},       // odd, but a name all the same
		{"include:_spf._under.example.com", nil}, // underscores are legal
		{"exists:%{i}/x.%{d}", nil},
		{"exists:%{ir}.%{v}.example.com", nil},
		{"ip6:::192.0.2.1", nil},
	} {
		r := Parse("v=spf1 " + tt.terms)
		if len(r.Errors) > 0 {
			t.Errorf("%s: errors %v", tt.terms, faultsOf(r))
		}
		if got := faultsOf(r); !slices.Equal(got, tt.want) {
			t.Errorf("%s\n got %v\nwant %v", tt.terms, got, tt.want)
		}
	}
}

// A mistake does not spread: what stands around it is read all the same.
func TestSyntaxNeighbours(t *testing.T) {
	r := Parse("v=spf1 mx include: _spf.example.com ipv4:192.0.2.1 ~ all redirect=_spf.example.net")
	var kinds []Kind
	var broken []bool
	for _, term := range r.Terms {
		kinds = append(kinds, term.Kind)
		broken = append(broken, term.Broken)
	}
	if !slices.Equal(kinds, []Kind{MX, Include, Unknown, Unknown, Redirect}) || !slices.Equal(broken, []bool{false, true, true, true, false}) {
		t.Errorf("kinds %v, broken %v", kinds, broken)
	}
}

// Character-strings are joined with nothing in between.
func TestStringJoin(t *testing.T) {
	for _, tt := range []struct {
		strs []string
		want []wantFault
	}{
		{[]string{"v=spf1 include:a.example.com", "include:b.example.com -all"},
			one(StringJoin, "mi", "include:a.example.com include:b.example.com")},
		{[]string{"v=spf1 mx", "a -all"}, one(StringJoin, "xa", "mx a")},
		{[]string{"v=spf1 mx", "ip4:192.0.2.1", "-all"}, one(StringJoin, "xi", "mx ip4:192.0.2.1 -all")},
		{[]string{"v=spf1 include:_spf.example.com", "-all"}, one(StringJoin, "m-", "include:_spf.example.com -all")},
		{[]string{"v=spf1 ip4:192.0. ", "2.1 -all"}, one(StringJoin, "ip4:192.0. 2.1", "ip4:192.0.2.1")},
		// The cut is innocent.
		{[]string{"v=spf1 include:_spf.exa", "mple.com -all"}, nil},
		{[]string{"v=spf1 mx ", "a -all"}, nil},
		{[]string{"v=spf1", " mx -all"}, nil},
		{[]string{"v=spf1 ip4:192.0.2.", "1~all"}, one(MissingSpace, "~all", "ip4:192.0.2.1 ~all")},
		{[]string{"v=spf1 mx moo", " -all"}, one(UnknownMech, "moo", "!")},
	} {
		if got := faultsOf(ParseStrings(tt.strs)); !slices.Equal(got, tt.want) {
			t.Errorf("%q\n got %v\nwant %v", tt.strs, got, tt.want)
		}
	}
}

// Long and hostile text takes no long time and no stack.
func TestSyntaxHostile(t *testing.T) {
	for _, unit := range []string{"include:", "ip4:1.1.1.1", "a.cominclude:", "%{d}", "-", "v=spf1", "ip4:1,", "mx/", "\u3000", `"`} {
		text := "v=spf1 " + strings.Repeat(unit, 60000/len(unit))
		if r := Parse(text); r.String() != text {
			t.Errorf("%q repeated does not round-trip", unit)
		}
		Examine([]string{text[1:4096]})
	}
}
