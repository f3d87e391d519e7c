package zone_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mailauth/resolver/zone"
)

// TestCodes raises every code and every hint that is listed.
func TestCodes(t *testing.T) {
	const o = "$ORIGIN example.jp.\n"
	raised, hints := map[string]bool{}, map[string]bool{}
	check := func(what string, err error, code, hint, args string) {
		t.Helper()
		var e *zone.Error
		if !errors.As(err, &e) {
			t.Fatalf("%s: %v, want a *zone.Error", what, err)
		}
		if names := strings.Join(slices.Sorted(maps.Keys(e.Args)), " "); e.Code != code || e.HintCode != hint || names != args {
			t.Errorf("%s: code %s, hint %q, arguments %q, want %s, %q, %q", what, e.Code, e.HintCode, names, code, hint, args)
		}
		raised[code], hints[hint] = true, true
	}
	for _, tt := range []struct{ text, code, hint, args string }{
		{o + "@ TXT (a", "paren-open", "", ""},
		{o + "@ TXT a)", "paren-close", "", ""},
		{o + "@ TXT \"v=spf1", "quote-open", "several-strings", ""},
		{o + "@ A 192.0.2.300", "ipv4", "", "found"},
		{"www A 192.0.2.1", "name-relative", "name-the-zone", "found"},
		{"\xff\xfe@\x00", "utf16", "save-as-utf8", ""},
		{"\x1f\x8b\x08", "gzip", "unpack", ""},
		{"<html>", "html", "", ""},
		{"{}", "json", "use-replay", ""},
		{"a\x00", "binary", "compile-zone", ""},
		{"", "no-record", "", ""},
		{"example.jp. TXT a", "no-origin", "name-the-zone", ""},
		{o + "www.example.net. A 192.0.2.1", "outside-zone", "name-the-zone", "apex name"},
		{"$DATE x", "directive", "", "found"},
		{"$TTL 1y", "directive-ttl", "", "found"},
		{"$TTL", "directive-ttl", "", "found"},
		{"$ORIGIN", "origin-missing", "", "found"},
		{"$ORIGIN a. b.", "extra-field", "", "found"},
		{o + "$GENERATE 1-2 h$ A", "generate-fields", "", "found"},
		{o + "$GENERATE 2-1 h$ A 192.0.2.$", "generate-range", "", "found"},
		{o + "$GENERATE 1-2 h${q} A 192.0.2.$", "generate-dollar", "", "found"},
		{o + "$GENERATE 0-70000 h$ A 192.0.2.1", "generate-many", "", "found limit"},
		{o + strings.Repeat("$GENERATE 0-65535 h$ A 192.0.2.1\n", 8), "records-many", "", "found limit"},
		{"$INCLUDE", "include-path", "", "found"},
		{"$INCLUDE a.inc", "include-no-folder", "", "found"},
		{o + " TXT a", "no-owner", "", "found"},
		{o + "@ x", "header-ttl-class-type", "", "found"},
		{o + "TXT \"v=spf1 -all\"", "header-ttl-class-type", "owner-left-out", "found"},
		{o + "@ TXT a\n www A 192.0.2.1", "header-ttl-class-type", "owner-at-start", "found"},
		{o + "@ IN x", "header-ttl-type", "", "found"},
		{o + "@ 60", "header-class-type", "", "found"},
		{o + "@ 60 IN", "header-type", "", "found"},
		{o + "@\u3000IN TXT x", "odd-space", "", "char found"},
	} {
		_, err := zone.Parse("t", strings.NewReader(tt.text), zone.Options{})
		check(fmt.Sprintf("%.60q", tt.text), err, tt.code, tt.hint, tt.args)
	}
	_, err := zone.Parse("t", comments{}, zone.Options{})
	check("a file without end", err, "file-large", "", "mib")

	files := map[string]string{
		"twice/a.zone": "$ORIGIN example.jp.\n" + soa, "twice/b.zone": "$ORIGIN example.jp.\n@ TXT b\n",
		"none/README": "", "d.inc": "$INCLUDE d.inc\n", "x.inc": "",
		"outside.zone": o + "$INCLUDE ../x\n", "gone.zone": o + "$INCLUDE gone.inc\n", "itself.zone": o + "$INCLUDE d.inc\n",
		"deep.zone": o + "$INCLUDE 0.inc\n", "many.zone": o + strings.Repeat("$INCLUDE x.inc\n", 1001),
	}
	for i := range 9 {
		files[fmt.Sprintf("%d.inc", i)] = fmt.Sprintf("$INCLUDE %d.inc\n", i+1)
	}
	for i := range 1001 {
		files[fmt.Sprintf("large/%d.zone", i)] = ""
	}
	dir := write(t, files)
	for _, tt := range []struct{ path, code, args string }{
		{"nothing.zone", "unreadable", "why"},
		{"twice", "zone-twice", "apex other"},
		{"none", "folder-empty", ""},
		{"large", "folder-large", "count limit"},
		{"outside.zone", "include-outside", "folder found"},
		{"gone.zone", "include-unreadable", "folder found why"},
		{"itself.zone", "include-itself", "found"},
		{"deep.zone", "include-deep", "found limit"},
		{"many.zone", "include-many", "found limit"},
	} {
		_, err := zone.Read(filepath.Join(dir, tt.path), os.Stdin)
		check(tt.path, err, tt.code, "", tt.args)
	}
	for _, code := range zone.Codes() {
		if !raised[code] {
			t.Errorf("nothing raises %s", code)
		}
	}
	delete(hints, "")
	if got, want := slices.Sorted(maps.Keys(hints)), slices.Sorted(slices.Values(zone.HintCodes())); !slices.Equal(got, want) {
		t.Errorf("hints %q, want %q", got, want)
	}
}
