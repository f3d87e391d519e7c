package checks_test

import (
	"testing"

	"pgregory.net/rapid"

	"mailauth/checks"
)

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"include", "include", 0},
		{"inlcude", "include", 1},  // neighbours swapped
		{"includes", "include", 1}, // one too many
		{"ipv4", "ip4", 1},
		{"rau", "rua", 1},
		{"", "mx", 2},
		{"a", "exists", 6},
	}
	for _, tt := range tests {
		if got := checks.Distance(tt.a, tt.b); got != tt.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestDistanceHasNoDirection(t *testing.T) {
	word := rapid.StringMatching(`[a-c]{0,6}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		there, back := checks.Distance(a, b), checks.Distance(b, a)
		if there != back || (there == 0) != (a == b) || there > max(len(a), len(b)) {
			t.Errorf("from %q to %q it is %d, back %d", a, b, there, back)
		}
	})
}
