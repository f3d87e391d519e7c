package report

import (
	"encoding/json"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/spf"
)

func ledgerReport() Report {
	tree := &spf.Node{Name: "example.co.jp.", Record: "v=spf1 mx include:_spf.example.net exists:%{i}.example.net -all a", Outcome: spf.Published, Terms: []spf.Branch{
		{Term: "mx", Number: 1, Found: []string{"203.0.113.25", "2001:db8::25"}, Void6: true},
		{Term: "include:_spf.example.net", Number: 2, Target: &spf.Node{Name: "_spf.example.net.", Record: `v=spf1 include:gone.example include:open.example include:_spf.example.net \027`, Outcome: spf.Published, Terms: []spf.Branch{
			{Term: "include:gone.example", Number: 3, Void4: true, Void6: true, Target: &spf.Node{Name: "gone.example.", Outcome: spf.NoName}},
			{Term: "include:open.example", Number: 4, Target: &spf.Node{Name: "open.example.", Outcome: spf.Open}},
			{Term: "include:two.example", Number: 5, Target: &spf.Node{Name: "two.example.", Outcome: spf.Several}},
			{Term: "include:_spf.example.net", Number: 6, Cycle: true},
		}}},
		{Term: "exists:%{i}.example.net", Number: 7, Dynamic: true},
		{Term: "-all"},
		{Term: "a", Ignored: true},
	}}
	ledger := &spf.Ledger{Limit: 10, Lookups: 7, Void4: 1, Void6: 2}
	for n := range 7 {
		ledger.Entries = append(ledger.Entries, spf.Entry{N: n + 1})
	}
	return Report{Domain: "example.co.jp", Verdict: checks.StatusPass, Checks: []Check{
		{Name: "spf", Status: checks.StatusPass, Summary: "7 of 10 lookups", Facts: &spf.Facts{Tree: tree, Ledger: ledger}},
	}}
}

func TestLedger(t *testing.T) {
	want := `
  ✓ SPF    7 of 10 lookups
     example.co.jp  v=spf1 mx include:_spf.example.net exists:%{i}.example.net -all a
     ├ mx  lookup 1 of 10  void for IPv6 senders  203.0.113.25 2001:db8::25
     ├ include:_spf.example.net  lookup 2 of 10
     │ _spf.example.net  v=spf1 include:gone.example include:open.example include:_spf.example.net \027
     │ ├ include:gone.example  lookup 3 of 10  void
     │ │ gone.example  the name does not exist
     │ ├ include:open.example  lookup 4 of 10
     │ │ open.example  could not tell
     │ ├ include:two.example  lookup 5 of 10
     │ │ two.example  more than one SPF record
     │ └ include:_spf.example.net  lookup 6 of 10  leads back to a record above
     ├ exists:%{i}.example.net  lookup 7 of 10  depends on the address
     ├ -all
     └ a  receivers do not look at this
     7 of 10 lookups; void for IPv4 senders 1 of 2, for IPv6 senders 2 of 2
`
	verbose := options(t, "en", func(o *TextOptions) { o.Verbose = true })
	if got := render(t, verbose, ledgerReport()); !strings.HasSuffix(got, want) {
		t.Errorf("got\n%s\nwant it to end in%s", got, want)
	}
	if got := render(t, options(t, "en", nil), ledgerReport()); strings.Contains(got, "lookup 1") {
		t.Errorf("the tree is there without -v:\n%s", got)
	}
}

// The tree can be drawn from a saved report too.
func TestLedgerFromJSON(t *testing.T) {
	r := ledgerReport()
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var saved Report
	if err := json.Unmarshal(data, &saved); err != nil {
		t.Fatal(err)
	}
	verbose := options(t, "ja", func(o *TextOptions) { o.Verbose = true })
	if got, want := render(t, verbose, saved), render(t, verbose, r); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
