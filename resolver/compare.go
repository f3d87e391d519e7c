package resolver

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// SameData reports whether two records hold the same data. Names compare
// without regard to case, TXT by its octets: how they are split into strings
// makes no difference to those who read them joined.
func SameData(a, b RData) bool {
	if a.Type() != b.Type() {
		return false
	}
	return joined(a) == joined(b)
}

func joined(data RData) string {
	switch d := data.(type) {
	case TXT:
		return d.Joined()
	case SPF:
		return strings.Join(d.Strings, "")
	}
	return data.String()
}

// indexOf finds data in a set: the very same if it is there, else the same by
// SameData; -1 if neither.
func indexOf(set []Record, data RData) int {
	exact := func(r Record) bool { return r.Type() == data.Type() && r.Data.String() == data.String() }
	if i := slices.IndexFunc(set, exact); i >= 0 {
		return i
	}
	return slices.IndexFunc(set, func(r Record) bool { return SameData(r.Data, data) })
}

// UnlikelyName is a name directly below parent that nobody has published: what
// the DNS says about it is what it says about names that do not exist, or what
// a wildcard synthesises. It is always the same for a parent, so that
// recordings answer it.
func UnlikelyName(parent string) string {
	sum := sha256.Sum256([]byte(parent))
	return Join(parent, "mailauth-"+hex.EncodeToString(sum[:8]))
}
