package receivers_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/all"
	"mailauth/checks/receivers"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
	"mailauth/resolver/zone"
)

const key = `"v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAq4ZrrDYei2c3B+dDpD2vmtKxUKIBg1Ik8vkmLZFjC8S+n/LZIqMs3fg8iiWhVZPZmuiH+MU7Pn6gW+8IxEm6rcTpOz3CvPJcW0NQj3ctaaS2iN6WPxX9qTckBfizU5paJZjjwwZnisWCSVu+cKEWM0jg1wwKEwXLlNtK/9qm5pEbhu3YnZ3ZjkF6e4D+" "2sMQnXrQ7lKvMUSCSwTbKZSvRodXGXin+lXabgSF/u2B5GfmFdJDVEbCihTiZoh8tCvP+qxuzIJszEWII1Tig6Xy8uMc0DsFpAM1CT2cDEtswQD3/Fj6PjKEwnP17+n3zeCIh8jkgDfvoRX1wvuZEx8KPwIDAQAB"`

// report audits example.co.jp in a world of its zone and the reverse zone.
func report(t *testing.T, text string, faults ...resolver.Question) *checks.Report {
	t.Helper()
	var zones []*resolver.Zone
	for _, z := range []struct{ apex, text string }{
		{"example.co.jp.", text}, {"2.0.192.in-addr.arpa.", "25 PTR mail.example.co.jp.\n"},
	} {
		head := "$ORIGIN " + z.apex + "\n$TTL 3600\n@ SOA ns.registrar.example. hostmaster.registrar.example. 1 7200 900 1209600 3600\n@ NS ns.registrar.example.\n"
		parsed, err := zone.Parse(z.apex+"zone", strings.NewReader(head+z.text), zone.Options{})
		if err != nil {
			t.Fatal(err)
		}
		zones = append(zones, parsed...)
	}
	world := dnstest.Faulty(resolver.Overlay(zones, resolver.Nothing()), func(q resolver.Question) resolver.ErrorKind {
		if slices.Contains(faults, q) {
			return resolver.ServFail
		}
		return ""
	})
	r, err := checks.Audit(context.Background(), "example.co.jp.", world, all.Checks(), checks.Options{SkipTrials: true})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func row(t *testing.T, r *checks.Report, profile string, need receivers.Need) receivers.Row {
	t.Helper()
	for _, judged := range receivers.Judge(r, []string{profile}) {
		for _, row := range judged.Rows {
			if row.Need == need {
				return row
			}
		}
	}
	t.Fatalf("profile %s does not ask for %s", profile, need)
	return receivers.Row{}
}

const (
	sound = "@ MX 10 mail\nmail A 192.0.2.25\nmail TXT \"v=spf1 a -all\"\n@ TXT \"v=spf1 mx -all\"\n_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:dmarc@example.co.jp\"\ndefault._domainkey TXT " + key + "\n"
	bare  = "@ MX 10 mail\nmail A 192.0.2.25\n"
	// closed sends and receives nothing, and says so.
	closed = "@ MX 0 .\n@ TXT \"v=spf1 -all\"\n_dmarc TXT \"v=DMARC1; p=reject\"\n"
)

func TestJudge(t *testing.T) {
	spf := resolver.Question{Name: "example.co.jp.", Type: resolver.TypeTXT}
	policy := resolver.Question{Name: "_dmarc.example.co.jp.", Type: resolver.TypeTXT}
	tests := []struct {
		name    string
		world   string
		faults  []resolver.Question
		profile string
		need    receivers.Need
		want    receivers.State
		rules   []string
	}{
		{"all is there", sound, nil, "gmail", receivers.SPF, receivers.Met, nil},
		{"a key is found", sound, nil, "gmail", receivers.DKIM, receivers.Met, nil},
		{"the reverse name leads back", sound, nil, "gmail", receivers.Reverse, receivers.Met, nil},
		{"reject is stricter than none", sound, nil, "gmail", receivers.DMARC, receivers.Met, nil},
		{"the DNS does not show how mail is sent", sound, nil, "gmail", receivers.TLS, receivers.Unseen, nil},
		{"reports are asked for", sound, nil, "yahoo", receivers.Reports, receivers.Met, nil},
		{"who sends is not asked to be silent", sound, nil, "jp-guide", receivers.Silent, receivers.Exempt, nil},

		{"a misspelt record is none", "@ TXT \"v-spf1 mx -all\"\n" + bare + "default._domainkey TXT " + key, nil, "gmail", receivers.SPF, receivers.Unmet, []string{"spf-lookalike"}},
		{"but the key is enough for some", "@ TXT \"v-spf1 mx -all\"\n" + bare + "default._domainkey TXT " + key, nil, "gmail", receivers.SPFOrDKIM, receivers.Met, nil},
		{"an error in the tree is a permerror", bare + "@ TXT \"v=spf1 mx include:gone.example.net -all\"\n", nil, "outlook", receivers.SPF, receivers.Unmet, []string{"spf-include-nxdomain"}},
		{"no policy", "@ TXT \"v=spf1 mx -all\"\n" + bare, nil, "outlook", receivers.DMARC, receivers.Unmet, []string{"dmarc-missing"}},
		{"a weak policy is a policy", "_dmarc TXT \"v=DMARC1; p=none; rua=mailto:d@example.co.jp\"\n@ TXT \"v=spf1 mx -all\"\n" + bare, nil, "outlook", receivers.DMARC, receivers.Met, nil},
		{"but no request for refusal", "_dmarc TXT \"v=DMARC1; p=none; rua=mailto:d@example.co.jp\"\n@ TXT \"v=spf1 mx -all\"\n" + bare, nil, "jp-credit", receivers.Rejects, receivers.Unmet, []string{"dmarc-p-none"}},
		{"in test mode reject is quarantine", "_dmarc TXT \"v=DMARC1; p=reject; t=y; rua=mailto:d@example.co.jp\"\ndefault._domainkey TXT " + key + "\n@ TXT \"v=spf1 mx -all\"\n" + bare, nil, "jp-credit", receivers.Rejects, receivers.Unmet, []string{"dmarc-t-y"}},
		{"only IPv6 passes", "@ TXT \"v=spf1 ip6:2001:db8::25 -all\"\n" + bare, nil, "au", receivers.SPFv4, receivers.Unmet, nil},
		{"a selector that nobody knows", "odd._domainkey TXT " + key + "\n@ TXT \"v=spf1 mx -all\"\n" + bare, nil, "gmail", receivers.DKIM, receivers.Met, nil},

		{"who refuses all in its own name may send in another", "@ TXT \"v=spf1 -all\"\nbounce MX 10 feedback-smtp.ap-northeast-1.amazonses.com.\n@ MX 10 mail\nmail A 192.0.2.25\ntoken._domainkey TXT " + key, nil, "gmail", receivers.SPF, receivers.Open, nil},
		{"without a key there is no length", "@ TXT \"v=spf1 mx -all\"\n" + bare, nil, "gmail", receivers.KeyLength, receivers.Exempt, nil},

		{"a record that nobody could ask for is not missing", sound, []resolver.Question{spf}, "gmail", receivers.SPF, receivers.Open, nil},
		{"nor is a policy", sound, []resolver.Question{policy}, "jp-credit", receivers.Rejects, receivers.Open, nil},

		{"who sends nothing need not sign", closed, nil, "gmail", receivers.DKIM, receivers.Exempt, nil},
		{"and is closed", closed, nil, "jp-credit", receivers.Silent, receivers.Met, nil},
		{"a silent name without records is open to all", "www A 192.0.2.80\n", nil, "jp-credit", receivers.Silent, receivers.Unmet, []string{"x-nonmail-set"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := row(t, report(t, tt.world, tt.faults...), tt.profile, tt.need)
			if got.State != tt.want {
				t.Errorf("%s asks for %s: %s, want %s", tt.profile, tt.need, got.State, tt.want)
			}
			if len(tt.rules) > 0 && !slices.Equal(got.Rules, tt.rules) {
				t.Errorf("in the way stand %v, want %v", got.Rules, tt.rules)
			}
		})
	}
}

// A failed question never makes a requirement met or missed that the whole
// truth would not.
func TestJudgeUnderFaults(t *testing.T) {
	states := func(r *checks.Report) map[string]receivers.State {
		got := map[string]receivers.State{}
		for _, judged := range receivers.Judge(r, receivers.IDs()) {
			for _, row := range judged.Rows {
				got[judged.ID+" "+string(row.Need)] = row.State
			}
		}
		return got
	}
	for _, world := range []string{sound, bare, closed} {
		whole := states(report(t, world))
		for _, name := range []string{"example.co.jp.", "_dmarc.example.co.jp.", "mail.example.co.jp.", "_domainkey.example.co.jp.", "25.2.0.192.in-addr.arpa.", "default._domainkey.example.co.jp."} {
			for _, typ := range []resolver.Type{resolver.TypeTXT, resolver.TypeMX, resolver.TypeA, resolver.TypePTR} {
				for id, state := range states(report(t, world, resolver.Question{Name: name, Type: typ})) {
					decided := state == receivers.Unmet || state == receivers.Met && whole[id] != receivers.Exempt
					if decided && state != whole[id] && (whole[id] != receivers.Unseen || state == receivers.Unmet) {
						t.Errorf("without %s %s: %s is %s, in truth %s", name, typ, id, state, whole[id])
					}
				}
			}
		}
	}
}

func TestJudgeOnlyWhatIsNamed(t *testing.T) {
	r := report(t, sound)
	if got := receivers.Judge(r, nil); len(got) != 0 {
		t.Errorf("%d profiles without a name", len(got))
	}
	if got := receivers.Judge(r, []string{"docomo", "gmail"}); len(got) != 2 || got[0].ID != "gmail" {
		t.Errorf("profiles %v, want gmail and docomo in their own order", got)
	}
}
