package resolver

import (
	"fmt"
	"strings"
)

// Record is one resource record with its origin. Name is canonical, TTL in
// seconds (from a cache: what is left of it).
type Record struct {
	Name   string
	TTL    uint32
	Data   RData
	Origin Origin
}

// Origin says where a record was read: a server, or a place in a zone file.
// Line and Col count from 1; Col is in octets and points at the first octet of
// the record's data. Cached says that the server only keeps what it was told:
// it may go on giving the record for its TTL after it has changed.
type Origin struct {
	Server string
	Cached bool
	File   string
	Line   int
	Col    int
}

// String is "file:line", or the server.
func (o Origin) String() string {
	if o.File != "" {
		return fmt.Sprintf("%s:%d", o.File, o.Line)
	}
	return o.Server
}

// Type is the type of the record's data.
func (r Record) Type() Type { return r.Data.Type() }

// String is the record in master-file form.
func (r Record) String() string {
	return fmt.Sprintf("%s %d IN %s %s", r.Name, r.TTL, r.Type(), r.Data)
}

// Display is the data as reports show it: for TXT (and SPF) the joined octets,
// with every octet outside 0x20–0x7E and `\` as `\DDD`; else the master-file form.
func (r Record) Display() string {
	switch data := r.Data.(type) {
	case TXT:
		return escapeOctets(data.Joined())
	case SPF:
		return escapeOctets(strings.Join(data.Strings, ""))
	}
	return r.Data.String()
}

// Text returns the joined octets of a TXT record.
func (r Record) Text() (text string, ok bool) {
	txt, ok := r.Data.(TXT)
	return txt.Joined(), ok
}

func escapeOctets(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if c := text[i]; c < 0x20 || c > 0x7e || c == '\\' {
			fmt.Fprintf(&b, `\%03d`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// Edit is a change of one RRset: the records of Name and Type lose Remove and
// gain Add, both RDATA in master-file form; TTL is that of the added ones.
type Edit struct {
	Name   string   `json:"name"`
	Type   Type     `json:"type"`
	TTL    uint32   `json:"ttl"`
	Remove []string `json:"remove"`
	Add    []string `json:"add"`
}
