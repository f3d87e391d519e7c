package simulate

import "testing"

// Where DMARC is required its records change too, and an old one can stand
// beside a new SPF record.
func TestCompareDMARC(t *testing.T) {
	tests := []struct {
		why           string
		before, after string
		mail          Mail
		want, sets    string
		mixtures      int
	}{
		{"relaxed alignment is new, and the strict record stays for a day: it fails until then, as before",
			"news TXT \"v=spf1 ip4:192.0.2.1 -all\"\n_dmarc 86400 TXT \"v=DMARC1; p=reject; aspf=s\"", "news TXT \"v=spf1 ip4:192.0.2.1 -all\"\n_dmarc TXT \"v=DMARC1; p=reject; aspf=r\"",
			Mail{Domain: "news.example.co.jp", HeaderFrom: "example.co.jp.", SignaturesKnown: true}, "pass>pass yes", "_dmarc.example.co.jp TXT 86400", 2},
		{"passes by DKIM before and by SPF after, and the old SPF record does not go with the new DMARC record",
			"@ TXT \"v=spf1 -all\"\n_dmarc TXT \"v=DMARC1; p=reject; adkim=r\"", "@ TXT \"v=spf1 ip4:192.0.2.1 -all\"\n_dmarc TXT \"v=DMARC1; p=reject; adkim=s\"",
			Mail{Domain: "example.co.jp", Signatures: []string{"mail.example.co.jp."}, SignaturesKnown: true}, "fail>pass +192.0.2.1/32 ~192.0.2.1/32 no",
			"_dmarc.example.co.jp TXT 3600, example.co.jp TXT 3600", 4},
		{"other signatures are not excluded, so nobody can tell",
			"@ TXT \"v=spf1 -all\"\n_dmarc TXT \"v=DMARC1; p=reject; adkim=r\"", "@ TXT \"v=spf1 ip4:192.0.2.1 -all\"\n_dmarc TXT \"v=DMARC1; p=reject; adkim=s\"",
			Mail{Domain: "example.co.jp", Signatures: []string{"mail.example.co.jp."}}, "fail>pass +192.0.2.1/32 ~192.0.2.1/32 unknown",
			"_dmarc.example.co.jp TXT 3600, example.co.jp TXT 3600", 4},
		{"a policy that becomes stricter lets the same mail pass",
			"@ TXT \"v=spf1 ip4:192.0.2.1 -all\"\n_dmarc TXT \"v=DMARC1; p=none\"", "@ TXT \"v=spf1 ip4:192.0.2.1 -all\"\n_dmarc TXT \"v=DMARC1; p=reject\"",
			Mail{Domain: "example.co.jp", SignaturesKnown: true}, "pass>pass yes", "_dmarc.example.co.jp TXT 3600", 2},
		{"the sender's domain is no name, and DKIM carries the mail until its mode changes",
			"_dmarc TXT \"v=DMARC1; p=none; adkim=r; rua=mailto:a@example.co.jp\"", "_dmarc TXT \"v=DMARC1; p=none; adkim=s\"",
			Mail{Domain: "a..b", HeaderFrom: "example.co.jp.", Signatures: []string{"example.co.jp."}}, "none>none yes", "_dmarc.example.co.jp TXT 3600", 2},
	}
	for _, tt := range tests {
		c, err := Compare(t.Context(), world(t, "example.co.jp:\n"+tt.before), world(t, "example.co.jp:\n"+tt.after), tt.mail, targets(t, "192.0.2.1"), Options{DMARC: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := told(c.Changes[0]); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.why, got, tt.want)
		}
		if got := setsOf(c.Transition); got != tt.sets || c.Transition.Mixtures != tt.mixtures {
			t.Errorf("%s: sets %s in %d mixtures, want %s in %d", tt.why, got, c.Transition.Mixtures, tt.sets, tt.mixtures)
		}
	}
}
