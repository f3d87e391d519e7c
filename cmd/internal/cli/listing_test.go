package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A zone file shows its names: a selector that nobody would guess is found.
func TestZoneFileListsSelectors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "example.co.jp.zone")
	zone := "$ORIGIN example.co.jp.\n@ 3600 SOA ns hostmaster 1 7200 900 1209600 3600\n@ 3600 NS ns\nx7f3q._domainkey 3600 TXT \"v=DKIM1; p=\"\n"
	if err := os.WriteFile(file, []byte(zone), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	Run(context.Background(), []string{"check", "--offline", "--zone", file, "--lang", "en", "example.co.jp"}, strings.NewReader(""), &out, &errs)
	if !strings.Contains(out.String(), "x7f3q: revoked") {
		t.Errorf("the summary does not name the selector x7f3q of the zone file:\n%s%s", &out, &errs)
	}
}
