package resolver

import (
	"slices"
	"strings"
	"testing"
)

func TestCanonicalName(t *testing.T) {
	l63, l64 := strings.Repeat("a", 63), strings.Repeat("a", 64)
	n253 := strings.Repeat(l63+".", 3) + strings.Repeat("b", 61) // 255 octets on the wire
	for _, tt := range []struct{ name, want, why string }{
		{"Example.CO.JP", "example.co.jp.", "lower case, trailing dot"},
		{"example.co.jp.", "example.co.jp.", "canonical already"},
		{".", ".", "the root"},
		{"_DMARC.Example.jp", "_dmarc.example.jp.", "underscore label"},
		{`a\.b.jp`, `a\.b.jp.`, "a dot inside a label"},
		{`a\046b.jp`, `a\.b.jp.`, "the same dot by number"},
		{`\097.jp`, "a.jp.", "a needless escape"},
		{`\065.jp`, "a.jp.", "an escaped upper-case letter"},
		{`\*.jp`, "*.jp.", "the asterisk has no escaped form"},
		{`a\\.jp`, `a\\.jp.`, "a backslash at the end of a label"},
		{`a.b\\.`, `a.b\\.`, "an escaped backslash before the last dot"},
		{`a.b\.`, `a.b\..`, "an escaped dot at the end is no trailing dot"},
		{"a b.jp", `a\032b.jp.`, "a space"},
		{"日.jp", `\230\151\165.jp.`, "octets outside ASCII"},
		{`a\;\"\(\)\@\$.jp`, `a\;\"\(\)\@\$.jp.`, "characters that mean something in a zone file"},
		{`a\000.jp`, `a\000.jp.`, "an octet of zeros"},
		{l63 + ".jp", l63 + ".jp.", "a label of 63 octets"},
		{n253, n253 + ".", "a name of 255 octets"},
		{"", "", "nothing"},
		{"..", "", "two empty labels"},
		{"a..jp", "", "an empty label"},
		{".jp", "", "an empty label in front"},
		{l64 + ".jp", "", "a label of 64 octets"},
		{n253 + "b", "", "a name of 256 octets"},
		{`a\`, "", "a backslash at the end"},
		{`a\25.jp`, "", "two digits"},
		{`a\256.jp`, "", "no octet"},
	} {
		got, err := CanonicalName(tt.name)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("CanonicalName(%q) (%s): got %q, %v, want %q", tt.name, tt.why, got, err, tt.want)
		}
	}
}

func TestNameParts(t *testing.T) {
	for _, tt := range []struct {
		name   string
		labels []string
		parent string
	}{
		{".", nil, "."},
		{"jp.", []string{"jp"}, "."},
		{"example.jp.", []string{"example", "jp"}, "jp."},
		{`a\.b.jp.`, []string{`a\.b`, "jp"}, "jp."},
		{`a\\.jp.`, []string{`a\\`, "jp"}, "jp."},
		{`\046\092.jp.`, []string{`\046\092`, "jp"}, "jp."},
	} {
		if got := Labels(tt.name); !slices.Equal(got, tt.labels) {
			t.Errorf("Labels(%q) = %q, want %q", tt.name, got, tt.labels)
		}
		if got := Parent(tt.name); got != tt.parent {
			t.Errorf("Parent(%q) = %q, want %q", tt.name, got, tt.parent)
		}
		if len(tt.labels) > 0 {
			if got := Join(tt.parent, tt.labels[0]); got != tt.name {
				t.Errorf("Join(%q, %q) = %q, want %q", tt.parent, tt.labels[0], got, tt.name)
			}
		}
	}
}

func TestIsSubdomain(t *testing.T) {
	for _, tt := range []struct {
		child, parent string
		want          bool
	}{
		{"example.jp.", "example.jp.", true},
		{"a.example.jp.", "example.jp.", true},
		{"a.example.jp.", ".", true},
		{"notexample.jp.", "example.jp.", false},
		{"jp.", "example.jp.", false},
		{`a\.example.jp.`, "example.jp.", false}, // one label "a.example"
		{`b.a\.example.jp.`, "example.jp.", false},
		{`a\\.example.jp.`, "example.jp.", true}, // the label ends with a backslash
	} {
		if got := IsSubdomain(tt.child, tt.parent); got != tt.want {
			t.Errorf("IsSubdomain(%q, %q) = %t, want %t", tt.child, tt.parent, got, tt.want)
		}
	}
}

func FuzzCanonicalName(f *testing.F) {
	for _, seed := range []string{"Example.jp", ".", `a\.b.jp`, `\255.\000`, "日本", `a\\.`, `\`, "a..b", " "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name, err := CanonicalName(text)
		if err != nil {
			return
		}
		if again, err := CanonicalName(name); err != nil || again != name {
			t.Fatalf("%q is %q, whose canonical form is %q, %v", text, name, again, err)
		}
		if joined := Join(".", Labels(name)...); joined != name {
			t.Fatalf("the labels of %q, %q, make %q", name, Labels(name), joined)
		}
		if !IsSubdomain(name, Parent(name)) || name != "." && IsSubdomain(Parent(name), name) {
			t.Fatalf("%q and its parent %q are not one below the other", name, Parent(name))
		}
	})
}
