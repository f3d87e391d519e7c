package spf

import (
	"context"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"mailauth/checks/spf/spftest"
	"mailauth/resolver"
)

// limitCase is a row of the table of another implementation's tests of its
// limits: a stub for the DNS, and what is expected of the result.
type limitCase struct {
	Title  string
	Inputs []struct {
		SPFVerify struct {
			Sender, IP, HELO string
		}
	}
	Stub []struct {
		When   string
		Answer []any
	} `json:"dns_stub"`
	Body   string `json:"js_body"`
	Expect []string
}

// limitExceptions are rows that say nothing about check_host().
var limitExceptions = map[string]string{
	"Should support custom maxResolveCount": "a limit of two terms: ours are those of RFC 7208 §4.6.4",
	"Should support custom maxVoidCount":    "a limit of one void look-up: the same",
	"Should track subquery counts":          "it asks for a field of that library's result",
}

func TestCheckHostOnLimitsTable(t *testing.T) {
	var table struct{ Cases []limitCase }
	spftest.Material(t, &table, "spf", "spf-limits-mailauth.json")
	ran, skipped := 0, 0
	for _, c := range table.Cases {
		if limitExceptions[c.Title] != "" {
			skipped++
			continue
		}
		ran++
		e := CheckHost(context.Background(), c.resolver(), c.query())
		for _, expectation := range c.Expect {
			if !holds(expectation, e) {
				t.Errorf("%s: %s (%s), %d look-ups, %d void; %s", c.Title, e.Result, e.Cause, e.Lookups, e.Voids, expectation)
			}
		}
	}
	if ran != 11 || skipped != len(limitExceptions) {
		t.Errorf("%d rows ran and %d did not, expected 11 and %d", ran, skipped, len(limitExceptions))
	}
}

// query reads the call. The row without inputs has them in its body: they are
// those of the others.
func (c limitCase) query() Query {
	q := Query{IP: netip.MustParseAddr("192.0.2.1"), Sender: "user@example.com", HELO: "mail.example.com"}
	if len(c.Inputs) > 0 {
		in := c.Inputs[0].SPFVerify
		q = Query{IP: netip.MustParseAddr(in.IP), Sender: in.Sender, HELO: in.HELO}
	}
	q.Domain = domainPart(q.Sender)
	return q
}

// holds judges one expectation. What asks for the kind of a JavaScript value
// holds of itself.
func holds(expectation string, e Evaluation) bool {
	_, result, _ := strings.Cut(expectation, "equal('")
	result = strings.TrimSuffix(result, "')")
	switch {
	case strings.Contains(expectation, "result).to.equal"):
		return e.Result.String() == result
	case strings.Contains(expectation, "result).to.not.equal"):
		return e.Result.String() != result
	case strings.Contains(expectation, "count).to.be.at.most(result.lookups.limit)"):
		return e.Lookups <= MaxLookups
	case strings.Contains(expectation, "void).to.be.at.least(1)"):
		return e.Voids >= 1
	case strings.Contains(expectation, "limit).to.equal(10)"):
		return MaxLookups == 10
	}
	return strings.Contains(expectation, "to.be.a")
}

// stub answers as the table's stubs do. What they do not say, the one that is
// there as a whole does: other records let nobody pass, other names are not
// there. The stubs that throw have lost the error, which is the name's.
type stub struct{ limitCase }

func (c limitCase) resolver() resolver.Resolver { return stub{c} }

var (
	stubType   = regexp.MustCompile(`type === '(\w+)'`)
	stubName   = regexp.MustCompile(`domain === '([^']+)'`)
	stubPrefix = regexp.MustCompile(`domain\.startsWith\('([^']+)'\)`)
	bodyRecord = regexp.MustCompile(`'(v=spf1 include:[^']*)'`)
)

