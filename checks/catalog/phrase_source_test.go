package catalog

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A phrase recognises what some package says: its English must stand there, but
// for errors of the system. Otherwise the text of the package has changed, and users
// would read English again.
func TestPhrasesAreSaid(t *testing.T) {
	var sources strings.Builder
	for _, pattern := range []string{"../../resolver/*.go", "../../resolver/zone/*.go", "../../checks/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no sources match %s (%v)", pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sources.Write(text)
		}
	}
	said := sources.String()
	c := mustLoad(t)
	for _, p := range c.phrases() {
		if strings.HasPrefix(p.id, "phrase.system.") || strings.HasPrefix(p.id, "phrase.socket.") {
			continue
		}
		filled := dummyArgs(c, "en", p.id)
		for name := range filled {
			filled[name] = "\x00"
		}
		english := c.For("en").Text(p.id, filled)
		for _, part := range strings.Split(strings.ReplaceAll(english, ", expected ", "\x00"), "\x00") {
			part = strings.Trim(part, ` "():,`) // punctuation may come from a format of its own
			if !strings.Contains(said, part) {
				t.Errorf("%s: nobody says %q", p.id, part)
			}
		}
	}
}
