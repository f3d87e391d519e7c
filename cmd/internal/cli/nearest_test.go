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
