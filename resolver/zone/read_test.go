package zone_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mailauth/resolver/zone"
)

// write fills a folder and returns its path; a name that ends with "@" is a
// symbolic link to the text.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "zones")
	for name, text := range files {
		path := filepath.Join(dir, strings.TrimSuffix(name, "@"))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if strings.HasSuffix(name, "@") {
			err = os.Symlink(text, path)
		} else {
			err = os.WriteFile(path, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const soa = "@ SOA . . 1 2 3 4 5\n"

func TestInclude(t *testing.T) {
	dir := write(t, map[string]string{
		"example.jp.zone": "$TTL 60\n@ TXT top\n$INCLUDE keys/dkim.inc _domainkey\n  TXT again\n$INCLUDE \"keys/spf.inc\"\n",
		"keys/dkim.inc":   "sel TXT key\n$ORIGIN lost\n$INCLUDE more.inc\n",
		"keys/more.inc":   "$TTL 5\nm TXT more\n",
		"keys/spf.inc":    "@ TXT spf\n",
	})
	zones, err := zone.Read(filepath.Join(dir, "example.jp.zone"), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"example.jp.zone:2:7 example.jp. 60 IN TXT \"top\"",
		"keys/dkim.inc:1:9 sel._domainkey.example.jp. 60 IN TXT \"key\"",
		"keys/more.inc:2:7 m.lost._domainkey.example.jp. 5 IN TXT \"more\"",
		"example.jp.zone:4:7 example.jp. 5 IN TXT \"again\"",
		"keys/spf.inc:1:7 example.jp. 5 IN TXT \"spf\"",
	}
	var got []string
	for _, r := range zones[0].Records() {
		file, err := filepath.Rel(dir, r.Origin.File)
		if err != nil {
			t.Fatal(err)
		}
		line := strings.SplitN(list(zones), "\n", len(got)+2)[len(got)]
		got = append(got, filepath.ToSlash(file)+":"+line)
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestIncludeStaysInside(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("@ TXT secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := write(t, map[string]string{
		"link@":    secret,
		"up@":      "..",
		"self.inc": "$INCLUDE self.inc\n",
		"a.inc":    "$INCLUDE b.inc\n",
		"b.inc":    "$INCLUDE a.inc\n",
		"d1":       "$INCLUDE d2\n", "d2": "$INCLUDE d3\n", "d3": "$INCLUDE d4\n", "d4": "$INCLUDE d5\n", "d5": "$INCLUDE d6\n",
		"d6": "$INCLUDE d7\n", "d7": "$INCLUDE d8\n", "d8": "$INCLUDE d9\n", "d9": "@ TXT deep\n",
		"in/x.inc": "@ TXT x\n",
		"inner@":   "in/x.inc",
	})
	for _, tt := range []struct{ path, want, why string }{
		{"../secret", "expected a file below ", "dots"},
		{"in/../../secret", "expected a file below ", "dots later"},
		{secret, "expected a file below ", "absolute, elsewhere"},
		{"link", "expected a file below ", "symbolic link out of the folder"},
		{"up/x", "expected a file below ", "through a link to the folder above"},
		{"missing.inc", "that can be read (no such file or directory)", "no such file"},
		{"in", "that can be read (it is not a regular file)", "a folder"},
		{"self.inc", "expected a file that does not include itself", "itself"},
		{"a.inc", "expected a file that does not include itself", "a circle of two"},
		{"d1", "expected at most 8 of them inside each other", "nine deep"},
		{"d2", "", "eight deep"},
		{"inner", "", "a link that stays inside"},
		{filepath.Join(dir, "in/x.inc"), "", "absolute, but inside"},
	} {
		path := filepath.Join(dir, "example.jp.zone")
		if err := os.WriteFile(path, []byte(soa+"$INCLUDE "+tt.path+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		zones, err := zone.Read(path, nil)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s (%s): %v", tt.path, tt.why, err)
		case tt.want == "" && len(zones[0].Records()) != 2:
			t.Errorf("%s (%s): got %s, want two records", tt.path, tt.why, list(zones))
		case tt.want != "" && err == nil:
			t.Errorf("%s (%s): got %s, want an error", tt.path, tt.why, list(zones))
		case tt.want != "" && (!strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "TXT")):
			t.Errorf("%s (%s): got %v, want …%s…", tt.path, tt.why, err, tt.want)
		}
	}
}

func TestReadFolder(t *testing.T) {
	dir := write(t, map[string]string{
		"example.jp.zone":      soa + "$INCLUDE common.db\n",
		"common.db":            "@ TXT \"v=spf1 -all\"\n",
		"db.example.net":       "@ TXT net\n",
		"named.conf":           "options { };\n",
		".hidden.zone":         "broken (\n",
		"old.zone~":            "broken (\n",
		"deeper/other.jp.zone": soa,
	})
	zones, err := zone.Read(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := "zone example.net.\n1:7 example.net. 3600 IN TXT \"net\"\nzone example.jp.\n1:7 example.jp. 5 IN SOA . . 1 2 3 4 5\n1:7 example.jp. 5 IN TXT \"v=spf1 -all\"\n"
	if got := list(zones); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestReadRefuses(t *testing.T) {
	dir := write(t, map[string]string{
		"twice/a.zone":        "$ORIGIN example.jp.\n" + soa,
		"twice/b.zone":        "$ORIGIN example.jp.\n@ TXT b\n",
		"none/README":         "nothing\n",
		"bad/example.jp.zone": "@ A x\n",
	})
	for _, tt := range []struct{ path, want string }{
		{"twice", "b.zone: found zone example.jp., expected it once: "},
		{"none", "none: found a folder without zone files, expected files called *.zone, *.db or db.*"},
		{"bad", "example.jp.zone:1: found x, expected an IPv4 address such as 192.0.2.1"},
		{"gone.zone", "gone.zone: no such file or directory"},
	} {
		_, err := zone.Read(filepath.Join(dir, tt.path), nil)
		if _, ok := err.(*zone.Error); !ok || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want a *zone.Error with %q", tt.path, err, tt.want)
		}
	}
}

func TestReadStdin(t *testing.T) {
	zones, err := zone.Read("-", strings.NewReader("$ORIGIN example.jp.\n@ TXT a\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := zones[0].Source(); got != "stdin" || zones[0].Apex != "example.jp." {
		t.Errorf("got zone %s of %s, want example.jp. of stdin", zones[0].Apex, got)
	}
}

func TestIncludesAreCounted(t *testing.T) {
	dir := write(t, map[string]string{
		"example.jp.zone": soa + strings.Repeat("$INCLUDE x.inc\n", 1001),
		"x.inc":           "; nothing\n",
	})
	_, err := zone.Read(filepath.Join(dir, "example.jp.zone"), nil)
	if err == nil || !strings.HasSuffix(err.Error(), "example.jp.zone:1002: found $INCLUDE, expected at most 1000 of them") {
		t.Errorf("got %v, want the 1001st $INCLUDE refused", err)
	}
}
