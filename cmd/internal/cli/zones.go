package cli

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
	"mailauth/resolver/zone"
)

// readZones reads zone files, folders of them, and standard input.
func (a *app) readZones(paths []string, files zoneFiles) ([]*resolver.Zone, error) {
	var zones []*resolver.Zone
	for _, path := range paths {
		var in io.Reader
		if path == "-" {
			in = files.keep(a.stdin)
		}
		found, err := zone.Read(path, in)
		if err != nil {
			return nil, a.badZone(path, err)
		}
		for _, z := range found {
			for _, other := range zones {
				if other.Apex == z.Apex {
					return nil, complain("zone-twice", "zone-twice", checks.Args{"apex": z.Apex, "one": other.Source(), "other": z.Source()})
				}
			}
			zones = append(zones, z)
		}
	}
	return zones, nil
}

// zoneNames lists the apexes of all zones.
func zoneNames(zones []*resolver.Zone) []string {
	names := make([]string, 0, len(zones))
	for _, z := range zones {
		names = append(names, z.Apex)
	}
	return names
}

// badZone is the complaint about a zone.
func (a *app) badZone(path string, err error) error {
	var bad *zone.Error
	switch f, _ := faultIn(err); {
	case !errors.As(err, &bad):
		return unreadable(path, err)
	case bad.Code == "unreadable":
		return unreadable(bad.File, bad.Err)
	default:
		return a.aboutFile("zone", f, err)
	}
}

// maxStdin is how much of standard input is read, in octets; the zone reader
// refuses as much from a file.
const maxStdin = 64<<20 + 1

// zoneFiles are zone files as lines, by name, as far as they were asked for.
type zoneFiles map[string][]string

// stdinName is what the zone reader calls standard input.
const stdinName = "stdin"

// keep reads standard input for the zone reader, and keeps it: it cannot be
// read twice.
func (f zoneFiles) keep(in io.Reader) io.Reader {
	data, err := io.ReadAll(io.LimitReader(in, maxStdin))
	f[stdinName] = strings.Split(string(data), "\n")
	return io.MultiReader(bytes.NewReader(data), failing{err})
}

// failing is a reader that ends with an error, if there is one.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return 0, io.EOF
}

// lines reads a zone file again; nil if it cannot be read any more.
func (f zoneFiles) lines(file string) []string {
	lines, known := f[file]
	if !known {
		if data, err := os.ReadFile(file); err == nil {
			lines = strings.Split(string(data), "\n")
		}
		f[file] = lines
	}
	return lines
}
