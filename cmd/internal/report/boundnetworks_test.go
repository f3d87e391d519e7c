package report

import (
	"fmt"
	"strings"
	"testing"
)

// hostilePolicy is a record whose includes all list the same networks.
func hostilePolicy(includes, networks int) string {
	var b, list strings.Builder
	for i := range networks {
		fmt.Fprintf(&list, " \" ip4:198.51.%d.%d\"", i/120, i%120*2)
	}
	b.WriteString("example.co.jp. TXT \"v=spf1 ip4:203.0.113.25\"")
	for i := range includes {
		fmt.Fprintf(&b, " \" include:n%d.example\"", i)
	}
	b.WriteString(" \" -all\"\n")
	for i := range includes {
		fmt.Fprintf(&b, "n%d.example. TXT \"v=spf1\"%s \" -all\"\n", i, &list)
	}
	return b.String()
}

// A document stays small where a record is not, and what passes is whole.
func TestNetworksAreBound(t *testing.T) {
	n := networksOf(t, "en", "example.co.jp.", hostilePolicy(40, 200))
	whole := jsonText(t, n)
	passing := jsonText(t, n.Passing.both())
	n.bound(1000)
	bound := jsonText(t, n)
	if !n.Cut || len(bound) > len(whole)/4 {
		t.Errorf("cut %v: %d octets of %d are left", n.Cut, len(bound), len(whole))
	}
	if got := jsonText(t, n.Passing.both()); got != passing {
		t.Errorf("what passes was cut: %s", got)
	}
	if s := n.Sources[2]; s.Listed.IPv4.Addresses != 200 || s.Listed.IPv4.Prefixes == nil {
		t.Errorf("numbers are kept, lists empty: %+v", s.Listed.IPv4)
	}
}

// Usual records lose nothing.
func TestUsualNetworksAreNotBound(t *testing.T) {
	n := networksOf(t, "en", "travel.example.co.jp.", "")
	before := jsonText(t, n)
	n.Bound()
	if after := jsonText(t, n); n.Cut || after != before {
		t.Errorf("was cut: %s", after)
	}
}

func jsonText(t *testing.T, document any) string {
	t.Helper()
	var b strings.Builder
	if err := WriteJSON(&b, document); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
