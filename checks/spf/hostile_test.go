package spf

import (
	"fmt"
	"strings"
	"testing"
)

// hostileTree has ten records of 2000 terms each, as long as a record can be.
// Their results alternate or not, and every tenth term may ask for an address.
func hostileTree(alternate, asking bool) string {
	var b strings.Builder
	for r := range 10 {
		name, sep := fmt.Sprintf("n%d.example", r), ""
		if r == 0 {
			name = "example.co.jp"
		}
		fmt.Fprintf(&b, "%s TXT \"v=spf1 \"", name)
		for i := range 2000 {
			sign := ""
			if alternate && i%2 == 1 {
				sign = "?"
			}
			if i%10 == 0 {
				sep = " \""
			}
			if asking && i%10 == 9 {
				b.WriteString("a ")
			}
			fmt.Fprintf(&b, "%s%sip4:%d.%d.%d.0/24 ", sep, sign, 11+r, i/100, i%100*2)
			sep = ""
			if i%10 == 9 {
				b.WriteString("\"")
			}
		}
		fmt.Fprintf(&b, " \"include:n%d.example -all\"\n", r+1)
	}
	b.WriteString("n10.example TXT \"v=spf1 -all\"\n")
	return b.String()
}

// Networks in a row cost little, however many. Past the bound on the work, what
// passes is open and not wrong.
func TestHostileTreeIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("the longest records there can be: too slow for the race detector")
	}
	tests := []struct {
		why               string
		alternate, asking bool
		wantOpen          bool
	}{
		{"networks of one result", false, false, false},
		{"networks whose results alternate", true, false, false},
		{"terms that ask between the networks", true, true, true},
	}
	for _, test := range tests {
		facts := factsOf(t, hostileTree(test.alternate, test.asking))
		if open := len(facts.Static.Open) > 0; open != test.wantOpen || facts.CanPass != Yes {
			t.Errorf("%s: open %v, can pass %s", test.why, facts.Static.Open, facts.CanPass)
		}
	}
}

func BenchmarkHostileTree(b *testing.B) {
	for _, alternate := range []bool{false, true} {
		b.Run(fmt.Sprintf("alternate=%v", alternate), func(b *testing.B) {
			w := newWorld(b, hostileTree(alternate, false))
			for b.Loop() {
				w.audit(b)
			}
		})
	}
}
