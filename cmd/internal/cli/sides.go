package cli

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"mailauth/checks"
	"mailauth/resolver"
	"mailauth/resolver/zone"
)

// liveSide is the word for live DNS where a file could stand.
const liveSide = "live"

// side is one side of a comparison.
type side struct {
	path string
	// zones are those of a zone file or folder, recording is what a recording
	// holds; live DNS has neither.
	zones     []*resolver.Zone
	recording *resolver.Recording
}

func (s *side) live() bool { return s.recording == nil && s.zones == nil }

// sides are the two states of the DNS that a change lies between.
type sides struct {
	before, after *source
	close         func()
}

// openSides opens two sides, each live DNS, zones or a recording. Zones are laid
// over the other side, or over live DNS if both are zones: so they differ in
// nothing but what the zones say. Live DNS is asked once for both, and zones of
// --zone lie over it. Close them after use.
func (a *app) openSides(f *sourceFlags, before, after string, names []string) (*sides, error) {
	one, err := a.readSide(before)
	if err != nil {
		return nil, err
	}
	other, err := a.readSide(after)
	if err != nil {
		return nil, err
	}
	zones, err := a.readZones(f.zones, zoneFiles{})
	if err != nil {
		return nil, err
	}
	base, err := a.openBelow(f, one, other, names)
	if err != nil {
		return nil, err
	}
	base.zones = zones
	base.overlay(f)
	cache := resolver.NewCache(base.Resolver, resolver.Within(a.ctx))
	base.Resolver = cache
	from, to := one.over(f, other, base), other.over(f, one, base)
	to.recorded = one.recording != nil || other.recording != nil
	return &sides{
		before: from, after: to,
		close: func() { cache.Close(); base.close() },
	}, nil
}

// readSide tells by its contents what a file is.
func (a *app) readSide(path string) (*side, error) {
	if path == liveSide {
		return &side{path: path}, nil
	}
	data, folder, err := a.readSideFile(path)
	if err != nil {
		return nil, err
	}
	if start := bytes.TrimLeft(data, "\ufeff \t\r\n"); !folder && bytes.HasPrefix(start, []byte("{")) {
		recording, err := resolver.ReadRecording(bytes.NewReader(data), path)
		if err != nil {
			return nil, a.badRecording(path, err)
		}
		return &side{path: path, recording: recording}, nil
	}
	zones, err := readSideZones(path, folder, data)
	if err != nil {
		return nil, a.badZone(path, err)
	}
	return &side{path: path, zones: zones}, nil
}

// readSideZones reads zones. A file was read already, and might be a pipe.
func readSideZones(path string, folder bool, data []byte) ([]*resolver.Zone, error) {
	if folder {
		return zone.Read(path, nil)
	}
	name, options := path, zone.Options{Dir: filepath.Dir(path)}
	if path == "-" {
		name, options = stdinName, zone.Options{}
	}
	return zone.Parse(name, bytes.NewReader(data), options)
}

// readSideFile reads what a side is told apart by. Of a folder that is nothing.
func (a *app) readSideFile(path string) (data []byte, folder bool, err error) {
	if path == "-" {
		data, err = io.ReadAll(io.LimitReader(a.stdin, maxStdin))
	} else {
		info, failure := os.Stat(path)
		if failure == nil && info.IsDir() {
			return nil, true, nil
		}
		data, err = readStart(path)
	}
	if err != nil {
		return nil, false, unreadable(path, err)
	}
	return data, false, nil
}

// readStart reads a file as far as the readers of zones and recordings do.
func readStart(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxStdin))
}

// openBelow opens what is not in the zones: the side that is none, else live DNS
// or, offline, nothing.
func (a *app) openBelow(f *sourceFlags, one, other *side, names []string) (*source, error) {
	live := one.live() || other.live()
	recorded := one.recording != nil || other.recording != nil
	if recorded && len(f.zones) > 0 {
		return nil, complain("flags-conflict", "two-sources", checks.Args{"one": "--before", "other": "--zone"})
	}
	if f.offline && live && len(f.zones) == 0 {
		return nil, complain("flags-conflict", "live-offline", checks.Args{"one": "--offline", "other": liveSide})
	}
	if err := f.checkLive(); err != nil {
		return nil, err
	}
	if !f.offline && (live || !recorded) {
		return a.openLive(f, names)
	}
	if flag := f.liveFlag(); flag != "" {
		return nil, complain("flags-conflict", "two-sources", checks.Args{"one": "--before", "other": flag})
	}
	return &source{Resolver: resolver.NoResolver(), now: time.Now(), close: func() {}}, nil
}

// over is the side as a source; base answers what it does not.
func (s *side) over(f *sourceFlags, other *side, base *source) *source {
	switch {
	case s.recording != nil:
		return &source{Resolver: resolver.NewReplay(s.recording), describe: "replay of " + s.path, now: s.recording.RecordedAt}
	case s.live():
		return base
	}
	below := *base
	if other.recording != nil {
		below = *other.over(f, s, base)
	}
	below.Resolver = resolver.Overlay(s.zones, below.Resolver)
	below.zones = slices.Clone(s.zones)
	below.describe = s.path + " over " + below.describe
	if f.offline && other.recording == nil && len(f.zones) == 0 {
		below.describe = s.path + " alone"
	}
	return &below
}
