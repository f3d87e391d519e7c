package report

import (
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
)

// The line under a record must point at the octets of the span, however the
// zone file writes them.
func TestExcerptUnderlines(t *testing.T) {
	tests := []struct {
		name   string
		zone   string // the record begins at its first "@"
		data   string
		marked string // the part of the data that the span covers
		want   string
	}{
		{"quoted", `@ IN TXT "v=spf1 ipv4:192.0.2.1 -all"`, "v=spf1 ipv4:192.0.2.1 -all", "ipv4:192.0.2.1", `
@ IN TXT "v=spf1 ipv4:192.0.2.1 -all"
                 ~~~~~~~~~~~~~~`},
		{"in the second string", `@ IN TXT "v=spf1 " "moo -all"`, "v=spf1 moo -all", "moo", `
@ IN TXT "v=spf1 " "moo -all"
                    ~~~`},
		{"over two strings", `@ IN TXT "v=spf1 mo" "o -all"`, "v=spf1 moo -all", "moo", `
@ IN TXT "v=spf1 mo" "o -all"
                 ~~~~~~`},
		{"over two lines", "@ IN TXT ( \"v=spf1 mo\" ; one\n   \"o -all\" )", "v=spf1 moo -all", "moo", `
@ IN TXT ( "v=spf1 mo" ; one
                   ~~
   "o -all" )
    ~`},
		{"on the second line", "@ IN TXT ( \"v=spf1 \"\n   \"moo -all\" )", "v=spf1 moo -all", "moo", `
   "moo -all" )
    ~~~`},
		{"unquoted", `@ IN TXT v-spf1`, "v-spf1", "-", `
@ IN TXT v-spf1
          ~`},
		{"escapes take two or four columns", `@ IN TXT "v=spf1 \"\195\188 -all"`, "v=spf1 \"\u00fc -all", "-all", `
@ IN TXT "v=spf1 \"\195\188 -all"
                            ~~~~`},
		{"a wide character takes two columns", `@ IN TXT "v=spf1 ｍｘ -all"`, "v=spf1 ｍｘ -all", "-all", `
@ IN TXT "v=spf1 ｍｘ -all"
                      ~~~~`},
		{"wide characters underlined", `@ IN TXT "v=spf1 ｍｘ -all"`, "v=spf1 ｍｘ -all", "ｍｘ", `
@ IN TXT "v=spf1 ｍｘ -all"
                 ~~~~`},
		{"tabs", "@\tIN\tTXT\t\"v-spf1\"", "v-spf1", "v-", `
@       IN      TXT     "v-spf1"
                         ~~`},
		{"the file has another record by now", `@ IN TXT "v=spf1 mx -all"`, "v=spf1 a -all", "a", `
v=spf1 a -all
       ~`},
		{"no break space", `@ IN TXT "v=spf1` + "\u00a0" + `-all"`, "v=spf1\u00a0-all", "\u00a0", `
@ IN TXT "v=spf1<U+00A0>-all"
                ~~~~~~~~`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := strings.Index(tt.data, tt.marked)
			record := resolver.Record{Data: resolver.TXT{Strings: []string{tt.data}}}
			e := txt("example.jp.", record.Display(), &checks.Span{Start: start, End: start + len(tt.marked)}, "", at("z", 1, strings.Index(tt.zone, "TXT")+4))
			got := draw(excerpt(e, func(string) []string { return strings.Split(tt.zone, "\n") }))
			if got != tt.want {
				t.Errorf("got%s\nwant%s", got, tt.want)
			}
		})
	}
}

func draw(lines []excerptLine) string {
	var b strings.Builder
	for _, line := range lines {
		b.WriteString("\n" + line.text)
		if line.marked() {
			b.WriteString("\n" + spaces(line.start) + strings.Repeat("~", line.end-line.start))
		}
	}
	return b.String()
}

func TestExcerptOfOtherTypes(t *testing.T) {
	tests := []struct {
		line   string
		col    int
		record string
		want   string
	}{
		{"@\tIN MX 10 mail ; the new one", 9, "10 mail.example.jp.", "@       IN MX 10 mail ; the new one"},
		{"@ IN MX 10 mail.example.jp.\r", 9, "10 mail.example.jp.", "@ IN MX 10 mail.example.jp."},
		{"@ IN MX 10 other", 9, "10 mail.example.jp.", "10 mail.example.jp."}, // changed since
		{"", 9, "10 mail.example.jp.", "10 mail.example.jp."},
	}
	for _, tt := range tests {
		e := txt("example.jp.", tt.record, nil, "", at("z", 1, tt.col))
		e.Type = resolver.TypeMX
		lines := excerpt(e, func(string) []string { return []string{tt.line} })
		if len(lines) != 1 || lines[0].text != tt.want || lines[0].marked() {
			t.Errorf("%q: got %+v, want %q", tt.line, lines, tt.want)
		}
	}
}

func TestExcerptOfAnEmptySpan(t *testing.T) {
	tests := []struct{ start, want int }{{0, 10}, {6, 16}, {10, 20}, {99, 20}} // between octets, at the end, beyond it
	for _, tt := range tests {
		e := txt("example.jp.", "v=spf1 -al", &checks.Span{Start: tt.start, End: tt.start}, "", at("z", 1, 10))
		lines := excerpt(e, func(string) []string { return []string{`@ IN TXT "v=spf1 -al"`} })
		if len(lines) != 1 || lines[0].start != tt.want || lines[0].end != tt.want {
			t.Errorf("span at %d: got %+v, want the columns %d", tt.start, lines, tt.want)
		}
	}
}

func FuzzLocate(f *testing.F) {
	f.Add("@ TXT (\"a\\\"b\" ; c\n \"\\195d\" )", 1, 7, "a\"b\xc3d")
	f.Fuzz(func(t *testing.T, zone string, line, col int, data string) {
		lines := strings.Split(zone, "\n")
		places, ok := locate(lines, line, col, data)
		if !ok {
			return
		}
		for i, p := range places {
			octet, size := zoneOctet(lines[p.line][p.start:])
			if octet != data[i] || size != p.end-p.start {
				t.Fatalf("octet %d of %q is %q at %+v", i, data, octet, p)
			}
		}
	})
}