func (s stub) Lookup(_ context.Context, q resolver.Question) (resolver.Answer, error) {
	name := strings.TrimSuffix(q.Name, ".")
	switch {
	case strings.HasPrefix(name, "timeout."):
		return resolver.Answer{}, &resolver.Error{Kind: resolver.Timeout, Question: q}
	case strings.HasPrefix(name, "refused."):
		return resolver.Answer{}, &resolver.Error{Kind: resolver.Refused, Question: q}
	}
	data := s.find(name, q.Type)
	if data == nil {
		return resolver.Answer{Question: q, Status: resolver.NXDomain}, nil
	}
	return resolver.Answer{Question: q, Status: resolver.Data, OwnerExists: true,
		Records: []resolver.Record{{Name: q.Name, TTL: 3600, Data: data}}}, nil
}

// find reads the first answer whose condition holds.
func (s stub) find(name string, typ resolver.Type) resolver.RData {
	matches := func(r *regexp.Regexp, when string, is func(string) bool) bool {
		m := r.FindStringSubmatch(when)
		return m == nil || is(m[1])
	}
	for _, row := range s.Stub {
		if matches(stubType, row.When, func(want string) bool { return want == typ.String() }) &&
			matches(stubName, row.When, func(want string) bool { return want == name }) &&
			matches(stubPrefix, row.When, func(want string) bool { return strings.HasPrefix(name, want) }) {
			return stubData(row.Answer[0])
		}
	}
	if typ != resolver.TypeTXT {
		return nil
	}
	if m := bodyRecord.FindStringSubmatch(s.Body); m != nil && name == "example.com" {
		return resolver.TXT{Strings: []string{m[1]}}
	}
	return resolver.TXT{Strings: []string{"v=spf1 -all"}}
}

func stubData(answer any) resolver.RData {
	switch answer := answer.(type) {
	case []any:
		return resolver.TXT{Strings: spftest.Octets(answer)}
	case map[string]any:
		host, _ := spftest.HostName(answer["exchange"])
		return resolver.MX{Preference: 10, Host: host}
	}
	return resolver.A{Addr: netip.MustParseAddr(answer.(string))}
}

func (s stub) Exchange(_ context.Context, q resolver.Query) (resolver.Reply, error) {
	return resolver.Reply{}, &resolver.Error{Kind: resolver.Offline, Question: q.Question}
}

// The expansions of the same implementation's tests.
func TestMacroTable(t *testing.T) {
	var table struct {
		Cases []struct{ Expect []string }
	}
	spftest.Material(t, &table, "spf", "spf-macro-mailauth.json")
	row := regexp.MustCompile(`macro\('([^']*)', \{ ([^}]*) \}\)\)\.to\.equal\(\s*'([^']*)'\s*\)`)
	ran := 0
	for _, c := range table.Cases {
		for _, expectation := range c.Expect {
			m := row.FindStringSubmatch(expectation)
			if m == nil {
				t.Errorf("cannot be read: %s", expectation)
				continue
			}
			ran++
			spec := Parse("v=spf1 exists:" + m[1]).Terms[0].Domain
			if got, err := spec.Expand(tableValues(m[2])); err != nil || got != m[3] {
				t.Errorf("%s with %s: %q, %v; the table says %q", m[1], m[2], got, err, m[3])
			}
		}
	}
	if ran != 26 {
		t.Errorf("%d expansions were tried, expected 26", ran)
	}
}

// tableValues reads which of the table's values an expansion has. Where it has
// no domain, the policy is that of the sender's.
func tableValues(given string) MacroContext {
	values := MacroContext{Sender: "strong-bad@email.example.com", Domain: "email.example.com."}
	switch {
	case strings.Contains(given, "ip: ipv4"):
		values.IP = netip.MustParseAddr("192.0.2.3")
	case strings.Contains(given, "ip: ipv6"):
		values.IP = netip.MustParseAddr("2001:db8::cb01")
	}
	if strings.Contains(given, "domain") {
		values.Domain = "included.example.net."
	}
	return values
}
