package zone

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"mailauth/resolver"
)

// Read reads the zones of a file, of a folder, or of stdin if path is "-". Of a
// folder it reads the regular files called *.zone, *.db or db.*, not those in
// folders below, and leaves out those that another one includes. Errors are
// *Error.
func Read(path string, stdin io.Reader) ([]*resolver.Zone, error) {
	if path == "-" {
		return Parse("stdin", stdin, Options{})
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	if info.IsDir() {
		return readFolder(path)
	}
	p, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return p.zones()
}

func readFile(path string) (*parser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer f.Close()
	return parse(path, f, Options{Dir: filepath.Dir(path)})
}

func readFolder(dir string) ([]*resolver.Zone, error) {
	names, err := zoneFiles(dir)
	if err != nil {
		return nil, err
	}
	parsers, errs := map[string]*parser{}, map[string]error{}
	included := map[string]bool{}
	for _, name := range names {
		p, err := readFile(filepath.Join(dir, name))
		if parsers[name], errs[name] = p, err; p != nil {
			for path := range p.included {
				included[path] = true
			}
		}
	}
	var zones []*resolver.Zone
	holder := map[string]*resolver.Zone{}
	for _, name := range names {
		if included[name] {
			continue
		}
		if errs[name] != nil {
			return nil, errs[name]
		}
		found, err := parsers[name].zones()
		if err != nil {
			return nil, err
		}
		for _, z := range found {
			if other := holder[z.Apex]; other != nil {
				return nil, duplicate(z, other)
			}
			holder[z.Apex] = z
		}
		zones = append(zones, found...)
	}
	return zones, nil
}

// zoneFiles lists the zone files of a folder by name, sorted.
func zoneFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, unreadable(dir, err)
	}
	var names []string
	for _, entry := range entries {
		if isZoneFile(entry.Name()) && isRegular(filepath.Join(dir, entry.Name())) {
			names = append(names, entry.Name())
		}
	}
	switch {
	case len(names) == 0:
		return nil, &Error{Code: "folder-empty", File: dir, Found: "a folder without zone files", Expected: "files called *.zone, *.db or db.*"}
	case len(names) > maxFiles:
		e := &Error{Code: "folder-large", File: dir, Found: fmt.Sprintf("%d zone files", len(names)), Expected: fmt.Sprintf("at most %d", maxFiles)}
		return nil, e.with("count", len(names)).with("limit", maxFiles)
	}
	return names, nil
}

func isZoneFile(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") {
		return false
	}
	return strings.HasSuffix(name, ".zone") || strings.HasSuffix(name, ".db") || strings.HasPrefix(name, "db.")
}

func isRegular(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
