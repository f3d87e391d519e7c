package flatten

import "mailauth/resolver"

// The limits of what is written.
const (
	// MaxShare is how many octets the name and the text of the domain's own record
	// may have, so that its answer ought to fit into 512 (RFC 7208 §3.4).
	MaxShare = 450
	// MaxAnswer is how many octets an answer may have that every resolver takes
	// over UDP (RFC 1035 §4.2.1).
	MaxAnswer = 512
)

// share is the octets of a record's name and text.
func share(name, text string) int { return len(bare(name)) + len(text) }

// answerSize is the octets of the DNS message that answers for TXT records at a
// name: header and question, and each record with a pointer to the name. RFC
// 1035 §4.1.
func answerSize(name string, alias []resolver.Record, records ...resolver.TXT) int {
	const fixed = 2 + 10 // the pointer; type, class, TTL, length
	size := 12 + nameSize(name) + 4
	for _, r := range alias {
		size += fixed + nameSize(r.Data.String())
	}
	for _, txt := range records {
		size += fixed
		for _, s := range txt.Strings {
			size += 1 + len(s)
		}
	}
	return size
}
