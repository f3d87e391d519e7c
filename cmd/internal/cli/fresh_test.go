package cli

import (
	"slices"
	"testing"
)

func TestOrganizations(t *testing.T) {
	for _, tt := range []struct {
		domains, want []string
		why           string
	}{
		{[]string{"shop.example.co.jp."}, []string{"example.co.jp."}, "its policy stands above it"},
		{[]string{"a.example.jp.", "b.example.jp.", "example.net."}, []string{"example.jp.", "example.net."}, "each once"},
		{[]string{"co.jp."}, []string{"co.jp."}, "a public suffix is its own"},
	} {
		if got := organizations(tt.domains); !slices.Equal(got, tt.want) {
			t.Errorf("%v: %v, want %v: %s", tt.domains, got, tt.want, tt.why)
		}
	}
}
