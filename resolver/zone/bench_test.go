package zone_test

import (
	"strings"
	"testing"

	"mailauth/resolver/zone"
)

// BenchmarkParse reads a zone of 30,000 records.
func BenchmarkParse(b *testing.B) {
	text := "$ORIGIN example.jp.\n" + "$GENERATE 1-10000 h$ A 192.0.2.1\n$GENERATE 1-10000 h$ TXT \"v=spf1 -all\"\n$GENERATE 1-10000 h$ MX 10 mail\n"
	b.ReportAllocs()
	for b.Loop() {
		if _, err := zone.Parse("b", strings.NewReader(text), zone.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
