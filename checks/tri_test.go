package checks_test

import (
	"testing"

	"mailauth/checks"
)

func TestTri(t *testing.T) {
	all := []checks.Tri{checks.Yes, checks.No, checks.Open}
	for _, a := range all {
		for _, b := range all {
			if got, want := a.Or(b), a.Not().And(b.Not()).Not(); got != want {
				t.Errorf("%s or %s is %s, want %s as De Morgan says", a, b, got, want)
			}
			if a.And(b) != b.And(a) || a.Or(b) != b.Or(a) {
				t.Errorf("%s and %s: the order matters", a, b)
			}
		}
	}
	if got := checks.No.Or(checks.Open); got != checks.Open {
		t.Errorf("no or unknown is %s, want unknown: an open input never proves absence", got)
	}
}
