package flatten

import (
	"fmt"
	"strings"
	"testing"
)

// A record can fill an answer of 64 KB: thousands of terms, and results that
// alternate.
func TestHugeRecords(t *testing.T) {
	for _, signs := range []string{"+", "+-~?"} {
		var terms []string
		for i := range 2500 {
			terms = append(terms, fmt.Sprintf("%cip4:%d.%d.%d.4", signs[i%len(signs)], 1+i%200, i%199, i%256&^1))
		}
		p := planOf(t, "example.co.jp TXT \"v=spf1 "+strings.Join(terms, " ")+" ?all\"", options())
		if p.Verdict != TooBig {
			t.Errorf("%s: %s", signs, p.Verdict)
		}
	}
}
