package cli

import "testing"

func TestNearest(t *testing.T) {
	words := []string{"spf-multiple", "spf-missing", "dmarc-missing", "check", "explain", "format", "fail-on"}
	tests := []struct{ given, want string }{
		{"spf-multipel", "spf-multiple"}, // swapped
		{"SPF-MULTIPLE", "spf-multiple"},
		{"spf-misssing", "spf-missing"},
		{"dmarc-mising", "dmarc-missing"},
		{"chek", "check"},
		{"ckech", "check"},
		{"fromat", "format"},
		{"failon", "fail-on"},
		{"zzzz", ""},
		{"x", ""},
		{"", ""},
		{"check", "check"},
	}
	for _, tt := range tests {
		if got, ok := nearest(tt.given, words); got != tt.want || ok != (tt.want != "") {
			t.Errorf("nearest(%q) = %q, %v, want %q", tt.given, got, ok, tt.want)
		}
	}
}

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"", "ab", 2}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "axc", 1}, {"abcd", "bcda", 2}, {"kitten", "sitting", 3}}
	for _, tt := range tests {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
		if got := distance(tt.b, tt.a); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.b, tt.a, got, tt.want)
		}
	}
}
